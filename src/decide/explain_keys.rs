//! The keys of an explanation: the rank of an eligible agent, with each of its keys by name.

use alloc::vec::Vec;

use crate::base::table::{LocalAgent, PoolHandle};
pub(crate) use crate::decide::explain::{Evaluation, Path};
use crate::decide::explanation::RankKey;
use crate::model::Affinity;
use crate::routing::routed::if_recent;
use crate::rule::{Candidate, Score};

/// The rank of an eligible agent. Lower is better; the fields are compared in order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CandidateRank {
    /// The rank by each affinity of the queue; `usize::MAX` without one.
    affinities: Vec<usize>,
    tier: u32,
    pool: PoolHandle,
    is_human: bool,
    scores: Vec<Score>,
    stamp: u64,
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
        let affinities = self
            .tables
            .queue_plans
            .at(self.item.queue())
            .affinity
            .iter();
        let rank = CandidateRank {
            affinities: affinities
                .map(|affinity| self.affinity(*affinity, candidate))
                .collect(),
            tier: path.tier,
            pool: path.handle,
            is_human: !candidate.is_ai(),
            scores: keys.iter().map(|key| key.score).collect(),
            stamp: candidate.assignment_stamp(),
            agent,
        };
        let shown = self.shown_keys(&rank, keys);
        (rank, shown)
    }

    /// Returns the rank of an agent by an affinity; `usize::MAX` without one.
    fn affinity(&self, affinity: Affinity, candidate: &Candidate<'_>) -> usize {
        let rank = match affinity {
            Affinity::LastAgent => if_recent(self.last_agent, self.now)
                .filter(|agent| *agent == candidate.handle())
                .map(|_| 0),
            Affinity::Preferred => self
                .item
                .preferred()
                .iter()
                .position(|agent| *agent == candidate.handle()),
        };
        rank.unwrap_or(usize::MAX)
    }

    /// Returns the keys of the requested skills, if the rule counts skills.
    fn skill_keys(&self, path: &Path<'_>, candidate: &Candidate<'_>) -> Vec<RankKey> {
        let count = |at_level: bool| {
            let held = self.item.skills().iter().filter(|request| {
                candidate
                    .level_of(&request.skill)
                    .is_some_and(|level| !at_level || level >= request.level)
            });
            Score::most_first(u32::try_from(held.count()).unwrap_or(u32::MAX))
        };
        let mut keys = Vec::new();
        if path.rule.skills.counts() && !self.item.skills().is_empty() {
            keys.push(RankKey {
                is_custom: false,
                name: "skills".into(),
                score: count(false),
            });
            if path.rule.skills.levels() {
                keys.push(RankKey {
                    is_custom: false,
                    name: "skills_at_level".into(),
                    score: count(true),
                });
            }
        }
        keys
    }

    /// Returns the keys to show: affinities that apply, the AI preference, the rule's keys, and the last assignment.
    fn shown_keys(&self, rank: &CandidateRank, keys: Vec<RankKey>) -> Vec<RankKey> {
        let affinities = self
            .tables
            .queue_plans
            .at(self.item.queue())
            .affinity
            .iter()
            .zip(&rank.affinities);
        let affinities =
            affinities
                .filter(|(_, rank)| **rank != usize::MAX)
                .map(|(affinity, rank)| RankKey {
                    is_custom: false,
                    name: match affinity {
                        Affinity::LastAgent => "last_agent".into(),
                        Affinity::Preferred => "preferred".into(),
                    },
                    score: Score::from(*rank as u64),
                });
        let ai = (!rank.is_human).then(|| RankKey {
            is_custom: false,
            name: "ai".into(),
            score: Score::FIRST,
        });
        let mut shown: Vec<RankKey> = affinities.chain(ai).chain(keys).collect();
        if shown
            .iter()
            .all(|key| key.is_custom || &*key.name != "last_assigned")
        {
            shown.push(RankKey {
                is_custom: false,
                name: "last_assigned".into(),
                score: Score::from(rank.stamp),
            });
        }
        shown
    }
}
