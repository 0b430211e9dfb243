//! Why: every agent of a queue, with the gate that stopped it or the keys that ranked it.

use alloc::vec::Vec;

pub use crate::decide::explanation::{Considered, Explanation, Gate, Outcome, RankKey};

use crate::base::table::{AgentHandle, GroupHandle, LocalAgent, PoolHandle};
use crate::decide::search::{decide, is_of};
use crate::decision::{Decision, OtherPlan};
use crate::id::AgentId;
use crate::model::Affinity;
use crate::plan::{Pool, RulePlan, Tables};
use crate::roster::Roster;
use crate::routing::routed::{Routed, if_recent};
use crate::rule::eligibility::{Anyone, HasCapacity, HoldsSkills, HumanOnly, NotDeclined, Present};
use crate::rule::{Candidate, Case, Eligibility, Exclusion, Score};
use crate::time::Timestamp;

/// Explains what [`assign`](crate::assign()) answers: every member of any pool of the item's queue, first those who may take
/// it, the best first, with what ranked them; then the others by id, with the gate that stopped them.
///
/// It asks the rules agent by agent, without the index that makes `assign` quick: the cost is linear in the members. Its
/// `Display` is a table that a supervisor can read.
///
/// # Errors
///
/// [`OtherPlan`] if the item was routed under another plan than the roster's, or if the roster is about another queue.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new())
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha", "ben"]))
///     .agent("asha", Agent::new())
///     .agent("ben", Agent::new());
/// let plan = Plan::new(config)?;
/// let mut roster = Roster::new(&plan);
/// let now = Timestamp::from_millis(1_000);
/// roster.set_presence("ben", "available", now)?;
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let explanation = explain(&roster, &item, now)?;
/// let [ben, asha] = explanation.candidates() else { panic!("there are two agents") };
/// assert_eq!(ben.gate(), None);
/// assert_eq!(asha.gate(), Some(&Gate::Presence));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn explain(roster: &Roster, item: &Routed, now: Timestamp) -> Result<Explanation, OtherPlan> {
    if !is_of(roster, item) {
        return Err(OtherPlan);
    }
    Ok(explain_with_last_agent(
        roster,
        item,
        item.last_agent(),
        now,
    ))
}

/// The same for an item of the roster's own plan, and given its last agent.
pub(crate) fn explain_with_last_agent(
    roster: &Roster,
    item: &Routed,
    last_agent: Option<(AgentHandle, Timestamp)>,
    now: Timestamp,
) -> Explanation {
    let decision = decide(roster, item, last_agent, now);
    let question = Question {
        roster,
        compiled: roster.plan().compiled(),
        item,
        last_agent,
        now,
    };
    let mut members = question.members();
    let mut eligible: Vec<(CandidateRank, Considered)> = Vec::new();
    let mut excluded: Vec<Considered> = Vec::new();
    for agent in members.drain(..) {
        match question.consider(agent) {
            (Some(rank), considered) => eligible.push((rank, considered)),
            (None, considered) => excluded.push(considered),
        }
    }
    eligible.sort_by(|(left, _), (right, _)| left.cmp(right));
    let candidates = eligible
        .into_iter()
        .map(|(_, considered)| considered)
        .chain(excluded)
        .collect();
    let (agent, until) = match decision {
        Decision::Wait(wait) => (None, wait.until()),
        Decision::Assign(assignment) => (assignment.agent(roster.plan()).cloned(), None),
    };
    let queue = question.compiled.queues.name(item.queue()).clone();
    Explanation {
        item: item.item().id.clone(),
        queue,
        now,
        decision,
        agent,
        until,
        candidates,
    }
}

/// Where an agent stands among those who may take the item: compared from left to right.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct CandidateRank {
    affinities: Vec<usize>,
    tier: u32,
    pool: PoolHandle,
    is_human: bool,
    scores: Vec<Score>,
    assigned_seq: u64,
    agent: LocalAgent,
}

/// An agent in a group of a pool.
#[derive(Clone, Copy)]
struct Path<'a> {
    handle: PoolHandle,
    pool: &'a Pool,
    rule: &'a RulePlan,
    group: GroupHandle,
    tier: u32,
    /// The place of the group in the pool.
    place: usize,
}

/// The gate that stopped an agent on one way, and how many gates it had come through.
struct Stop<'a> {
    far: usize,
    way: Path<'a>,
    gate: Gate,
    exclusion: Exclusion,
}

