//! All other rules: each agent who comes into question is compared with the best so far, key by key, no further than needed.

use core::cmp::Ordering;
use core::ops::{ControlFlow, Range};

use crate::base::table::{GroupHandle, LocalAgent};
use crate::decide::filter::Filtered;
use crate::decide::search::{Found, Search};
use crate::plan::{RulePlan, Stage};
use crate::rule::Score;
use crate::time::Timestamp;

/// So many scores of the best so far are kept; those behind are worked out again.
const SCORES_KEPT: usize = 12;
/// The keys before the rule's own: skills held, skills held at the level asked for.
const SKILL_KEYS: usize = 2;

/// The best so far, with the scores that have been needed of it.
struct BestAgent {
    agent: LocalAgent,
    group: GroupHandle,
    scores: [Score; SCORES_KEPT],
    known: usize,
}

/// By what agents are compared.
struct Keys<'a> {
    rule: &'a RulePlan,
    stage: &'a Stage,
    skills_rank: bool,
    now: Timestamp,
}

impl<'a> Search<'a> {
    pub(crate) fn walk(
        &mut self,
        stage: &Stage,
        rule: &'a RulePlan,
        skills_rank: bool,
        ai: bool,
    ) -> Option<Found> {
        let keys = Keys {
            rule,
            stage,
            skills_rank,
            now: self.now,
        };
        let mut best: Option<BestAgent> = None;
        let mut best_row = 0;
        for index in self.indexes(stage) {
            let Some(filtered) = self.filter(index, rule, ai) else {
                continue;
            };
            let rows = filtered.index.level_rows_for(self.ask.size);
            if !rule.leads_with_capacity || skills_rank {
                self.walk_rows(&filtered, &keys, rows, &mut best);
                continue;
            }
            // Who has more spare units comes first whatever else is asked: the rows below need not be walked.
            for row in rows.rev().take_while(|row| *row >= best_row) {
                if self.walk_rows(&filtered, &keys, row..row + 1, &mut best) {
                    best_row = row;
                    break;
                }
            }
        }
        best.map(|best| Found {
            agent: best.agent,
            group: best.group,
            pool: stage.pool,
        })
    }

    /// Walks some level rows of a group; says whether a new best stands in them.
    fn walk_rows(
        &mut self,
        filtered: &Filtered<'a>,
        keys: &Keys<'_>,
        rows: Range<usize>,
        best: &mut Option<BestAgent>,
    ) -> bool {
        let search = self;
        let mut found = false;
        let _ = filtered.visit::<()>(rows, |member, _| {
            let agent = search.roster.layout().member(filtered.index, member);
            let (place, score) = match best.as_mut() {
                None => (0, None),
                Some(best) => match search.is_before(keys, agent, best) {
                    Some((place, score)) => (place, Some(score)),
                    None => return ControlFlow::Continue(()),
                },
            };
            if search.admits(filtered, keys.rule, keys.stage.pool, agent) {
                let best = best.get_or_insert(BestAgent {
                    agent,
                    group: filtered.index.group,
                    scores: [Score::default(); SCORES_KEPT],
                    known: 0,
                });
                (best.agent, best.group) = (agent, filtered.index.group);
                best.keep(place, score);
                found = true;
            }
            ControlFlow::Continue(())
        });
        found
    }

    /// Whether an agent comes before the best so far: by which key, and the agent's score there. All scores before that are
    /// equal.
    fn is_before(
        &self,
        keys: &Keys<'_>,
        agent: LocalAgent,
        best: &mut BestAgent,
    ) -> Option<(usize, Score)> {
        let number = SKILL_KEYS + keys.rule.keys.len();
        for place in if keys.skills_rank { 0 } else { SKILL_KEYS }..number {
            let of_best = best.score(place).unwrap_or_else(|| {
                let score = self.score(keys, place, best.agent);
                best.keep_next(place, score);
                score
            });
            let score = self.score(keys, place, agent);
            match score.cmp(&of_best) {
                Ordering::Less => return Some((place, score)),
                Ordering::Greater => return None,
                Ordering::Equal => {}
            }
        }
        let last = |agent: LocalAgent| {
            (
                self.roster
                    .agent_channel(agent, self.ask.channel)
                    .assigned_seq,
                agent,
            )
        };
        (last(agent) < last(best.agent)).then_some((number, Score::default()))
    }

    fn score(&self, keys: &Keys<'_>, place: usize, agent: LocalAgent) -> Score {
        match place.checked_sub(SKILL_KEYS) {
            None => self.skills_held(agent, place > 0, keys.rule),
            Some(place) => keys
                .rule
                .keys
                .get(place)
                .map_or_else(Score::default, |key| {
                    key.ranking.score(
                        &self.case(keys.stage.pool),
                        &self.candidate(agent),
                        keys.now,
                    )
                }),
        }
    }

    /// How many of the skills asked for the agent holds: at any level, or at the level asked for. More come first.
    fn skills_held(&self, agent: LocalAgent, at_level: bool, rule: &RulePlan) -> Score {
        if at_level && !rule.skills.levels() {
            return Score::default();
        }
        let held = self.item.requested_skills().iter().filter(|&&asked| {
            self.held(agent, asked)
                .is_some_and(|held| !at_level || held.level >= asked.level)
        });
        Score::most_first(u32::try_from(held.count()).unwrap_or(u32::MAX))
    }
}

impl BestAgent {
    fn score(&self, place: usize) -> Option<Score> {
        if place < self.known {
            self.scores.get(place).copied()
        } else {
            None
        }
    }

    /// Keeps the score of the best at a place; those before it have been asked for already.
    fn keep_next(&mut self, place: usize, score: Score) {
        if let Some(kept) = self.scores.get_mut(place) {
            *kept = score;
            self.known = place + 1;
        }
    }

    /// Keeps what is known of a new best: the scores before a place, and the one there.
    fn keep(&mut self, place: usize, score: Option<Score>) {
        self.known = self.known.min(place);
        if let Some(score) = score {
            self.keep_next(place, score);
        }
    }
}
