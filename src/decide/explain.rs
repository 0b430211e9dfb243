//! `explain`: evaluates every agent of a queue against the rules, one by one and without the index.
//!
//! Beyond the rules and the roster's getters, the evaluation shares only `last_within` with the search of
//! [`assign`](crate::assign()), so that a test can compare the two. The decision in an explanation is that of the search. For
//! each agent, the evaluation walks the agent's *paths*, one per pool and group of the agent:
//!
//! ```text
//!   agent ─► path: pool 0, group `sales`      pool ✓ presence ✓ declined ✓ skills ✗     excluded by `skills`
//!         └► path: pool 1, group `support`    all gates ✓                               eligible: rank, keys
//! ```
//!
//! An agent is eligible if it passes one of its paths. Otherwise the report names the gate of the path in which it got
//! furthest.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::base::table::{GroupHandle, LocalAgent, PoolHandle, QueueHandle};
use crate::decide::explain_keys::CandidateRank;
use crate::decide::explanation::{CandidateReport, Explanation, Gate, Outcome};
use crate::decide::search::{covers, decide};
use crate::decision::{Decision, PlanMismatch};
use crate::plan::{Pool, RulePlan, Tables};
use crate::roster::Roster;
use crate::routing::last_agent::RequesterAgents;
use crate::routing::routed::Routed;
use crate::rule::eligibility::{Anyone, HasCapacity, HoldsSkills, HumanOnly, NotDeclined, Present};
use crate::rule::{Candidate, Case, Eligibility, Exclusion};
use crate::time::Timestamp;

/// Explains the decision of [`assign`](crate::assign()) for every member of the queue's pools.
///
/// Lists the eligible agents first, best first, with the keys that ranked them; then all others by id, with the gate that
/// excluded them. The `Display` of the result is a table for a supervisor.
///
/// Takes time in proportion to the memberships in the groups of the queue's pools, counted once per pool: it evaluates the rules
/// without the index. A queue has at most [`POOLS_MAX`](crate::POOLS_MAX) pools.
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
/// let now = Timestamp::saturating_from_millis(1_000);
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
    let agents = item.requester_agents();
    Ok(explain_decision(roster, item, agents, now))
}

/// Explains the decision for an item of the roster's plan, given the agents of its requester.
pub(crate) fn explain_decision(
    roster: &Roster,
    item: &Routed,
    agents: &RequesterAgents,
    now: Timestamp,
) -> Explanation {
    // The decision itself comes from the search, and not from the evaluation: an explanation that differs reveals a fault.
    let decision = decide(roster, item, || agents, now);
    let tables = roster.plan().tables();
    let evaluation = Evaluation {
        roster,
        tables,
        item,
        agents,
        now,
        paths: paths(tables, item.queue()),
    };
    // INVARIANT: ranks are unique, since the last key is the agent.
    let mut eligible: BTreeMap<CandidateRank, CandidateReport> = BTreeMap::new();
    // In the order of the ids, in which the members are evaluated.
    let mut excluded: Vec<CandidateReport> = Vec::new();
    let members = evaluation.members().into_iter();
    for (rank, report) in members.filter_map(|agent| evaluation.evaluate(agent)) {
        match rank {
            Some(rank) => drop(eligible.insert(rank, report)),
            None => excluded.push(report),
        }
    }
    // An explanation outlives the plan, so it has ids instead of handles.
    let (agent, until) = match decision {
        Decision::Wait(wait) => (None, wait.until()),
        Decision::Assign(assignment) => (assignment.agent(roster.plan()).cloned(), None),
    };
    Explanation {
        item: item.item().id.clone(),
        queue: tables.queues.id(item.queue()).clone(),
        now,
        decision,
        agent,
        until,
        candidates: eligible.into_values().chain(excluded).collect(),
    }
}

/// A pool and one of its groups, through which an agent can get the item.
///
/// An agent has one path per pool and group of which it is a member. A search meets them as members of group indexes.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    pub(crate) pool_handle: PoolHandle,
    pool: &'a Pool,
    /// The rule of the pool.
    pub(crate) rule: &'a RulePlan,
    group: GroupHandle,
    /// The tier of the queue for the group.
    pub(crate) tier: u32,
    /// The position of the group in the pool.
    group_position: usize,
}

impl Path<'_> {
    /// Returns the position of the path in the order in which a search tries paths.
    fn order(&self) -> (u32, PoolHandle, usize) {
        (self.tier, self.pool_handle, self.group_position)
    }
}

/// The evaluation of one item for all agents.
pub(crate) struct Evaluation<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) tables: &'a Tables,
    pub(crate) item: &'a Routed,
    /// The agents of the requester.
    pub(crate) agents: &'a RequesterAgents,
    pub(crate) now: Timestamp,
    /// The paths through each group of the queue's pools.
    paths: BTreeMap<GroupHandle, Vec<Path<'a>>>,
}

/// Returns the paths through the pools of a queue, by group. Those of a group are in the order in which the pools open.
fn paths(tables: &Tables, queue: QueueHandle) -> BTreeMap<GroupHandle, Vec<Path<'_>>> {
    let mut paths: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for pool_handle in tables.queue_plans.at(queue).pools.handles() {
        let pool = tables.pools.at(pool_handle);
        for (group_position, (group, tier)) in pool.groups.iter().enumerate() {
            paths.entry(*group).or_default().push(Path {
                pool_handle,
                pool,
                rule: tables.rule_plans.at(pool.rule),
                group: *group,
                tier: *tier,
                group_position,
            });
        }
    }
    paths
}

