//! `explain`: evaluates every agent of a queue against the rules, one by one and without the index.
//!
//! It shares no code with the search of `assign` but the rules themselves, so that a test can hold one against the other.

pub(crate) use crate::decide::explain_keys::CandidateRank;
use alloc::vec::Vec;

pub use crate::decide::explanation::{CandidateReport, Explanation, Gate, Outcome, RankKey};

use crate::base::table::{AgentHandle, GroupHandle, LocalAgent, PoolHandle};
use crate::decide::search::{covers, decide};
use crate::decision::{Decision, PlanMismatch};
use crate::id::AgentId;
use crate::plan::{Pool, RulePlan, Tables};
use crate::roster::Roster;
use crate::routing::routed::Routed;
use crate::rule::eligibility::{Anyone, HasCapacity, HoldsSkills, HumanOnly, NotDeclined, Present};
use crate::rule::{Candidate, Case, Eligibility, Exclusion};
use crate::time::Timestamp;

/// Explains the decision of [`assign`](crate::assign()) for every member of the queue's pools.
///
/// Lists the eligible agents first, best first, with the keys that ranked them; then all others by id, with the gate that
/// excluded them. The `Display` of the result is a table for a supervisor.
///
/// Takes time in proportion to the members of the queue's pools: it evaluates the rules agent by agent, without the index.
///
/// # Errors
///
/// [`PlanMismatch`] if the item was routed under another plan than the roster's, or if the roster covers another queue.
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
pub fn explain(
    roster: &Roster,
    item: &Routed,
    now: Timestamp,
) -> Result<Explanation, PlanMismatch> {
    if !covers(roster, item) {
        return Err(PlanMismatch);
    }
    Ok(explain_with_last_agent(
        roster,
        item,
        item.last_agent(),
        now,
    ))
}

/// Explains the decision for an item of the roster's plan, given the requester's last agent.
pub(crate) fn explain_with_last_agent(
    roster: &Roster,
    item: &Routed,
    last_agent: Option<(AgentHandle, Timestamp)>,
    now: Timestamp,
) -> Explanation {
    let decision = decide(roster, item, last_agent, now);
    let evaluation = Evaluation {
        roster,
        tables: roster.plan().tables(),
        item,
        last_agent,
        now,
    };
    let mut members = evaluation.members();
    let mut eligible: Vec<(CandidateRank, CandidateReport)> = Vec::new();
    let mut excluded: Vec<CandidateReport> = Vec::new();
    for agent in members.drain(..) {
        match evaluation.consider(agent) {
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
    let queue = evaluation.tables.queues.id(item.queue()).clone();
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

/// A group of a pool through which an agent can get the item.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    pub(crate) handle: PoolHandle,
    pool: &'a Pool,
    pub(crate) rule: &'a RulePlan,
    group: GroupHandle,
    pub(crate) tier: u32,
    /// The position of the group in the pool.
    position: usize,
}

/// The gate that excluded an agent on one path, and the number of gates that it passed before.
struct Stop<'a> {
    far: usize,
    path: Path<'a>,
    gate: Gate,
    exclusion: Exclusion,
}

/// The evaluation of one item for all agents.
pub(crate) struct Evaluation<'a> {
    roster: &'a Roster,
    pub(crate) tables: &'a Tables,
    pub(crate) item: &'a Routed,
    pub(crate) last_agent: Option<(AgentHandle, Timestamp)>,
    pub(crate) now: Timestamp,
}

impl<'a> Evaluation<'a> {
    /// Returns the members of all pools of the queue, each once, by id.
    fn members(&self) -> Vec<LocalAgent> {
        let groups = self.pools().flat_map(|(_, pool)| pool.groups.iter());
        let members = groups.flat_map(|(group, _)| self.tables.members.get(*group));
        let mut members: Vec<LocalAgent> = members
            .filter_map(|agent| self.roster.layout().scope.local(*agent))
            .collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    fn pools(&self) -> impl Iterator<Item = (PoolHandle, &'a Pool)> + use<'a> {
        let tables = self.tables;
        let pools = tables.queue_plans.at(self.item.queue()).pools;
        pools
            .handles()
            .map(move |handle| (handle, tables.pools.at(handle)))
    }

    /// Returns all paths of an agent: its groups in the pools of the queue.
    fn paths(&self, agent: LocalAgent) -> Vec<Path<'a>> {
        let own = self.tables.memberships.get(self.roster.handle_of(agent));
        let is_own = |group: GroupHandle| own.iter().any(|membership| membership.group == group);
        self.pools()
            .flat_map(|(handle, pool)| {
                let rule = self.tables.rule_plans.at(pool.rule);
                let groups = pool.groups.iter().enumerate();
                groups.map(move |(position, (group, tier))| Path {
                    handle,
                    pool,
                    rule,
                    group: *group,
                    tier: *tier,
                    position,
                })
            })
            .filter(|path| is_own(path.group))
            .collect()
    }

    /// Evaluates an agent on each of its paths. The lowest path that it passes counts, else the one in which it got furthest.
    fn consider(&self, agent: LocalAgent) -> (Option<CandidateRank>, CandidateReport) {
        let candidate = Candidate::new(self.roster, agent, self.item.channel());
        let mut best: Option<Path<'a>> = None;
        let mut furthest: Option<Stop<'a>> = None;
        for path in self.paths(agent) {
            match self.stopped_at(&path, &candidate) {
                None => {
                    let order = |path: &Path<'_>| (path.tier, path.handle, path.position);
                    if best.as_ref().is_none_or(|best| order(&path) < order(best)) {
                        best = Some(path);
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
        if let Some(path) = best {
            let (rank, keys) = self.rank(&path, &candidate, agent);
            return (
                Some(rank),
                self.considered(id, Some(&path), Outcome::Eligible { keys }),
            );
        }
        let (path, gate, exclusion) = match furthest {
            Some(stop) => (Some(stop.path), stop.gate, stop.exclusion),
            None => (None, Gate::Pool, Exclusion::new("is in no group of a pool")),
        };
        (
            None,
            self.considered(id, path.as_ref(), Outcome::Excluded { gate, exclusion }),
        )
    }

    fn considered(
        &self,
        agent: AgentId,
        path: Option<&Path<'_>>,
        outcome: Outcome,
    ) -> CandidateReport {
        CandidateReport {
            agent,
            tier: path.map(|path| path.tier),
            pool: path.map(|path| path.pool.position as usize),
            group: path.map(|path| self.tables.groups.id(path.group).clone()),
            outcome,
        }
    }

    /// Returns the first gate that excludes an agent on a path.
    fn stopped_at(&self, path: &Path<'a>, candidate: &Candidate<'_>) -> Option<Stop<'a>> {
        let opens = self
            .item
            .waiting_since()
            .plus_millis(path.pool.opens_after_millis);
        if path.pool.opens_after_millis > self.item.waited_millis(self.now) {
            let exclusion = Exclusion::new("its pool is not open yet").until(opens);
            return Some(Stop {
                far: 0,
                path: *path,
                gate: Gate::Pool,
                exclusion,
            });
        }
        let case = self.case(path);
        let skills = HoldsSkills(path.rule.skills);
        // A gate that the rule skips counts as passed, so that the gates of different pools have the same numbers.
        let ai: &dyn Eligibility = if path.rule.include_ai {
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
        let own = path
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
                    path: *path,
                    gate,
                    exclusion,
                })
            })
    }

    pub(crate) fn case(&self, path: &Path<'_>) -> Case<'a> {
        Case::new(
            self.roster.plan(),
            self.item,
            path.handle,
            self.roster.cursor(path.handle),
        )
    }
}