/// One question, asked agent by agent.
struct Question<'a> {
    roster: &'a Roster,
    compiled: &'a Tables,
    item: &'a Routed,
    last_agent: Option<(AgentHandle, Timestamp)>,
    now: Timestamp,
}

impl<'a> Question<'a> {
    /// The members of all pools of the queue, each once, by id.
    fn members(&self) -> Vec<LocalAgent> {
        let groups = self.pools().flat_map(|(_, pool)| pool.groups.iter());
        let members = groups.flat_map(|(group, _)| self.compiled.members.get(*group));
        let mut members: Vec<LocalAgent> = members
            .filter_map(|agent| self.roster.layout().scope.local(*agent))
            .collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    fn pools(&self) -> impl Iterator<Item = (PoolHandle, &'a Pool)> + use<'a> {
        let compiled = self.compiled;
        let pools = compiled.queue_plans.at(self.item.queue()).pools;
        pools
            .handles()
            .map(move |handle| (handle, compiled.pools.at(handle)))
    }

    /// Through which groups of which pools an agent could be considered.
    fn ways(&self, agent: LocalAgent) -> Vec<Path<'a>> {
        let own = self.compiled.memberships.get(self.roster.handle_of(agent));
        let is_own = |group: GroupHandle| own.iter().any(|membership| membership.group == group);
        self.pools()
            .flat_map(|(handle, pool)| {
                let rule = self.compiled.rule_plans.at(pool.rule);
                let groups = pool.groups.iter().enumerate();
                groups.map(move |(place, (group, tier))| Path {
                    handle,
                    pool,
                    rule,
                    group: *group,
                    tier: *tier,
                    place,
                })
            })
            .filter(|way| is_own(way.group))
            .collect()
    }

    /// Considers an agent through each of its ways: the first that lets it through counts, else the one in which it came
    /// furthest.
    fn consider(&self, agent: LocalAgent) -> (Option<CandidateRank>, Considered) {
        let candidate = Candidate::new(self.roster, agent, self.item.channel());
        let mut best: Option<Path<'a>> = None;
        let mut furthest: Option<Stop<'a>> = None;
        for way in self.ways(agent) {
            match self.stopped_at(&way, &candidate) {
                None => {
                    let order = |way: &Path<'_>| (way.tier, way.handle, way.place);
                    if best.as_ref().is_none_or(|best| order(&way) < order(best)) {
                        best = Some(way);
                    }
                }
                Some(stop)
                    if furthest
                        .as_ref()
                        .is_none_or(|furthest| stop.far > furthest.far) =>
                {
                    furthest = Some(stop);
                }
                Some(_) => {}
            }
        }
        let id = candidate.id().clone();
        if let Some(way) = best {
            let (rank, keys) = self.rank(&way, &candidate, agent);
            return (
                Some(rank),
                self.considered(id, Some(&way), Outcome::Eligible { keys }),
            );
        }
        let (way, gate, exclusion) = match furthest {
            Some(stop) => (Some(stop.way), stop.gate, stop.exclusion),
            None => (None, Gate::Pool, Exclusion::new("is in no group of a pool")),
        };
        (
            None,
            self.considered(id, way.as_ref(), Outcome::Excluded { gate, exclusion }),
        )
    }

    fn considered(&self, agent: AgentId, way: Option<&Path<'_>>, outcome: Outcome) -> Considered {
        Considered {
            agent,
            tier: way.map(|way| way.tier),
            pool: way.map(|way| way.pool.place as usize),
            group: way.map(|way| self.compiled.groups.name(way.group).clone()),
            outcome,
        }
    }

    /// The gate that stops an agent on one way, with how far it came.
    fn stopped_at(&self, way: &Path<'a>, candidate: &Candidate<'_>) -> Option<Stop<'a>> {
        let opens = self
            .item
            .waiting_since()
            .plus_millis(way.pool.opens_after_millis);
        if way.pool.opens_after_millis > self.item.waited_millis(self.now) {
            let exclusion = Exclusion::new("its pool is not open yet").until(opens);
            return Some(Stop {
                far: 0,
                way: *way,
                gate: Gate::Pool,
                exclusion,
            });
        }
        let case = self.case(way);
        let skills = HoldsSkills(way.rule.skills);
        // A gate that a rule does not ask counts as passed, so that all pools' gates are as far apart.
        let ai: &dyn Eligibility = if way.rule.include_ai {
            &Anyone
        } else {
            &HumanOnly
        };
        let built_in: [(Gate, &dyn Eligibility); 5] = [
            (Gate::Presence, &Present),
            (Gate::Declined, &NotDeclined),
            (Gate::Skills, &skills),
            (Gate::Ai, ai),
            (Gate::Capacity, &HasCapacity),
        ];
        let own = way
            .rule
            .gates
            .iter()
            .map(|(name, rule)| (Gate::Custom(name.clone()), &**rule as &dyn Eligibility));
        (1..)
            .zip(built_in.into_iter().chain(own))
            .find_map(|(far, (gate, rule))| {
                let exclusion = rule.check(&case, candidate).err()?;
                exclusion.holds_at(self.now).then_some(Stop {
                    far,
                    way: *way,
                    gate,
                    exclusion,
                })
            })
    }

