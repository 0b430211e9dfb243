//! What a snapshot must be under any plan.

use alloc::collections::BTreeSet;
use alloc::format;

use crate::model::SKILLS_MAX;
use crate::router::snapshot::error::RestoreError;
use crate::router::snapshot::format::{SavedAgent, SavedItem, SavedRouter, SavedState};
use crate::time::Timestamp;

/// Refuses what no router can have stored: rows that come twice, and numbers that are none.
pub(crate) fn check(saved: &SavedRouter) -> Result<(), RestoreError> {
    let mut agents = BTreeSet::new();
    for row in &saved.agents {
        if !agents.insert(&row.agent) {
            return Err(RestoreError::of_agent(&row.agent, "has two rows"));
        }
        check_agent(row, saved.last_stamp)?;
    }
    let mut capacities = BTreeSet::new();
    for row in &saved.capacities {
        if !capacities.insert((&row.agent, &row.channel)) {
            let fault = "has two capacities that inputs have set";
            return Err(RestoreError::of_agent(&row.agent, fault));
        }
    }
    let mut cursors = BTreeSet::new();
    for row in &saved.cursors {
        if !cursors.insert((&row.queue, row.pool)) {
            let place = format!("cursors: queue `{}`", row.queue);
            let fault = "one of its pools has two rows";
            return Err(RestoreError::Broken { place, fault });
        }
    }
    let mut items = saved.items.iter();
    items.try_for_each(|row| check_item(row, saved.now))
}

fn check_agent(row: &SavedAgent, last_stamp: u64) -> Result<(), RestoreError> {
    let mut channels = BTreeSet::new();
    for own in &row.channels {
        if !channels.insert(&own.channel) {
            let fault = "has two rows of one channel";
            return Err(RestoreError::of_agent(&row.agent, fault));
        }
        if own.stamp > last_stamp {
            let fault = "has a stamp that has not been given yet";
            return Err(RestoreError::of_agent(&row.agent, fault));
        }
    }
    Ok(())
}

fn check_item(row: &SavedItem<'_>, now: Timestamp) -> Result<(), RestoreError> {
    let fail = |fault| Err(RestoreError::of_item(&row.item.id, fault));
    let skills: BTreeSet<_> = row.skills.iter().map(|asked| &asked.skill).collect();
    if row.size == 0 {
        return fail("has the size 0");
    }
    if skills.len() != row.skills.len() || skills.len() > SKILLS_MAX {
        return fail("asks for a skill twice, or for too many");
    }
    if row.skills.iter().any(|asked| asked.level == 0) {
        return fail("asks for a skill at level 0");
    }
    if row.waiting_since > now || row.aging_since > now {
        return fail("waits from a moment on that is yet to come");
    }
    match &row.state {
        SavedState::Accepted {
            agent,
            warm: Some(offer),
            ..
        } if offer.agent == *agent => fail("is offered to the agent who has it"),
        _ => Ok(()),
    }
}
