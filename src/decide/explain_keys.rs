//! The keys of an explanation: the rank of an eligible agent, with each of its keys by name.
//!
//! ```text
//!   rank       affinities   tier   pool   AI   skill keys, keys of the rule   last assigned   agent
//!   shown      if it applies   column of its own   if so   always              always          column of its own
//! ```
//!
//! The order of the ranks is the order of the eligible agents, which [`assign`](crate::assign()) finds without computing ranks.

use alloc::vec::Vec;

use crate::base::table::{LocalAgent, PoolHandle};
use crate::decide::explain::{Evaluation, Path};
use crate::decide::explanation::RankKey;
use crate::model::Affinity;
use crate::rule::{Candidate, Case, Score};

/// The rank of an eligible agent. Lower is better; the fields are compared in order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CandidateRank {
    /// The rank by each affinity of the queue; `usize::MAX` if the affinity does not apply.
    affinities: Vec<usize>,
    /// The tier of the queue for the agent's group.
    tier: u32,
    /// Handles are in the order in which the pools of a queue open.
    pool: PoolHandle,
    /// `false` comes first, and AI agents come before people.
    is_human: bool,
    /// The scores by the skill keys, if they count, and by the keys of the rule.
    scores: Vec<Score>,
    /// The sequence number of the last assignment, 0 if there was none: an agent who never had an item comes first.
    assigned_seq: u64,
    /// Makes the order total. Local numbers are in the order of the ids.
    agent: LocalAgent,
}

impl Evaluation<'_> {
    /// Returns the rank of an eligible agent on its path, and the keys that an explanation shows for it.
    ///
    /// Two agents of one pool have the scores of the same keys. Ranks of different pools never compare scores, since the pool
    /// comes before them.
    pub(crate) fn rank(
        &self,
        path: &Path<'_>,
        candidate: &Candidate<'_>,
        agent: LocalAgent,
    ) -> (CandidateRank, Vec<RankKey>) {
        let case = Case::new(self.roster, self.item, path.pool_handle);
        // Skill keys come first, as in a scan, so that the ranks sort the agents as the decision does.
        let mut keys = self.skill_keys(path, candidate);
        keys.extend(path.rule.keys.iter().map(|key| RankKey {
            is_custom: key.is_custom,
            name: key.name.clone(),
            score: key.ranking.score(&case, candidate, self.now),
        }));
        // One entry per affinity of the queue, so that the ranks of all agents have equal lengths.
        let affinity = &self.tables.queue_plans.at(self.item.queue()).affinity;
        let rank_by = |affinity: &Affinity| self.affinity_rank(*affinity, candidate);
        let rank = CandidateRank {
            affinities: affinity.iter().map(rank_by).collect(),
            tier: path.tier,
            pool: path.pool_handle,
            is_human: !candidate.is_ai(),
            // INVARIANT: agents of one pool have the same keys, so their vectors have equal lengths.
            scores: keys.iter().map(|key| key.score).collect(),
            assigned_seq: candidate.assignment_stamp(),
            agent,
        };

        // The shown keys, in the order of comparison. Tier and pool are columns of the table.
        let mut shown: Vec<RankKey> = Vec::new();
        for (affinity, rank) in affinity.iter().zip(&rank.affinities) {
            // An affinity that does not apply would be noise in the table.
            if *rank != usize::MAX {
                let score = Score::from(*rank as u64);
                shown.push(RankKey::built_in(affinity.name(), score));
            }
        }
        if !rank.is_human {
            shown.push(RankKey::built_in("ai", Score::FIRST));
        }
        shown.append(&mut keys);
        // The last assignment breaks the ties of every rule. A rule that lists it as a key shows it there.
        let is_last_assigned = |key: &RankKey| !key.is_custom && &*key.name == "last_assigned";
        if !shown.iter().any(is_last_assigned) {
            let score = Score::from(rank.assigned_seq);
            shown.push(RankKey::built_in("last_assigned", score));
        }
        (rank, shown)
    }

    /// Returns the rank of an agent by an affinity; `usize::MAX` if the affinity does not apply to the agent.
    ///
    /// A current agent of the requester has rank 0, the last agent rank 1. A preferred agent has its position in the item's list.
    fn affinity_rank(&self, affinity: Affinity, candidate: &Candidate<'_>) -> usize {
        let agent = candidate.handle();
        let rank = match affinity {
            Affinity::LastAgent { .. } if self.agents.current.contains(&agent) => Some(0),
            Affinity::LastAgent { within_days } => {
                let last = self.agents.last_within(within_days, self.now);
                (last == Some(agent)).then_some(1)
            }
            Affinity::Preferred => {
                let mut preferred = self.item.preferred().iter();
                preferred.position(|named| *named == agent)
            }
        };
        // Behind all agents to whom the affinity applies.
        rank.unwrap_or(usize::MAX)
    }

    /// Returns the keys of the requested skills: those held at any level, then those held at the requested level.
    ///
    /// Empty unless the rule counts skills and the item requests some.
    fn skill_keys(&self, path: &Path<'_>, candidate: &Candidate<'_>) -> Vec<RankKey> {
        let requests = self.item.skills();
        let count = |at_level: bool| {
            let held = requests.iter().filter(|request| {
                let level = candidate.level_of(&request.skill);
                level.is_some_and(|level| !at_level || level >= request.level)
            });
            Score::most_first(u32::try_from(held.count()).unwrap_or(u32::MAX))
        };
        // Mandatory skills are counted as well. If the rule requires them, all eligible agents hold equally many.
        let mut keys = Vec::new();
        if path.rule.skills.has_effect() && !requests.is_empty() {
            keys.push(RankKey::built_in("skills", count(false)));
            if path.rule.skills.uses_levels() {
                keys.push(RankKey::built_in("skills_at_level", count(true)));
            }
        }
        keys
    }
}
