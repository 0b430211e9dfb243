//! Checks of a snapshot that need no plan: no row is a duplicate, and all values are ones that a router stores.
//!
//! They run before any id is resolved. The checks that compare a row with a plan are in [`resolve`](super::resolve).

use alloc::collections::BTreeSet;

use crate::model::SKILLS_MAX;
use crate::router::snapshot::error::RestoreError;
use crate::router::snapshot::error::RowFault::{self, Broken};
use crate::router::snapshot::format::{SavedAgent, SavedItem, SavedTables};
use crate::router::store::phase::{Accepted, ItemPhase};
use crate::time::Timestamp;

/// Checks the tables of a snapshot. Takes O(n log n) for n rows.
///
/// Does not look for items with equal ids: restoring finds them in the index of the items.
///
/// # Errors
///
/// [`RestoreError::Broken`] names the first row that fails.
pub(crate) fn validate(saved: &SavedTables) -> Result<(), RestoreError> {
    if let Some(row) = find_duplicate(&saved.agents, |row| &row.agent) {
        return Err(RestoreError::of_agent(&row.agent, Broken("has two rows")));
    }
    for row in &saved.agents {
        check_agent(row, saved.last_stamp)
            .map_err(|fault| RestoreError::of_agent(&row.agent, fault))?;
    }
    if let Some(row) = find_duplicate(&saved.capacities, |row| (&row.agent, &row.channel)) {
        let fault = Broken("has two rows of one channel under `capacities`");
        return Err(RestoreError::of_agent(&row.agent, fault));
    }
    if let Some(row) = find_duplicate(&saved.cursors, |row| (&row.queue, row.pool)) {
        let place = format_args!("cursors: queue `{}`", row.queue);
        return Err(RestoreError::new(place, Broken("a pool has two rows")));
    }
    for row in &saved.items {
        check_item(row, saved.now).map_err(|fault| RestoreError::of_item(&row.item.id, fault))?;
    }
    Ok(())
}

/// Returns the first row whose key an earlier row has. The rows stay in their order, so that errors name the earliest fault.
fn find_duplicate<'a, R, K: Ord>(rows: &'a [R], key: impl Fn(&'a R) -> K) -> Option<&'a R> {
    let mut keys = BTreeSet::new();
    rows.iter().find(|row| !keys.insert(key(row)))
}

/// Checks the channels of an agent. `last_stamp` is the sequence number of the last assignment.
fn check_agent(row: &SavedAgent, last_stamp: u64) -> Result<(), RowFault> {
    if find_duplicate(&row.channels, |row| &row.channel).is_some() {
        return Err(Broken("has two rows of one channel"));
    }
    // The next assignment gets the number after `last_stamp`, which must be the highest of all.
    if row.channels.iter().any(|row| row.stamp > last_stamp) {
        return Err(Broken("`stamp` is above `last_stamp`"));
    }
    Ok(())
}

/// Checks the values of an item at the moment of the last step.
fn check_item(row: &SavedItem<'_>, now: Timestamp) -> Result<(), RowFault> {
    // A search for size 0 would include the row of presence, and so agents without spare capacity.
    if row.size == 0 {
        return Err(Broken("`size` is 0, expected at least 1"));
    }
    let has_duplicate = find_duplicate(&row.skills, |request| &request.skill).is_some();
    if has_duplicate || row.skills.len() > SKILLS_MAX {
        return Err(Broken("`skills` names a skill twice, or too many skills"));
    }
    if row.skills.iter().any(|request| request.level == 0) {
        return Err(Broken("`skills` has the level 0, expected at least 1"));
    }
    // A wait is the difference to the present moment, and cannot be negative.
    if row.waiting_since > now || row.aging_since > now {
        return Err(Broken(
            "`waiting_since_ms` or `aging_since_ms` is later than `now_ms`",
        ));
    }
    match &row.state {
        ItemPhase::Accepted(Accepted { agent, warm, .. })
            if warm.as_ref().is_some_and(|offer| offer.agent == *agent) =>
        {
            Err(Broken("is offered to the agent who holds it"))
        }
        ItemPhase::Queued if row.queue.is_none() => Err(Broken("is queued without a queue")),
        _ => Ok(()),
    }
}
