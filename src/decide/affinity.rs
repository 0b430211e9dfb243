//! Agents who come before all others if they may take the item: asked by name.

use crate::base::table::{AgentHandle, GroupHandle, LocalAgent};
use crate::decide::search::{Found, Search};
use crate::model::Affinity;
use crate::plan::{QueuePlan, Stage};

impl Search<'_> {
    /// The first agent of the queue's affinities who may take the item.
    pub(crate) fn by_affinity(&mut self, last_agent: Option<AgentHandle>) -> Option<Found> {
        let queue = self.tables.queue_plans.at(self.ask.queue);
        let item = self.item;
        queue.affinity.iter().find_map(|affinity| match affinity {
            Affinity::LastAgent => last_agent.and_then(|agent| self.through(queue, agent)),
            Affinity::Preferred => item
                .preferred()
                .iter()
                .find_map(|agent| self.through(queue, *agent)),
        })
    }

    /// Through which stage and group an agent may take the item: the first, in order, that lets it through.
    pub(crate) fn through(&mut self, queue: &QueuePlan, agent: AgentHandle) -> Option<Found> {
        let local = self.roster.layout().scope.local(agent)?;
        let may = self
            .roster
            .agent_channel(local, self.ask.channel)
            .is_present()
            && self.has_capacity(local)
            && !self.item.is_declined_by(agent, self.now);
        if !may {
            return None;
        }
        let tables = self.tables;
        tables.stages.span(queue.stages).iter().find_map(|stage| {
            let group = stage
                .groups
                .handles()
                .map(|handle| self.tables.stage_groups.at(handle).group)
                .find(|group| self.is_member(agent, *group))?;
            let passes = self.is_open(stage) && self.suits(stage, agent, local);
            passes.then_some(Found {
                agent: local,
                group,
                pool: stage.pool,
            })
        })
    }

    /// Whether a member of a group of a stage passes the gates of its pool's rule: skills, AI, the rule's own.
    fn suits(&mut self, stage: &Stage, agent: AgentHandle, local: LocalAgent) -> bool {
        let rule = self.tables.rule_plans.at(stage.rule);
        (!rule.skills.requires() || self.holds_mandatory(local, rule))
            && (rule.include_ai || !self.tables.is_ai(agent))
            && self.passes_gates(local, rule, stage.pool)
    }

    /// Whether a member of a group of a stage passes all gates but capacity.
    pub(crate) fn is_left(&mut self, stage: &Stage, agent: AgentHandle) -> bool {
        let Some(local) = self.roster.layout().scope.local(agent) else {
            return false;
        };
        self.roster
            .agent_channel(local, self.ask.channel)
            .is_present()
            && !self.item.is_declined_by(agent, self.now)
            && self.suits(stage, agent, local)
    }

    fn is_member(&self, agent: AgentHandle, group: GroupHandle) -> bool {
        self.tables
            .memberships
            .get(agent)
            .iter()
            .any(|membership| membership.group == group)
    }
}
