//! Warnings: items are assigned, but not always, or not in the way that was likely intended.
//!
//! Each function below checks one subject: sizes, waits, offers, the orders of groups. Skills have a file of their own.

use alloc::vec::Vec;

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::model::{Ask, Config, SizeRule, WhenExhausted};
use crate::plan::coverage::groups_of;
use crate::plan::lint::code::Lint;
use crate::plan::lint::skills;
use crate::plan::lint::usable::{UsableChannel, UsableQueue};

/// Adds all warnings about the channels that can be used.
pub(crate) fn lint(config: &Config, channels: &[UsableChannel<'_>], lints: &mut Vec<Lint>) {
    for channel in channels {
        sizes(channel, lints);
        waits(channel, lints);
    }
    skills::lint(config, channels, lints);
    offers(config, channels, lints);
    orders(config, channels, lints);
}

/// Adds a lint for each size for which no agent has the capacity. An item of such a size waits until it is canceled.
fn sizes(channel: &UsableChannel<'_>, lints: &mut Vec<Lint>) {
    let (id, largest) = (channel.id, channel.largest_capacity());
    for (index, rule) in channel.settings.sizes.iter().enumerate() {
        if let SizeRule::When { size, .. } = rule
            && !largest.holds(u64::from(*size))
        {
            lints.push(Lint::size_nobody_has_room_for(id, index, size, largest));
        }
    }
}

/// Adds lints for moments that a wait never reaches, and for waits without an end.
///
/// A queue with `max_wait_secs` ends every wait, and can have the former only. One without it can have the latter only.
fn waits(channel: &UsableChannel<'_>, lints: &mut Vec<Lint>) {
    let largest = channel.largest_capacity();
    // A size that exceeds every capacity is reported as `size_nobody_has_room_for` only.
    let is_large = |size: u32| size > 1 && largest.holds(size.into());
    let has_large_items = is_large(channel.settings.default_size)
        || channel.settings.sizes.iter().any(|rule| match rule {
            SizeRule::When { size, .. } => is_large(*size),
            // Custom code may return any size.
            SizeRule::Custom(_) => true,
        });
    for queue in &channel.queues {
        // No item waits forever in a queue that cancels it.
        if let Some(max_wait) = queue.settings.max_wait_secs {
            never_due(queue, max_wait, lints);
            continue;
        }
        may_wait_for_ever(queue, lints);
        if has_large_items {
            lints.push(Lint::large_items_may_starve(queue.id, channel.id));
        }
    }
}

/// Adds a lint for each target or trigger at or after the moment at which the queue cancels a queued item.
fn never_due(queue: &UsableQueue<'_>, max_wait: u32, lints: &mut Vec<Lint>) {
    let (id, queue) = (queue.id, queue.settings);
    // At equal moments, the cancellation is processed first. An open offer delays it, which the lint ignores.
    let target = queue.target_wait_secs.filter(|target| *target >= max_wait);
    lints.extend(target.map(|target| Lint::target_never_due(id, target, max_wait)));
    let triggers = queue.triggers.iter().enumerate();
    for (index, trigger) in triggers.filter(|(_, trigger)| trigger.at_secs >= max_wait) {
        let (name, at) = (&trigger.name, trigger.at_secs);
        lints.push(Lint::trigger_never_due(id, index, name, at, max_wait));
    }
}

/// Adds a lint for a queue that waits after its last agent has declined an item, under a rule that lets agents decline.
fn may_wait_for_ever(queue: &UsableQueue<'_>, lints: &mut Vec<Lint>) {
    // A time-out counts as a decline, also of an offer that cannot be rejected.
    let can_be_declined = |ask: &Ask| ask.rejectable || ask.timeout_secs.is_some();
    let mut pools = queue.pools.iter();
    if queue.settings.when_exhausted == WhenExhausted::Wait
        && let Some(pool) = pools.find(|pool| pool.rule.offer.ask().is_some_and(can_be_declined))
    {
        lints.push(Lint::may_wait_for_ever(queue.id, &pool.settings.rule));
    }
}

/// Adds lints for offers without a time-out, and for time-outs that do not take the agent out of work. Checks each rule once.
fn offers(config: &Config, channels: &[UsableChannel<'_>], lints: &mut Vec<Lint>) {
    let pools = channels.iter().flat_map(UsableChannel::pools);
    let used: IndexSet<_, Seeded> = pools.map(|pool| &pool.settings.rule).collect();
    for (id, rule) in config.rules.iter().filter(|(id, _)| used.contains(id)) {
        let Some(ask) = rule.offer.ask() else {
            continue;
        };
        // An agent who sleeps through an offer would be asked for the next item again.
        lints.extend(match &ask.timeout_presence {
            // Without a time-out, the presence state after it does not matter.
            _ if ask.timeout_secs.is_none() => Some(Lint::offer_without_timeout(id)),
            None => Some(Lint::timeout_keeps_presence(id)),
            Some(state) => (config.presence_states.at(state).takes_work)
                .then(|| Lint::timeout_sets_presence_for_work(id, state)),
        });
    }
}

/// Adds a lint for each queue in a group's order that the group does not work on.
fn orders(config: &Config, channels: &[UsableChannel<'_>], lints: &mut Vec<Lint>) {
    let queues = channels.iter().flat_map(|channel| &channel.queues);
    let groups_of_queue = queues.map(|queue| (queue.id, groups_of(queue.settings).collect()));
    // Queues that cannot be used are missing: their severe lints come first.
    let groups_of_queue: IndexMap<_, IndexSet<_, Seeded>, Seeded> = groups_of_queue.collect();
    for (id, group) in &config.groups {
        for queue in group.queue_order.keys() {
            let groups = groups_of_queue.get(queue);
            if groups.is_some_and(|groups| !groups.contains(id)) {
                lints.push(Lint::order_without_pool(id, queue));
            }
        }
    }
}
