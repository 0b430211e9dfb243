//! Lints about waiting: what never falls due, and what waits for ever.

use crate::model::{Offer, WhenExhausted};
use crate::plan::lint::live::{LiveChannel, LiveQueue};
use crate::plan::lint::{Findings, LintCode, work};

/// Asks the lints about waiting for each queue of a channel.
pub(crate) fn lint(live: &LiveChannel<'_>, found: &mut Findings) {
    let large = work::has_large_items(live);
    for queue in &live.queues {
        if let Some(ends) = queue.queue.max_wait_secs {
            never_due(queue, ends, found);
            continue;
        }
        for_ever(queue, found);
        if large {
            starving(live, queue, found);
        }
    }
}

fn never_due(live: &LiveQueue<'_>, ends: u32, found: &mut Findings) {
    let LiveQueue { id, queue, .. } = live;
    let code = LintCode::NeverDue;
    if let Some(target) = queue.target_wait_secs.filter(|target| *target >= ends) {
        found.add(
            code,
            format_args!("queues.{id}.target_wait_secs"),
            format_args!("The target of queue `{id}` is {target} s, but items are canceled after {ends} s, so it is never missed."),
            format_args!("Lower the target below {ends} s, or raise the queue's `max_wait_secs`."),
        );
    }
    for (place, trigger) in queue.triggers.iter().enumerate() {
        if trigger.at_secs >= ends {
            found.add(
                code,
                format_args!("queues.{id}.triggers[{place}].at_secs"),
                format_args!(
                    "Trigger `{}` of queue `{id}` is due after {} s, but items are canceled after {ends} s.",
                    trigger.name, trigger.at_secs
                ),
                format_args!("Put the trigger before {ends} s, or raise the queue's `max_wait_secs`."),
            );
        }
    }
}

/// Finds a queue whose items wait for ever once everyone has declined them. A time-out declines too.
fn for_ever(live: &LiveQueue<'_>, found: &mut Findings) {
    let can_be_declined = |offer: &Offer| match offer {
        Offer::AutoAccept => false,
        Offer::Ask(ask) => ask.rejectable || ask.timeout_secs.is_some(),
    };
    let declining = live
        .pools
        .iter()
        .find(|pool| can_be_declined(&pool.rule.offer));
    if let Some(declining) = declining
        && live.queue.when_exhausted == WhenExhausted::Wait
    {
        let id = live.id;
        found.add(
            LintCode::MayWaitForEver,
            format_args!("queues.{id}"),
            format_args!(
                "An item of queue `{id}` waits for ever when everyone has declined it, as rule `{}` lets them.",
                declining.pool.rule
            ),
            "Set `max_wait_secs`, or `when_exhausted` to start over.",
        );
    }
}

fn starving(live: &LiveChannel<'_>, queue: &LiveQueue<'_>, found: &mut Findings) {
    let id = queue.id;
    found.add(
        LintCode::LargeItemsMayStarve,
        format_args!("queues.{id}"),
        format_args!(
            "An item of channel `{}` may need more than one unit, and may wait in queue `{id}` for ever while small ones take what becomes free.",
            live.id
        ),
        "Set `max_wait_secs`.",
    );
}
