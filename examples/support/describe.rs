//! Descriptions of router outputs for people: names with ids, times of day, reasons in words.

use std::fmt::Display;

use handover::{AgentId, Config, Output, PresenceStateId, QueueId, Timestamp};
use serde::Serialize;

/// Describes an output in one sentence.
pub(crate) fn output(output: &Output, config: &Config) -> String {
    match output {
        Output::Queued { item, queue } => format!("{item} waits in {}", queue_label(queue, config)),
        Output::Unroutable { item, reason } => format!("{item} is not routed: {}", words(reason)),
        Output::Offered {
            item,
            agent,
            expires,
            ..
        } => {
            let until = expires.map_or(String::new(), |time| {
                format!(" until {}", time_of_day(time))
            });
            format!("{item} is offered to {}{until}", agent_label(agent, config))
        }
        Output::OfferEnded {
            item, agent, why, ..
        } => {
            let agent = agent_label(agent, config);
            format!("the offer of {item} to {agent} ends: {}", words(why))
        }
        Output::Accepted { item, agent, .. } => {
            format!("{item} is accepted by {}", agent_label(agent, config))
        }
        Output::Released { item, agent, why } => {
            let agent = agent_label(agent, config);
            format!("{agent} no longer has {item}: {}", words(why))
        }
        Output::Requeued { item, queue, .. } => {
            format!("{item} waits again in {}", queue_label(queue, config))
        }
        Output::PresenceSet { agent, state, .. } => {
            let absent = || "absent".to_owned();
            let state = state
                .as_ref()
                .map_or_else(absent, |state| state_label(state, config));
            format!("{} is {state}", agent_label(agent, config))
        }
        Output::Exhausted { item, .. } => format!("every present agent has declined {item}"),
        Output::Closed { item, .. } => format!("{item} is closed"),
        Output::Canceled { item, reason, .. } => format!("{item} is canceled: {}", words(reason)),
        other => format!("{other:?}"),
    }
}

/// Returns the name and the id of an agent.
pub(crate) fn agent_label(id: &AgentId, config: &Config) -> String {
    let agent = config.agents.get(id);
    label(id, agent.and_then(|agent| agent.name.as_ref()))
}

fn queue_label(id: &QueueId, config: &Config) -> String {
    let queue = config.queues.get(id);
    label(id, queue.and_then(|queue| queue.name.as_ref()))
}

fn state_label(id: &PresenceStateId, config: &Config) -> String {
    let state = config.presence_states.get(id);
    label(id, state.and_then(|state| state.name.as_ref()))
}

/// Returns a name with its id, as in `Ben Ortiz (ben)`, or only the id if there is no name.
pub(crate) fn label(id: impl Display, name: Option<&String>) -> String {
    name.map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
}

/// Returns a reason in words: `timed_out` in JSON becomes `timed out`.
pub(crate) fn words(reason: &impl Serialize) -> String {
    let json = serde_json::to_string(reason).unwrap_or_default();
    json.trim_matches('"').replace('_', " ")
}

/// Returns the UTC time of day, as in `10:00:11`, with milliseconds if there are any: `10:00:11.350`.
pub(crate) fn time_of_day(time: Timestamp) -> String {
    let millis = time.as_millis();
    let (secs, millis) = (millis / 1000, millis % 1000);
    let (hour, minute, second) = (secs / 3600 % 24, secs / 60 % 60, secs % 60);
    let fraction = if millis == 0 {
        String::new()
    } else {
        format!(".{millis:03}")
    };
    format!("{hour:02}:{minute:02}:{second:02}{fraction}")
}
