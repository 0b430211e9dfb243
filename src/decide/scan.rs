//! The scan: compares the agents who pass the rows, for rules whose order the index does not hold.
//!
//! Agents are compared key by key, and only as far as two of them differ:
//!
//! ```text
//!   key      0: skills held   1: at level   2: fewest_items   3: in_order   last assigned, agent
//!   best          -3              -2              4                ·               ·
//!   agent         -3              -2              5                               (· = not computed)
//!                 =               =               worse: the best agent stays
//! ```
//!
//! The scores of the best agent are computed when they are first needed and kept for the next comparison. So a rule with an
//! expensive second key computes it only for agents whose first scores are equal.
//!
//! `GroupFilter` has the gates and the rule. Keys are numbered: first the two skill keys, then those of the rule.

use core::cmp::Ordering;
use core::ops::{ControlFlow, Range};

use crate::base::table::{GroupHandle, LocalAgent, PoolHandle};
use crate::decide::filter::GroupFilter;
use crate::decide::search::{Choice, Search};
use crate::plan::{RulePlan, Stage};
use crate::rule::{Case, Score};

/// The number of scores that are kept of the best agent. Scores of later keys are computed for each comparison.
///
/// PERF: a fixed number, so that a decision allocates nothing. Hardly any rule has more keys.
const SCORES_KEPT: usize = 12;
/// The number of keys before those of the rule: skills held at any level, and skills held at the requested level.
pub(crate) const SKILL_KEYS: usize = 2;

/// The best agent found so far.
struct BestAgent {
    agent: LocalAgent,
    /// The group through which the agent was found.
    group: GroupHandle,
    /// The scores, by key. Only those before `known` have been computed, from the first key that counts.
    scores: [Score; SCORES_KEPT],
    /// The number of the key after the last known score.
    known: usize,
}

impl BestAgent {
    /// Stores the score of a key. All scores before it are known, and those after it are not.
    ///
    /// Stores nothing for a key beyond the kept ones.
    fn set_score(&mut self, key: usize, score: Score) {
        if let Some(kept) = self.scores.get_mut(key) {
            *kept = score;
            self.known = key + 1;
        }
    }
}

impl<'a> Search<'a> {
    /// Finds the best agent of a stage by comparing those who pass the gates.
    ///
    /// The cost is linear in the agents who pass the rows, times the keys that are needed to tell them apart. `ranks_skills`
    /// states whether the skill keys count.
    pub(crate) fn scan(
        &mut self,
        stage: &Stage,
        rule: &'a RulePlan,
        ranks_skills: bool,
        is_ai: bool,
    ) -> Option<Choice> {
        let first_key = if ranks_skills { 0 } else { SKILL_KEYS };
        let mut best: Option<BestAgent> = None;
        // The level row of the best agent, if the rule leads with capacity.
        let mut best_row = 0;
        for index in self.indexes(stage) {
            let Some(filter) = self.filter(index, stage.pool, rule, is_ai) else {
                continue;
            };
            let rows = filter.index.level_rows_for(self.item.size());
            if !rule.leads_with_capacity || ranks_skills {
                // Any row can have the best agent: the rows are visited together, block by block.
                self.scan_rows(&filter, first_key, rows, &mut best);
                continue;
            }
            // PERF: more spare units win before all other keys, so the rows below the first one with an eligible agent are
            // not read. INVARIANT: the groups of a stage are on one channel, so their rows mean the same levels.
            for row in rows.rev().take_while(|row| *row >= best_row) {
                if self.scan_rows(&filter, first_key, row..row + 1, &mut best) {
                    best_row = row;
                    break;
                }
            }
        }
        best.map(|best| Choice {
            agent: best.agent,
            group: best.group,
            pool: stage.pool,
        })
    }