    fn case(&self, way: &Path<'_>) -> Case<'a> {
        Case::new(
            self.roster.plan(),
            self.item,
            way.handle,
            self.roster.cursor(way.handle),
        )
    }

    /// Where an agent stands among those who may take the item, and the keys that say so.
    fn rank(
        &self,
        way: &Path<'_>,
        candidate: &Candidate<'_>,
        agent: LocalAgent,
    ) -> (CandidateRank, Vec<RankKey>) {
        let case = self.case(way);
        let mut keys = self.skill_keys(way, candidate);
        keys.extend(way.rule.keys.iter().map(|key| RankKey {
            is_custom: key.is_custom,
            name: key.name.clone(),
            score: key.ranking.score(&case, candidate, self.now),
        }));
        let affinities = self
            .compiled
            .queue_plans
            .at(self.item.queue())
            .affinity
            .iter();
        let rank = CandidateRank {
            affinities: affinities
                .map(|affinity| self.affinity(*affinity, candidate))
                .collect(),
            tier: way.tier,
            pool: way.handle,
            is_human: !candidate.is_ai(),
            scores: keys.iter().map(|key| key.score).collect(),
            assigned_seq: candidate.assignment_stamp(),
            agent,
        };
        let shown = self.shown_keys(&rank, keys);
        (rank, shown)
    }

    /// Which place an affinity gives an agent: the lower, the better.
    fn affinity(&self, affinity: Affinity, candidate: &Candidate<'_>) -> usize {
        let place = match affinity {
            Affinity::LastAgent => if_recent(self.last_agent, self.now)
                .filter(|agent| *agent == candidate.handle())
                .map(|_| 0),
            Affinity::Preferred => self
                .item
                .preferred()
                .iter()
                .position(|agent| *agent == candidate.handle()),
        };
        place.unwrap_or(usize::MAX)
    }

    /// How many of the skills asked for an agent holds, where the rule asks.
    fn skill_keys(&self, way: &Path<'_>, candidate: &Candidate<'_>) -> Vec<RankKey> {
        let count = |at_level: bool| {
            let held = self.item.skills().iter().filter(|request| {
                candidate
                    .level_of(&request.skill)
                    .is_some_and(|level| !at_level || level >= request.level)
            });
            Score::most_first(u32::try_from(held.count()).unwrap_or(u32::MAX))
        };
        let mut keys = Vec::new();
        if way.rule.skills.counts() && !self.item.skills().is_empty() {
            keys.push(RankKey {
                is_custom: false,
                name: "skills".into(),
                score: count(false),
            });
            if way.rule.skills.levels() {
                keys.push(RankKey {
                    is_custom: false,
                    name: "skills_at_level".into(),
                    score: count(true),
                });
            }
        }
        keys
    }

    /// The keys with what stands before them: the affinity that gives the agent a place, and the stamp behind.
    fn shown_keys(&self, rank: &CandidateRank, keys: Vec<RankKey>) -> Vec<RankKey> {
        let affinities = self
            .compiled
            .queue_plans
            .at(self.item.queue())
            .affinity
            .iter()
            .zip(&rank.affinities);
        let affinities =
            affinities
                .filter(|(_, place)| **place != usize::MAX)
                .map(|(affinity, place)| RankKey {
                    is_custom: false,
                    name: match affinity {
                        Affinity::LastAgent => "last_agent".into(),
                        Affinity::Preferred => "preferred".into(),
                    },
                    score: Score::from(*place as u64),
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
                score: Score::from(rank.assigned_seq),
            });
        }
        shown
    }
}
