//! Lints about channels as a whole.

use crate::id::{ChannelId, QueueId};
use crate::model::{Config, Queue};
use crate::plan::coverage::Coverage;
use crate::plan::lint::{Findings, LintCode};

/// Finds the active queues of a channel that is not active.
pub(crate) fn inactive(channel: &ChannelId, queues: &[(&QueueId, &Queue)], found: &mut Findings) {
    for (queue, _) in queues {
        found.add(
            LintCode::InactiveChannel,
            format_args!("queues.{queue}.channel"),
            format_args!("Queue `{queue}` is active, but its channel `{channel}` is not."),
            format_args!("Activate channel `{channel}`, or deactivate the queue."),
        );
    }
}

/// Finds an active channel that has no state in which its work is taken.
pub(crate) fn without_presence(
    channel: &ChannelId,
    config: &Config,
    staff: &Coverage<'_>,
    found: &mut Findings,
) {
    if !staff.states().is_empty() {
        return;
    }
    let path = format_args!("channels.{channel}");
    let problem = format_args!(
        "No active presence state that takes work lists channel `{channel}`, so nobody is ever present for it."
    );
    let code = LintCode::ChannelWithoutPresence;
    let candidate =
        (config.presence_states.iter()).find(|(_, state)| state.active && state.takes_work);
    match candidate {
        Some((state, _)) => found.add(
            code,
            path,
            problem,
            format_args!(
                "Add channel `{channel}` to a presence state that takes work, such as `{state}`."
            ),
        ),
        None => found.add(
            code,
            path,
            problem,
            format_args!(
                "Make an active presence state that takes work, and list channel `{channel}` in it."
            ),
        ),
    }
}
