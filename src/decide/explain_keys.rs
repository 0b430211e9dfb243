//! The keys of an explanation: the rank of an eligible agent, with each of its keys by name.
//!
//! The rank has all keys by which agents are compared. An explanation shows those that a supervisor can act on: a tier is a
//! column of its own, and an affinity that does not apply is left out.

use alloc::vec::Vec;

use crate::base::table::{LocalAgent, PoolHandle};
use crate::decide::explain::{Evaluation, Path};
use crate::decide::explanation::RankKey;
use crate::model::Affinity;
use crate::routing::routed::if_recent;
use crate::rule::{Candidate, Score};

/// The rank of an eligible agent. Lower is better; the fields are compared in order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CandidateRank {
    /// The rank by each affinity of the queue; `usize::MAX` if the affinity does not apply.
    affinities: Vec<usize>,
    tier: u32,
    /// Handles are in the order in which the pools of a queue open.
    pool: PoolHandle,
    is_human: bool,
    /// The scores by the skill keys, if they count, and by the keys of the rule.
    scores: Vec<Score>,
    /// The sequence number of the last assignment.
    assigned_seq: u64,
    /// Makes the order total. Local numbers are in the order of the ids.
    agent: LocalAgent,
}

impl Evaluation<'_> {
    /// Returns the rank of an eligible agent, and the keys that an explanation shows for it.
    pub(crate) fn rank(
        &self,
        path: &Path<'_>,
        candidate: &Candidate<'_>,
        agent: LocalAgent,
    ) -> (CandidateRank, Vec<RankKey>) {
        let case = self.case(path);
        let mut keys = self.skill_keys(path, candidate);
        keys.extend(path.rule.keys.iter().map(|key| RankKey {
            is_custom: key.is_custom,
            name: key.name.clone(),
            score: key.ranking.score(&case, candidate, self.now),
        }));
        let affinity = &self.tables.queue_plans.at(self.item.queue()).affinity;
        let rank_by = |affinity: &Affinity| self.affinity_rank(*affinity, candidate);
        let rank = CandidateRank {
            affinities: affinity.iter().map(rank_by).collect(),
            tier: path.tier,
            pool: path.handle,
            is_human: !candidate.is_ai(),
            scores: keys.iter().map(|key| key.score).collect(),
            assigned_seq: candidate.assignment_stamp(),
            agent,
        };

        // The shown keys, in the order of comparison.
        let mut shown: Vec<RankKey> = Vec::new();
        for (affinity, rank) in affinity.iter().zip(&rank.affinities) {
            let name = match affinity {
                Affinity::LastAgent => "last_agent",
                Affinity::Preferred => "preferred",
            };
            if *rank != usize::MAX {
                shown.push(RankKey::built_in(name, Score::from(*rank as u64)));
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
    fn affinity_rank(&self, affinity: Affinity, candidate: &Candidate<'_>) -> usize {
        let agent = candidate.handle();
        let rank = match affinity {
            Affinity::LastAgent => {
                let last = if_recent(self.last_agent, self.now);
                (last == Some(agent)).then_some(0)
            }
            Affinity::Preferred => {
                let mut preferred = self.item.preferred().iter();
                preferred.position(|own| *own == agent)
            }
        };
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
        let mut keys = Vec::new();
        if path.rule.skills.counts() && !requests.is_empty() {
            keys.push(RankKey::built_in("skills", count(false)));
            if path.rule.skills.levels() {
                keys.push(RankKey::built_in("skills_at_level", count(true)));
            }
        }
        keys
    }
}
