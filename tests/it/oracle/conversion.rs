//! Conversions of the oracle's values into values of the crate.

use handover::{AgentRow, ChannelRow, Config, Decision, Plan, QueueId, Roster, Routed, route_to};

use super::{AgentModel, QueuedItem, RosterModel};
use crate::support::plans::at;

/// Converts the state of the agents into rows, as a database has them.
pub(crate) fn rows(roster: &RosterModel) -> Vec<AgentRow> {
    let row = |(id, agent): (&String, &AgentModel)| {
        let mut row = AgentRow::new(id).idle_since(at(agent.idle_since));
        if let Some(presence) = &agent.presence {
            row = row.presence(presence);
        }
        if let Some(capacity) = agent.universal_capacity {
            row = row.universal_capacity(capacity);
        }
        for (id, record) in &agent.channels {
            let mut channel = ChannelRow::new(id)
                .load(record.load)
                .items(record.items)
                .handled(record.handled)
                .on(!record.is_off);
            if let Some(assigned_at) = record.assigned_at {
                channel = channel.last_assigned(at(assigned_at));
            }
            if let Some(capacity) = record.capacity {
                channel = channel.capacity(capacity);
            }
            row = row.channel(channel);
        }
        row
    };
    roster.agents.iter().map(row).collect()
}

/// Sets the round-robin cursors of the pools that exist in the configuration.
pub(crate) fn set_cursors(roster: &mut Roster, config: &Config, model: &RosterModel) {
    for ((queue, pool), agent) in &model.cursors {
        let pools = config
            .queues
            .get(queue.as_str())
            .map_or(0, |queue| queue.eligibility.len());
        if *pool < pools {
            roster
                .set_cursor(queue.as_str(), *pool, agent.as_str())
                .unwrap();
        }
    }
}

/// Builds a roster in the state of a model.
pub(crate) fn roster(plan: &Plan, model: &RosterModel) -> Roster {
    let mut roster = Roster::from_rows(plan, rows(model)).unwrap();
    set_cursors(&mut roster, plan.config(), model);
    roster
}

/// Routes a queued item to its queue, with the agents of its requester and its declines.
pub(crate) fn routed(plan: &Plan, item: &QueuedItem) -> Routed {
    let queue = QueueId::from(&item.queue);
    let work_item = item.work_item.clone();
    let mut routed = route_to(plan, work_item, &queue, at(item.waiting_since)).unwrap();
    let current = item.current_agents.iter().map(String::as_str);
    routed.set_current_agents(plan, current).unwrap();
    if let Some((agent, time)) = &item.last_agent {
        routed
            .set_last_agent(plan, agent.as_str(), at(*time))
            .unwrap();
    }
    for (agent, until) in &item.declines {
        routed.decline(plan, agent.as_str(), until.map(at)).unwrap();
    }
    routed
}

/// Returns the agent, the pool and the group of a decision, or `None` if the item waits.
pub(crate) fn chosen<'a>(plan: &'a Plan, decision: &Decision) -> Option<(&'a str, usize, &'a str)> {
    match decision {
        Decision::Assign(assignment) => Some((
            assignment.agent(plan).unwrap().as_str(),
            assignment.pool(plan).unwrap(),
            assignment.group(plan).unwrap().as_str(),
        )),
        Decision::Wait(_) => None,
    }
}
