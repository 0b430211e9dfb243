//! The search for one agent: whether it can take an item, and through which group and pool.
//!
//! The agent is checked against the stages one by one, without the index. The router does that for an agent who became free, and
//! [`Search`] for an agent with an affinity, such as the requester's last agent. The order of the gates here is for speed; which gates there
//! are is documented in [`design`](crate::design).
//!
//! ```text
//!   once:         `presence`, `declined`, `capacity`
//!   per stage:    `pool`: the pool is open, the agent is a member of a group
//!                 `skills`, `ai` and the custom gates of the rule
//! ```

use crate::base::table::{AgentHandle, LocalAgent};
use crate::decide::search::{Choice, Search};
use crate::plan::Stage;

impl Search<'_> {
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

    /// Returns `true` if an agent passes all gates of a stage, except for capacity and the opening of the pool.
    ///
    /// The cost is that of [`find_for`](Self::find_for).
    pub(crate) fn passes_but_capacity(&mut self, agent: AgentHandle) -> bool {
        // A roster of one queue covers only the agents of its rows.
        let Some(local) = self.roster.layout().scope.find(agent) else {
            return false;
        };
        if !self.is_available(local, agent) {
            return false;
        }
        let tables = self.tables;
        let memberships = tables.memberships.get(agent);
        let mut stages = tables.stages.span(self.queue().stages).iter();
        stages.any(|stage| {
            let mut groups = tables.stage_groups.span(stage.groups).iter();
            groups.any(|named| memberships.iter().any(|own| own.group == named.group))
                && self.passes_rule(stage, local, agent)
        })
    }

    /// Returns `true` if an agent is present on the item's channel and has not declined the item: the gates
    /// `presence` and `declined`.
    fn is_available(&self, local: LocalAgent, agent: AgentHandle) -> bool {
        let agent_channel = self.roster.agent_channel(local, self.item.channel());
        agent_channel.is_present() && !self.item.is_declined_by(agent, self.now)
    }

    /// Returns `true` if an agent passes the gates `skills` and `ai` and the custom gates of a stage's rule.
    fn passes_rule(&mut self, stage: &Stage, local: LocalAgent, agent: AgentHandle) -> bool {
        let rule = self.tables.rule_plans.at(stage.rule);
        (!rule.skills.requires_mandatory() || self.holds_mandatory(local, rule))
            && (rule.include_ai || !self.tables.is_ai(agent))
            // Custom gates are last: they are the slowest, and an exclusion counts only if no other gate fails.
            && self.passes_custom_gates(local, rule, stage.pool)
    }
}
