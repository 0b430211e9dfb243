//! Affinity: agents who come before all others if they are eligible, such as the requester's last agent.
//!
//! The agents are named, so each is checked against the stages one by one, without the index. This check also decides
//! whether an agent who became free can take an item. It is documented as the gates 1 to 7 in [`design`](crate::design).
//!
//! ```text
//!   once:         present, not declined, capacity       (gates 2, 3, 6)
//!   per stage:    open, member of a group               (gate 1)
//!                 skills, AI, custom gates of the rule  (gates 4, 5, 7)
//! ```

use crate::base::table::{AgentHandle, LocalAgent};
use crate::decide::search::{Choice, Search};
use crate::model::Affinity;
use crate::plan::Stage;

impl Search<'_> {
    /// Finds the first eligible agent of the queue's affinities, in the order of the configuration.
    ///
    /// A preferred agent whom the plan lacks was left out when the item was routed.
    pub(crate) fn find_by_affinity(&mut self, last_agent: Option<AgentHandle>) -> Option<Choice> {
        let (queue, item) = (self.queue(), self.item);
        queue.affinity.iter().find_map(|affinity| match affinity {
            // Without a last agent, the `?` leaves only the closure: the next affinity is tried.
            Affinity::LastAgent => self.find_for(last_agent?),
            Affinity::Preferred => {
                let mut preferred = item.preferred().iter();
                preferred.find_map(|agent| self.find_for(*agent))
            }
        })
    }

    /// Finds the first stage, and in it the first group of an agent, through which the agent can take the item.
    ///
    /// The cost is linear in the stage groups of the queue times the groups of the agent.
    pub(crate) fn find_for(&mut self, agent: AgentHandle) -> Option<Choice> {
        let local = self.roster.layout().scope.find(agent)?;
        // These gates do not depend on the stage. Most agents fail one of them, before the stages are read.
        if !self.is_available(local, agent) || !self.has_capacity(local) {
            return None;
        }
        let tables = self.tables;
        // An agent is in few groups, so a search of this list per stage group is fast.
        let memberships = tables.memberships.get(agent);
        let mut stages = tables.stages.span(self.queue().stages).iter();
        stages.find_map(|stage| {
            let mut groups = tables.stage_groups.span(stage.groups).iter();
            let is_member = |group| memberships.iter().any(|own| own.group == group);
            // If the agent is in several groups of the stage, the first one counts, as in a search of the indexes.
            let shared = groups.find(|named| is_member(named.group))?;
            // The gates of a stage do not depend on the group, so no other group of the stage needs a check.
            let passes = self.is_open(stage) && self.passes_rule(stage, local, agent);
            passes.then_some(Choice {
                agent: local,
                group: shared.group,
                pool: stage.pool,
            })
        })
    }

    /// Returns `true` if a member of a stage passes all gates except for capacity.
    ///
    /// The caller has checked that the stage is open.
    pub(crate) fn passes_but_capacity(&mut self, stage: &Stage, agent: AgentHandle) -> bool {
        // A roster of one queue covers only the agents of its rows.
        let Some(local) = self.roster.layout().scope.find(agent) else {
            return false;
        };
        self.is_available(local, agent) && self.passes_rule(stage, local, agent)
    }

    /// Returns `true` if an agent is present on the item's channel and has not declined the item (gates 2 and 3).
    fn is_available(&self, local: LocalAgent, agent: AgentHandle) -> bool {
        let agent_channel = self.roster.agent_channel(local, self.item.channel());
        agent_channel.is_present() && !self.item.is_declined_by(agent, self.now)
    }

    /// Returns `true` if an agent passes the gates of a stage's rule: skills, AI and custom gates (gates 4, 5 and 7).
    fn passes_rule(&mut self, stage: &Stage, local: LocalAgent, agent: AgentHandle) -> bool {
        let rule = self.tables.rule_plans.at(stage.rule);
        (!rule.skills.requires() || self.holds_mandatory(local, rule))
            && (rule.include_ai || !self.tables.is_ai(agent))
            // Custom gates are last: they are the slowest, and an exclusion counts only if no other gate fails.
            && self.passes_gates(local, rule, stage.pool)
    }
}
