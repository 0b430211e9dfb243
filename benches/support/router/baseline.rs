//! The baseline of the router: a straightforward implementation with string ids in hash maps, which returns the same
//! outputs. It handles only the inputs of [`super::traffic`].

use std::collections::{HashMap, VecDeque};

use handover::{
    AcceptedBy, AgentId, CancelReason, GroupId, Input, Offer, OfferedBy, Output, QueueId, RuleId,
    SkillId, WorkItem, WorkItemId,
};

use super::super::config::{RULE, agent_id, group_id, queue_id, skill_id};
use super::super::workload::{ORDINARY_SKILLS, Workload};
use super::InputHandler;
use super::baseline_queues::{Assigned, BaselineQueues};

pub(crate) struct BaselineRouter {
    queues: BaselineQueues<WorkItemId>,
    items: HashMap<WorkItemId, BaselineItem>,
    queue_numbers: HashMap<QueueId, u32>,
    agent_numbers: HashMap<AgentId, u32>,
    skill_bits: HashMap<SkillId, u32>,
    queue_ids: Vec<QueueId>,
    agent_ids: Vec<AgentId>,
    group_ids: Vec<GroupId>,
    rule: RuleId,
    accepts_at_once: bool,
    outputs: VecDeque<Output>,
}

struct BaselineItem {
    /// Never read. Stored because a router stores its items.
    _item: WorkItem,
    queue: u32,
    state: BaselineState,
}

enum BaselineState {
    Waiting { arrival: u64 },
    Offered(Assigned),
    Accepted(Assigned),
}

impl BaselineRouter {
    pub(crate) fn new(workload: &Workload, offer: &Offer) -> Self {
        let agent_ids = ids(workload.agents.len(), agent_id);
        let queue_ids = ids(workload.queues.len(), queue_id);
        Self {
            queues: BaselineQueues::new(workload),
            items: HashMap::new(),
            queue_numbers: queue_ids.iter().cloned().zip(0..).collect(),
            agent_numbers: agent_ids.iter().cloned().zip(0..).collect(),
            skill_bits: (0..ORDINARY_SKILLS)
                .map(|skill| (skill_id(skill).into(), 1 << skill))
                .collect(),
            queue_ids,
            agent_ids,
            group_ids: ids(workload.groups.len(), group_id),
            rule: RULE.into(),
            accepts_at_once: *offer == Offer::AutoAccept,
            outputs: VecDeque::new(),
        }
    }

    fn route(&mut self, item: WorkItem, queue: QueueId) {
        let queue_number = self.queue_numbers[&queue];
        let bits = item
            .skills
            .iter()
            .map(|request| self.skill_bits[&request.skill]);
        let skills = bits.fold(0, |mask, bit| mask | bit);
        let id = item.id.clone();
        self.outputs.push_back(Output::Queued {
            item: id.clone(),
            queue,
        });
        let state = match self.queues.arrive(queue_number, skills, &id) {
            Ok(assigned) => self.assign(&id, queue_number, assigned),
            Err(arrival) => BaselineState::Waiting { arrival },
        };
        let item = BaselineItem {
            _item: item,
            queue: queue_number,
            state,
        };
        self.items.insert(id, item);
    }

    fn assign(&mut self, item: &WorkItemId, queue: u32, assigned: Assigned) -> BaselineState {
        if self.accepts_at_once {
            self.push_accepted(item.clone(), queue, assigned, AcceptedBy::Auto);
            return BaselineState::Accepted(assigned);
        }
        self.outputs.push_back(Output::Offered {
            item: item.clone(),
            agent: self.agent_ids[assigned.agent as usize].clone(),
            queue: Some(self.queue_ids[queue as usize].clone()),
            group: Some(self.group_ids[assigned.group as usize].clone()),
            rule: Some(self.rule.clone()),
            expires: None,
            by: OfferedBy::Router,
        });
        BaselineState::Offered(assigned)
    }

    fn push_accepted(&mut self, item: WorkItemId, queue: u32, assigned: Assigned, by: AcceptedBy) {
        self.outputs.push_back(Output::Accepted {
            item,
            agent: self.agent_ids[assigned.agent as usize].clone(),
            queue: Some(self.queue_ids[queue as usize].clone()),
            group: Some(self.group_ids[assigned.group as usize].clone()),
            rule: Some(self.rule.clone()),
            by,
        });
    }

    fn accept(&mut self, id: WorkItemId, agent: &AgentId) {
        let agent = self.agent_numbers[agent];
        let item = self.items.get_mut(&id).expect("the item exists");
        let BaselineState::Offered(assigned) = item.state else {
            return;
        };
        assert!(
            assigned.agent == agent,
            "the item is offered to another agent"
        );
        item.state = BaselineState::Accepted(assigned);
        let queue = item.queue;
        self.push_accepted(id, queue, assigned, AcceptedBy::Agent);
    }

    fn complete(&mut self, id: WorkItemId) {
        let item = self.items.remove(&id).expect("the item exists");
        let BaselineState::Accepted(Assigned { agent, .. }) = item.state else {
            return;
        };
        let closed = Output::Closed {
            item: id,
            agent: self.agent_ids[agent as usize].clone(),
        };
        self.outputs.push_back(closed);
        if let Some((next, queue, assigned)) = self.queues.complete(agent) {
            let state = self.assign(&next, queue, assigned);
            if let Some(item) = self.items.get_mut(&next) {
                item.state = state;
            }
        }
    }

    fn cancel(&mut self, id: WorkItemId, note: Option<String>) {
        let item = self.items.remove(&id).expect("the item exists");
        if let BaselineState::Waiting { arrival } = item.state {
            self.queues.cancel(item.queue, arrival);
        }
        self.outputs.push_back(Output::Canceled {
            item: id,
            agent: None,
            reason: CancelReason::Requested,
            note,
        });
    }
}

impl InputHandler for BaselineRouter {
    #[inline]
    fn handle(&mut self, input: Input) {
        match input {
            Input::Route {
                item,
                queue: Some(queue),
            } => self.route(item, queue),
            Input::Accept { item, agent } => self.accept(item, &agent),
            Input::Complete { item, .. } => self.complete(item),
            Input::Cancel { item, note } => self.cancel(item, note),
            _ => {}
        }
    }

    #[inline]
    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}

fn ids<Id: From<String>>(count: usize, name: fn(usize) -> String) -> Vec<Id> {
    (0..count).map(|number| name(number).into()).collect()
}
