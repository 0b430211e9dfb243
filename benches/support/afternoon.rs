//! The afternoon baseline as a router: string ids in hash maps, whole items, and the same outputs.

use std::collections::{HashMap, VecDeque};

use handover::{
    AcceptedBy, AgentId, CancelReason, GroupId, Input, Offer, OfferedBy, Output, QueueId, RuleId,
    SkillId, WorkItem, WorkItemId,
};

use super::config::{RULE, agent_name, group_name, queue_name, skill_name};
use super::office::Office;
use super::queues::{Given, Queues};
use super::workload::{ORDINARY_SKILLS, World};

pub(crate) struct Afternoon {
    queues: Queues<WorkItemId>,
    items: HashMap<WorkItemId, Held>,
    queue_numbers: HashMap<QueueId, u32>,
    agent_numbers: HashMap<AgentId, u32>,
    skill_bits: HashMap<SkillId, u32>,
    queue_ids: Vec<QueueId>,
    agent_ids: Vec<AgentId>,
    group_ids: Vec<GroupId>,
    rule: RuleId,
    auto: bool,
    outputs: VecDeque<Output>,
}

/// An item, where it is, and whose.
struct Held {
    /// A router keeps what it was given.
    _item: WorkItem,
    queue: u32,
    state: State,
}

enum State {
    Waiting { arrival: u64 },
    Offered(Given),
    Accepted(Given),
}

impl Afternoon {
    pub(crate) fn new(world: &World, offer: &Offer) -> Self {
        let agent_ids = ids(world.agents.len(), agent_name);
        let queue_ids = ids(world.queues.len(), queue_name);
        Self {
            queues: Queues::new(world),
            items: HashMap::new(),
            queue_numbers: queue_ids.iter().cloned().zip(0..).collect(),
            agent_numbers: agent_ids.iter().cloned().zip(0..).collect(),
            skill_bits: (0..ORDINARY_SKILLS)
                .map(|skill| (skill_name(skill).into(), 1 << skill))
                .collect(),
            queue_ids,
            agent_ids,
            group_ids: ids(world.groups.len(), group_name),
            rule: RULE.into(),
            auto: *offer == Offer::AutoAccept,
            outputs: VecDeque::new(),
        }
    }

    fn route(&mut self, item: WorkItem, queue: QueueId) {
        let number = self.queue_numbers[&queue];
        let bits = item
            .skills
            .iter()
            .map(|asked| self.skill_bits[&asked.skill]);
        let skills = bits.fold(0, |mask, bit| mask | bit);
        let id = item.id.clone();
        self.outputs.push_back(Output::Queued {
            item: id.clone(),
            queue,
        });
        let state = match self.queues.arrive(number, skills, &id) {
            Ok(given) => self.give(&id, number, given),
            Err(arrival) => State::Waiting { arrival },
        };
        let held = Held {
            _item: item,
            queue: number,
            state,
        };
        self.items.insert(id, held);
    }

    /// An item is given to an agent, who has it at once or is asked.
    fn give(&mut self, item: &WorkItemId, queue: u32, given: Given) -> State {
        if self.auto {
            self.output_accepted(item.clone(), queue, given, AcceptedBy::Auto);
            return State::Accepted(given);
        }
        self.outputs.push_back(Output::Offered {
            item: item.clone(),
            agent: self.agent_ids[given.agent as usize].clone(),
            queue: Some(self.queue_ids[queue as usize].clone()),
            group: Some(self.group_ids[given.group as usize].clone()),
            rule: Some(self.rule.clone()),
            expires: None,
            by: OfferedBy::Router,
        });
        State::Offered(given)
    }

    fn output_accepted(&mut self, item: WorkItemId, queue: u32, given: Given, by: AcceptedBy) {
        self.outputs.push_back(Output::Accepted {
            item,
            agent: self.agent_ids[given.agent as usize].clone(),
            queue: Some(self.queue_ids[queue as usize].clone()),
            group: Some(self.group_ids[given.group as usize].clone()),
            rule: Some(self.rule.clone()),
            by,
        });
    }

    fn accept(&mut self, item: WorkItemId, agent: &AgentId) {
        let agent = self.agent_numbers[agent];
        let held = self.items.get_mut(&item).expect("the item is known");
        let State::Offered(given) = held.state else {
            return;
        };
        assert!(given.agent == agent, "it is offered to somebody else");
        held.state = State::Accepted(given);
        let queue = held.queue;
        self.output_accepted(item, queue, given, AcceptedBy::Agent);
    }

    fn complete(&mut self, item: WorkItemId) {
        let held = self.items.remove(&item).expect("the item is known");
        let State::Accepted(Given { agent, .. }) = held.state else {
            return;
        };
        let closed = Output::Closed {
            item,
            agent: self.agent_ids[agent as usize].clone(),
        };
        self.outputs.push_back(closed);
        if let Some((next, queue, given)) = self.queues.complete(agent) {
            let state = self.give(&next, queue, given);
            if let Some(held) = self.items.get_mut(&next) {
                held.state = state;
            }
        }
    }

    fn cancel(&mut self, item: WorkItemId, note: Option<String>) {
        let held = self.items.remove(&item).expect("the item is known");
        if let State::Waiting { arrival } = held.state {
            self.queues.cancel(held.queue, arrival);
        }
        self.outputs.push_back(Output::Canceled {
            item,
            agent: None,
            reason: CancelReason::Requested,
            note,
        });
    }
}

impl Office for Afternoon {
    #[inline]
    fn handle(&mut self, input: Input) {
        match input {
            Input::Route {
                item,
                queue: Some(queue),
            } => self.route(item, queue),
            Input::Accept { item, agent } => self.accept(item, &agent),
            Input::Complete { item } => self.complete(item),
            Input::Cancel { item, note } => self.cancel(item, note),
            _ => {}
        }
    }

    #[inline]
    fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}

fn ids<Id: From<String>>(count: usize, name: fn(usize) -> String) -> Vec<Id> {
    (0..count).map(|number| name(number).into()).collect()
}
