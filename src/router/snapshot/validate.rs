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

/// The limit of the counters in a snapshot, 2⁶³, which no router reaches: at an input per nanosecond, it takes 292 years.
const COUNT_END: u64 = 1 << 63;

/// Checks the tables of a snapshot. Takes O(n log n) for n rows.
///
/// Does not look for items with equal ids: restoring finds them in the index of the items.
///
/// # Errors
///
/// [`RestoreError::Broken`] names the first row that fails.
pub(crate) fn validate(saved: &SavedTables) -> Result<(), RestoreError> {
    for (name, count) in [
        ("inputs", saved.inputs),
        ("last_stamp", saved.last_stamp),
        ("arrivals", saved.arrivals),
    ] {
        if count >= COUNT_END {
            return Err(RestoreError::new(name, Broken("is not below 2⁶³")));
        }
    }
    if let Some(row) = find_duplicate(&saved.agents, |row| &row.agent) {
        return Err(RestoreError::of_agent(&row.agent, Broken("has two rows")));
    }
    let mut stamps = BTreeSet::new();
    for row in &saved.agents {
        check_agent(row, saved, &mut stamps)
            .map_err(|fault| RestoreError::of_agent(&row.agent, fault))?;
    }
    check_last_agents(saved)?;
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

/// Checks the row of an agent. `stamps` has the sequence numbers of earlier rows.
fn check_agent<'a>(
    row: &'a SavedAgent,
    saved: &'a SavedTables,
    stamps: &mut BTreeSet<u64>,
) -> Result<(), RowFault> {
    if row.idle_since > saved.now {
        return Err(Broken("`idle_since_ms` is later than `now_ms`"));
    }
    if find_duplicate(&row.channels, |row| &row.channel).is_some() {
        return Err(Broken("has two rows of one channel"));
    }
    for channel in &row.channels {
        // The next assignment gets the number after `last_stamp`, which must be the highest of all.
        if channel.stamp > saved.last_stamp {
            return Err(Broken("`stamp` is above `last_stamp`"));
        }
        if channel.stamp > 0 && !stamps.insert(channel.stamp) {
            return Err(Broken("`stamp` is that of another row"));
        }
        if channel.stamp == 0 && channel.handled > 0 {
            return Err(Broken("`handled` is above 0 without a `stamp`"));
        }
    }
    Ok(())
}

/// Checks the last agents: one row for each requester on a channel, the oldest acceptance first, none in the future.
fn check_last_agents(saved: &SavedTables) -> Result<(), RestoreError> {
    let rows = &saved.last_agents;
    let next = rows.iter().skip(1);
    let is_late = |at: Timestamp, next: Option<Timestamp>| {
        at > saved.now || next.is_some_and(|next| next < at)
    };
    let nexts = next.map(Some).chain([None]);
    let late = rows.iter().zip(nexts).find(|(row, next)| {
        let next = next.filter(|next| next.channel == row.channel);
        is_late(row.at, next.map(|next| next.at))
    });
    let fault = if late.is_some() {
        "`at_ms` is later than that of the next row, or than `now_ms`"
    } else if find_duplicate(rows, |row| (&row.channel, &row.requester)).is_some() {
        "a requester has two rows of one channel"
    } else {
        return Ok(());
    };
    Err(RestoreError::new("last_agents", Broken(fault)))
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
    if row.aging_since > row.waiting_since {
        return Err(Broken("`aging_since_ms` is later than `waiting_since_ms`"));
    }
    let silent_until = row.wait.silent_until;
    if silent_until > now || silent_until < row.waiting_since {
        return Err(Broken(
            "`heard_until_ms` is later than `now_ms`, or earlier than `waiting_since_ms`",
        ));
    }
    // Only a waiting item has a recheck. If another item kept one, it could be overdue when the item waits again.
    if row.wait.recheck_at.is_some() && !matches!(row.state, ItemPhase::Queued) {
        return Err(Broken("has `ask_again_ms` without being queued"));
    }
    if find_duplicate(&row.declines, |row| &row.agent).is_some() {
        return Err(Broken("`declines` names an agent twice"));
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
