//! The best of a few named agents: those of equal rank by an affinity.
//!
//! They are checked one by one and compared in the order of the eligible agents, which the other searches find group by group.

use core::cmp::Ordering;

use crate::base::table::{AgentHandle, PoolHandle};
use crate::decide::scan::SKILL_KEYS;
use crate::decide::search::{Choice, Search};
use crate::model::Affinity;

impl Search<'_> {
    /// Finds the best of some agents who have equal ranks by `last_agent`. An agent may be named twice.
    ///
    /// The cost is linear in the agents, times the cost of [`find_for`](Self::find_for).
    pub(crate) fn find_best_of(&mut self, agents: &[AgentHandle]) -> Option<Choice> {
        let mut best: Option<Choice> = None;
        for agent in agents {
            if let Some(choice) = self.find_for(*agent)
                && best.is_none_or(|best| self.compare_choices(&choice, &best).is_lt())
            {
                best = Some(choice);
            }
        }
        best
    }

    /// Compares two agents by preference, tier, pool, and AI; then by skills, the keys of the rule, the last assignment and id.
    fn compare_choices(&self, choice: &Choice, other: &Choice) -> Ordering {
        let order = self.place(choice).cmp(&self.place(other));
        order.then_with(|| {
            // INVARIANT: the pools are equal, so both agents have the same rule.
            let pool = choice.pool;
            let rule = self.tables.rule_plans.at(self.tables.pools.at(pool).rule);
            let first_key = if rule.skills.has_effect() {
                0
            } else {
                SKILL_KEYS
            };
            let keys = first_key..SKILL_KEYS + rule.keys.len();
            let by_key = |key| {
                let [score, other_score] =
                    [choice.agent, other.agent].map(|agent| self.score((rule, pool), key, agent));
                score.cmp(&other_score)
            };
            let first_difference = keys.map(by_key).find(|order| order.is_ne());
            let last_keys = |choice: &Choice| self.last_keys(choice.agent);
            first_difference.unwrap_or_else(|| last_keys(choice).cmp(&last_keys(other)))
        })
    }

    /// Returns the ranks that precede the keys of a rule: the position among the preferred agents, the tier, the pool, and
    /// whether the agent is a person.
    fn place(&self, choice: &Choice) -> (usize, u32, PoolHandle, bool) {
        let agent = self.roster.handle_of(choice.agent);
        // If `preferred` is listed before `last_agent`, no preferred agent can take the item, and all positions are equal.
        let uses_preferred = self.queue().affinity.contains(&Affinity::Preferred);
        let mut preferred = self.item.preferred().iter();
        let position = preferred.position(|named| *named == agent);
        let position = position.filter(|_| uses_preferred);
        let tier = self.tables.tier_of(choice.pool, choice.group);
        (
            position.unwrap_or(usize::MAX),
            tier,
            choice.pool,
            !self.tables.is_ai(agent),
        )
    }
}