impl<'a> Evaluation<'a> {
    /// Returns the members of all pools of the queue, open or not, in the order of their ids. Each member comes once.
    fn members(&self) -> BTreeSet<LocalAgent> {
        // Pools that are not open yet are included, so that the report shows which agents the next pool adds.
        let groups = self.paths.keys();
        // An agent can be a member of several groups: the set keeps it once.
        let members = groups.flat_map(|group| self.tables.members.get(*group));
        let scope = &self.roster.layout().scope;
        // INVARIANT: local numbers are in the order of the agents' ids.
        members.filter_map(|agent| scope.find(*agent)).collect()
    }

    /// Returns the paths of an agent, in the order of the pools, then of the groups within a pool.
    fn paths_of(&self, agent: LocalAgent) -> Vec<Path<'a>> {
        let memberships = self.tables.memberships.get(self.roster.handle_of(agent));
        // From the agent's groups to their pools, and not from all pools to the agent's groups.
        let paths = memberships
            .iter()
            .filter_map(|own| self.paths.get(&own.group));
        let mut paths: Vec<_> = paths.flatten().copied().collect();
        paths.sort_unstable_by_key(|path| (path.pool_handle, path.group_position));
        paths
    }

    /// Evaluates an agent on each of its paths. Returns its rank, which is `None` if the agent is not eligible, and its report.
    ///
    /// An eligible agent is ranked on its first path in the order of a search, as the search finds it there. Returns `None` for
    /// an agent without a path, which [`members`](Self::members) does not return.
    fn evaluate(&self, agent: LocalAgent) -> Option<(Option<CandidateRank>, CandidateReport)> {
        let candidate = Candidate::new(self.roster, agent, self.item.channel());
        // The first path in the order of a search that the agent passes, and the path in which it passes most gates.
        let mut first: Option<Path<'a>> = None;
        let mut furthest: Option<(Path<'a>, usize, Outcome)> = None;
        // Pools have rules of their own, so an agent can pass one path and fail another.
        for path in self.paths_of(agent) {
            match self.first_exclusion(&path, &candidate) {
                None if first.is_none_or(|first| path.order() < first.order()) => {
                    first = Some(path);
                }
                // If two paths are equally far, the first one counts: that of the pool that opens first.
                Some((passed, outcome))
                    if furthest.as_ref().is_none_or(|(_, most, _)| passed > *most) =>
                {
                    furthest = Some((path, passed, outcome));
                }
                _ => {}
            }
        }
        let (rank, path, outcome) = if let Some(path) = first {
            let (rank, keys) = self.rank(&path, &candidate, agent);
            (Some(rank), path, Outcome::Eligible { keys })
        } else {
            // The gate that excludes the agent on the path in which it gets furthest: the least that has to change.
            // INVARIANT: a member of a group of a pool has at least one path.
            let (path, _, outcome) = furthest?;
            (None, path, outcome)
        };
        let report = CandidateReport {
            agent: candidate.id().clone(),
            tier: path.tier,
            pool: path.pool.position as usize,
            group: self.tables.groups.id(path.group).clone(),
            outcome,
        };
        Some((rank, report))
    }

    /// Returns the first gate that excludes an agent on a path, with the number of gates that the agent passes before it;
    /// `None` if the agent passes all gates.
    fn first_exclusion(
        &self,
        path: &Path<'a>,
        candidate: &Candidate<'_>,
    ) -> Option<(usize, Outcome)> {
        // The gate `pool`. A path exists only if the agent is a member of the group.
        let opens_after = path.pool.opens_after_millis;
        if opens_after > self.item.waited_millis(self.now) {
            // The text of the exclusion contains the moment at which the pool opens.
            let mut exclusion = Exclusion::new("its pool is not open yet");
            if let Some(opens_at) = self.item.pool_opens_at(opens_after) {
                exclusion = exclusion.until(opens_at);
            }
            let gate = Gate::Pool;
            return Some((0, Outcome::Excluded { gate, exclusion }));
        }
        // A rule that does not require skills passes everyone.
        let skills = HoldsSkills(path.rule.skills);
        // A gate that the rule skips counts as passed, so that the gates of different pools have the same numbers.
        let includes_ai = path.rule.include_ai;
        let ai: &dyn Eligibility = if includes_ai { &Anyone } else { &HumanOnly };
        // The built-in gates after `pool`, in the order of the design. Custom gates follow in the order of the rule.
        let built_in: [(Gate, &dyn Eligibility); 5] = [
            (Gate::Presence, &Present),
            (Gate::Declined, &NotDeclined),
            (Gate::Skills, &skills),
            (Gate::Ai, ai),
            (Gate::Capacity, &HasCapacity),
        ];
        let custom = path.rule.custom_gates.iter();
        let custom = custom.map(|(name, rule)| (Gate::Custom(name.clone()), &**rule as _));
        let case = Case::new(self.roster, self.item, path.pool_handle);
        // The number of a gate is the number of gates passed before it. The gate `pool` has been passed above.
        let mut gates = (1..).zip(built_in.into_iter().chain(custom));
        gates.find_map(|(number, (gate, rule))| {
            let exclusion = rule.check(&case, candidate).err()?;
            // An exclusion whose end has come counts as passed.
            exclusion
                .holds_at(self.now)
                .then_some((number, Outcome::Excluded { gate, exclusion }))
        })
    }
}
