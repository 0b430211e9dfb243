//! The parts of a routed item that most items lack.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base::table::AgentHandle;
use crate::id::AgentId;
use crate::model::SkillRequest;
use crate::plan::Plan;
use crate::routing::decline::Decline;
use crate::routing::last_agent::RequesterAgents;

/// The fields that most items leave empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct ItemExtras {
    /// All requested skills, if they differ from the item's own list.
    pub(crate) skills: Option<Box<[SkillRequest]>>,
    /// In the order of handles.
    pub(crate) declines: Vec<Decline>,
    /// The preferred agents that the plan has, in the item's order.
    pub(crate) preferred: Vec<AgentHandle>,
    /// The agents of the requester that a service has set.
    pub(crate) requester_agents: RequesterAgents,
}

impl ItemExtras {
    /// Makes the extras of a new item, given the ids of its preferred agents and its merged skills.
    ///
    /// PERF: boxed here, so that [`Routed::new`](super::routed::Routed::new) is small enough to be inlined: 2.6 % of the
    /// instructions per input.
    #[expect(clippy::unnecessary_box_returns, reason = "keeps the caller small")]
    pub(crate) fn new(
        plan: &Plan,
        preferred: &[AgentId],
        skills: Option<Box<[SkillRequest]>>,
    ) -> Box<Self> {
        Box::new(Self {
            skills,
            preferred: resolve_agents(plan, preferred),
            ..Self::default()
        })
    }
}

/// The extras of an item without any.
pub(crate) static NO_EXTRAS: ItemExtras = ItemExtras {
    skills: None,
    declines: Vec::new(),
    preferred: Vec::new(),
    requester_agents: RequesterAgents::NONE,
};

/// Returns the handles of the agents that the plan has. An agent may leave before its items do, so that others are ignored.
#[inline]
pub(crate) fn resolve_agents(plan: &Plan, agents: &[AgentId]) -> Vec<AgentHandle> {
    let known = |agent: &AgentId| plan.agent(agent.as_str());
    agents.iter().filter_map(known).collect()
}
