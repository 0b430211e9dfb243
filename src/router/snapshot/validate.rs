//! Checks of a snapshot that need no plan.

use alloc::collections::BTreeSet;
use alloc::format;

use crate::model::SKILLS_MAX;
use crate::router::snapshot::error::RestoreError;
use crate::router::snapshot::format::{SavedAgent, SavedItem, SavedRouter, SavedState};
use crate::time::Timestamp;

/// Checks what holds under any plan: no row is a duplicate, and all values are ones that a router stores.
///
/// # Errors
///
/// [`RestoreError::Broken`] names the first row that fails.
pub(crate) fn validate(saved: &SavedRouter) -> Result<(), RestoreError> {
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
            let fault = "has two rows of one channel under `capacities`";
            return Err(RestoreError::of_agent(&row.agent, fault));
        }
    }
    let mut cursors = BTreeSet::new();
    for row in &saved.cursors {
        if !cursors.insert((&row.queue, row.pool)) {
            let place = format!("cursors: queue `{}`", row.queue);
            let fault = "a pool has two rows";
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
            let fault = "`stamp` is above `last_stamp`";
            return Err(RestoreError::of_agent(&row.agent, fault));
        }
    }
    Ok(())
}

fn check_item(row: &SavedItem<'_>, now: Timestamp) -> Result<(), RestoreError> {
    let fail = |fault| Err(RestoreError::of_item(&row.item.id, fault));
    let skills: BTreeSet<_> = row.skills.iter().map(|asked| &asked.skill).collect();
    if row.size == 0 {
        return fail("`size` is 0, expected at least 1");
    }
    if skills.len() != row.skills.len() || skills.len() > SKILLS_MAX {
        return fail("`skills` names a skill twice, or too many skills");
    }
    if row.skills.iter().any(|asked| asked.level == 0) {
        return fail("`skills` has the level 0, expected at least 1");
    }
    if row.waiting_since > now || row.aging_since > now {
        return fail("`waiting_since_ms` or `aging_since_ms` is later than `now_ms`");
    }
    match &row.state {
        SavedState::Accepted {
            agent,
            warm: Some(offer),
            ..
        } if offer.agent == *agent => fail("is offered to the agent who holds it"),
        _ => Ok(()),
    }
}