    /// Compares the members in some level rows of a group with the best agent. Returns `true` if one of them replaced it.
    ///
    /// `first_key` is 0 if the skill keys count, else the number of the rule's first key.
    fn scan_rows(
        &mut self,
        filter: &GroupFilter<'a>,
        first_key: usize,
        rows: Range<usize>,
        best: &mut Option<BestAgent>,
    ) -> bool {
        // The visit never ends early, since any later member can be better.
        let mut is_replaced = false;
        let _ = filter.visit(rows, |member, _| {
            let agent = self.roster.layout().member(filter.index, member);
            // The comparison comes before the gates: it excludes most agents, and custom gates can be slow.
            let difference = match best {
                Some(best) => match self.compare_keys(filter, first_key, agent, best) {
                    Some(difference) => Some(difference),
                    None => return ControlFlow::Continue(()),
                },
                None => None,
            };
            if filter.is_exact || self.admits(filter, agent) {
                let group = filter.index.group;
                let best = best.get_or_insert(BestAgent {
                    agent,
                    group,
                    scores: [Score::default(); SCORES_KEPT],
                    known: 0,
                });
                (best.agent, best.group) = (agent, group);
                if let Some((key, score)) = difference {
                    // The scores before `key` are equal for both agents and stay valid.
                    best.set_score(key, score);
                }
                is_replaced = true;
            }
            ControlFlow::Continue(())
        });
        is_replaced
    }

    /// Compares an agent with the best one. Returns the first key by which the agent is better, with its score; `None` if the
    /// agent is not better.
    ///
    /// Computes scores of the best agent that are not known yet, and stores them in `best`.
    fn compare_keys(
        &self,
        filter: &GroupFilter<'a>,
        first_key: usize,
        agent: LocalAgent,
        best: &mut BestAgent,
    ) -> Option<(usize, Score)> {
        // The number that a difference in the last assignment gets: after all keys.
        let keys = SKILL_KEYS + filter.rule.keys.len();
        // Only the score that differs is returned: those before it equal the scores of the best agent.
        for key in first_key..keys {
            // Known from an earlier comparison, unless no agent came this far before or the key is beyond the kept ones.
            let known = best.scores.get(key).filter(|_| key < best.known);
            let best_score = known.copied().unwrap_or_else(|| {
                let score = self.score((filter.rule, filter.pool), key, best.agent);
                best.set_score(key, score);
                score
            });
            let score = self.score((filter.rule, filter.pool), key, agent);
            // An equal score leaves the decision to the next key.
            match score.cmp(&best_score) {
                Ordering::Less => return Some((key, score)),
                Ordering::Greater => return None,
                Ordering::Equal => {}
            }
        }
        // The default score is a placeholder: no comparison reads the score with the number `keys`.
        (self.last_keys(agent) < self.last_keys(best.agent)).then_some((keys, Score::default()))
    }

    /// Returns the last two keys of every rule. The agent makes the order total: members of two groups are visited twice.
    pub(crate) fn last_keys(&self, agent: LocalAgent) -> (u64, LocalAgent) {
        let agent_channel = self.roster.agent_channel(agent, self.item.channel());
        (agent_channel.assigned_seq, agent)
    }

    /// Computes the score of an agent by a key of a pool's rule. Lower is better.
    pub(crate) fn score(
        &self,
        (rule, pool): (&RulePlan, PoolHandle),
        key: usize,
        agent: LocalAgent,
    ) -> Score {
        let Some(position) = key.checked_sub(SKILL_KEYS) else {
            return self.count_held_skills(agent, key > 0, rule);
        };
        let key = rule.keys.get(position);
        key.map_or_else(Score::default, |key| {
            let case = Case::new(self.roster, self.item, pool);
            key.ranking.score(&case, &self.candidate(agent), self.now)
        })
    }

    /// Counts the requested skills that an agent holds, at any level or at the requested level. Equal for all agents if levels
    /// are asked for and the rule ignores them.
    fn count_held_skills(&self, agent: LocalAgent, at_level: bool, rule: &RulePlan) -> Score {
        if at_level && !rule.skills.uses_levels() {
            return Score::default();
        }
        // Optional skills too: they are what the count is for.
        let skills = self.item.requested_skills().iter();
        let held = skills.filter(|asked| {
            self.held(agent, **asked)
                .is_some_and(|held| !at_level || held.level >= asked.level)
        });
        Score::most_first(u32::try_from(held.count()).unwrap_or(u32::MAX))
    }
}
