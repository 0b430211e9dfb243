//! The search: finds the agent for a work item.
//!
//! A search goes through the stages of the item's queue. A stage holds the groups of one pool that share one tier, and the
//! stages are sorted by tier and pool, so the first stage with an eligible agent decides:
//!
//! ```text
//! find ─► affinity: the named agents, each checked against every stage          one_agent.rs
//!      │    several agents of equal rank: compare those who pass                few_agents.rs
//!      └► stages, until one of them has an eligible agent
//!           └► AI agents, if the rule includes them; then people
//!                └► the groups of the stage, each with its gates as rows         filter.rs
//!                     ├► `most_capacity` or `last_assigned`: read off the rows   fast_path.rs
//!                     └► other keys: compare the agents who pass the rows        scan.rs
//! ```
//!
//! The functions of this file differ in what they return. [`assign`] is public and checks its arguments. The router calls the
//! others, with items and agents of its own plan.

use core::borrow::Borrow;

use crate::base::table::{AgentHandle, GroupHandle, LocalAgent, PoolHandle, QueueHandle};
use crate::decision::{Assignment, Decision, PlanMismatch, Wait, WaitReason};
use crate::model::Affinity;
use crate::plan::{QueuePlan, RulePlan, Stage, Tables};
use crate::roster::Roster;
use crate::roster::index::group_index::GroupIndex;
use crate::routing::decline::Decline;
use crate::routing::last_agent::RequesterAgents;
use crate::routing::routed::Routed;
use crate::rule::Candidate;
use crate::time::Timestamp;

/// Finds the agent who should have a work item now: the first one in the order of the eligible agents.
///
/// Changes nothing and allocates nothing. [`design`](crate::design) documents who is eligible and how eligible agents are
/// ordered. [`explain`](crate::explain()) gives the reasons for each agent.
///
/// For a rule that assigns by `most_capacity` or `last_assigned`, the cost is linear in the members of the queue's groups
/// divided by 64, and does not grow with the number of busy agents. With other keys, optional skills, declines or custom gates,
/// it also grows with the number of agents who pass the gates before them.
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
///     .group("all", AgentGroup::new(["asha"]))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
/// let mut roster = Roster::new(&plan);
/// let now = Timestamp::saturating_from_millis(1_000);
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let Decision::Wait(wait) = assign(&roster, &item, now)? else { panic!("no agent is present") };
/// assert_eq!(wait.reason(), WaitReason::NobodyPresent);
///
/// roster.set_presence("asha", "available", now)?;
/// let Decision::Assign(assignment) = assign(&roster, &item, now)? else { panic!("an agent is present") };
/// roster.commit(&assignment)?;
/// assert!(roster.commit(&assignment).is_err(), "an assignment is committed once");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn assign(roster: &Roster, item: &Routed, now: Timestamp) -> Result<Decision, PlanMismatch> {
    // The only check of handles: below this line all of them belong to the roster's plan.
    if !covers(roster, item) {
        return Err(PlanMismatch);
    }
    Ok(decide(roster, item, || item.requester_agents(), now))
}

/// Decides about an item of the roster's plan. `agents` returns the agents of its requester, if an affinity needs them.
///
/// They are an argument because a router stores them per requester and not in the item.
///
/// INVARIANT of this function and those below: the roster [covers] the item.
///
/// [covers]: covers()
pub(crate) fn decide<A: Borrow<RequesterAgents>>(
    roster: &Roster,
    item: &Routed,
    agents: impl FnOnce() -> A,
    now: Timestamp,
) -> Decision {
    let mut search = Search::new(roster, item, now);
    match search.find(agents) {
        Some(choice) => Decision::Assign(assignment_for(roster, item, choice)),
        None => Decision::Wait(search.wait()),
    }
}

/// Decides like [`decide`]. If the item has to wait, returns only the earliest moment at which the exclusion of a custom gate
/// ends; `None` if no exclusion ends by time alone.
///
/// PERF: does not compute a [`Wait`], which the router does not need.
#[inline]
pub(crate) fn assign_or_until<A: Borrow<RequesterAgents>>(
    roster: &Roster,
    item: &Routed,
    agents: impl FnOnce() -> A,
    now: Timestamp,
) -> Result<Assignment, Option<Timestamp>> {
    let mut search = Search::new(roster, item, now);
    match search.find(agents) {
        Some(choice) => Ok(assignment_for(roster, item, choice)),
        None => Err(search.exclusion_ends),
    }
}

/// Returns the assignment of an item to the agent of a choice, which the caller has made just now or found to still hold.
#[inline]
pub(crate) fn assignment_for(roster: &Roster, item: &Routed, choice: Choice) -> Assignment {
    Assignment {
        fingerprint: item.fingerprint,
        // Any later change of the agent makes the assignment stale.
        version: roster.version(choice.agent),
        agent: roster.handle_of(choice.agent),
        queue: item.queue(),
        channel: item.channel(),
        group: choice.group,
        pool: choice.pool,
        size: item.size(),
    }
}

/// Returns `true` if a roster can decide about an item: both have the same plan, and the roster covers the item's queue.
pub(crate) fn covers(roster: &Roster, item: &Routed) -> bool {
    // The handles in an item name other entities under another plan.
    item.fingerprint == roster.plan().fingerprint() && roster.layout().scope.has_queue(item.queue())
}

/// The result of a search for the router: the choice, and the earliest moment at which the exclusion of a custom gate ends.
pub(crate) type Found = (Option<Choice>, Option<Timestamp>);

/// Finds the best agent in the lowest tier that has an eligible one, without affinity.
///
/// The router orders items by the tier of their agents, in which affinity has no part.
pub(crate) fn find_without_affinity(roster: &Roster, item: &Routed, now: Timestamp) -> Found {
    let mut search = Search::new(roster, item, now);
    (search.find_in_stages(), search.exclusion_ends)
}

/// Finds the pool and the group, in the lowest tier, through which one agent can take an item.
pub(crate) fn find_for_agent(
    roster: &Roster,
    item: &Routed,
    agent: AgentHandle,
    now: Timestamp,
) -> Found {
    let mut search = Search::new(roster, item, now);
    (search.find_for(agent), search.exclusion_ends)
}

/// Returns `true` if an agent could take an item with enough capacity: it passes all other gates of a pool of the item's queue.
///
/// Counts all pools as open, since an agent of a later pool can still take the item.
pub(crate) fn could_take(
    roster: &Roster,
    item: &Routed,
    agent: AgentHandle,
    now: Timestamp,
) -> bool {
    Search::new(roster, item, now).passes_but_capacity(agent)
}

/// Returns the present agents of all pools of a queue. An agent in several groups is returned once per group.
///
/// Lazy: reads the groups one after the other, up to the agent that the caller needs. A group takes one word per 64 members,
/// plus its present members.
pub(crate) fn present_agents(
    roster: &Roster,
    queue: QueueHandle,
) -> impl Iterator<Item = AgentHandle> {
    let (tables, layout) = (roster.plan().tables(), roster.layout());
    let stages = tables.stages.span(tables.queue_plans.at(queue).stages);
    let indexes = stages
        .iter()
        .flat_map(|stage| layout.indexes_of(stage.groups));
    indexes.flat_map(|index| {
        let present = roster.index().present_members(index);
        present.map(|member| roster.handle_of(layout.member(index, member)))
    })
}

/// The agent who gets an item, with the group and the pool through which it gets it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    pub(crate) agent: LocalAgent,
    /// The first group of the stage that has the agent as a member, for the tier and for the output.
    pub(crate) group: GroupHandle,
    /// The pool of the stage, whose rule defines the terms of the offer.
    pub(crate) pool: PoolHandle,
}

/// The search for the agent of one item. It reads the roster and the item, and changes only its own fields.
pub(crate) struct Search<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) tables: &'a Tables,
    pub(crate) item: &'a Routed,
    pub(crate) now: Timestamp,
    /// The wait of the item in its queue, which opens the pools one after the other. PERF: computed once per search.
    waited_millis: u64,
    /// The earliest moment at which an exclusion of a custom gate ends, of those seen so far.
    ///
    /// The router checks the item again at that moment, since no event announces it.
    pub(crate) exclusion_ends: Option<Timestamp>,
}

/// The order of a search.
impl<'a> Search<'a> {
    #[inline]
    pub(crate) fn new(roster: &'a Roster, item: &'a Routed, now: Timestamp) -> Self {
        Self {
            roster,
            tables: roster.plan().tables(),
            item,
            now,
            waited_millis: item.waited_millis(now),
            exclusion_ends: None,
        }
    }

    /// Finds the agent: by affinity, else in the stages of the queue.
    #[inline]
    fn find<A: Borrow<RequesterAgents>>(&mut self, agents: impl FnOnce() -> A) -> Option<Choice> {
        if !self.queue().affinity.is_empty() {
            // Affinity comes before the order of groups and rules. It does not make the item wait for a busy agent.
            let choice = self.find_by_affinity(agents().borrow());
            if choice.is_some() {
                return choice;
            }
        }
        self.find_in_stages()
    }

    /// Finds the first eligible agent of the queue's affinities, in the order of the configuration.
    ///
    /// A preferred agent whom the plan lacks was left out when the item was routed.
    fn find_by_affinity(&mut self, agents: &RequesterAgents) -> Option<Choice> {
        let (queue, item) = (self.queue(), self.item);
        queue.affinity.iter().find_map(|affinity| match affinity {
            Affinity::LastAgent { within_days } => {
                let current = self.find_best_of(&agents.current);
                // Without a last agent, the `?` leaves only the closure: the next affinity is tried.
                current.or_else(|| self.find_for(agents.last_within(*within_days, self.now)?))
            }
            Affinity::Preferred => {
                let mut preferred = item.preferred().iter();
                preferred.find_map(|agent| self.find_for(*agent))
            }
        })
    }

    /// Finds the best agent of the first open stage that has an eligible one.
    #[inline]
    fn find_in_stages(&mut self) -> Option<Choice> {
        let stages = self.tables.stages.span(self.queue().stages).iter();
        // INVARIANT: the stages are sorted by tier, then by pool, so a later one cannot have a better agent. `waited` is a
        // copy, since `find_map` borrows the search mutably.
        let waited = self.waited_millis;
        stages
            .filter(|stage| stage.opens_after_millis <= waited)
            .find_map(|stage| self.find_in_stage(stage))
    }

    /// Finds the best agent of a stage: AI agents before people, if the rule includes AI agents.
    ///
    /// Being an AI agent is a key before all keys of the rule, so the AI agents are searched first instead of being compared.
    #[inline]
    fn find_in_stage(&mut self, stage: &Stage) -> Option<Choice> {
        let rule = self.tables.rule_plans.at(stage.rule);
        // PERF: most groups have no AI agents, and then one search is enough.
        if rule.include_ai && self.indexes(stage).any(|index| index.has_ai) {
            // Two searches instead of one comparison: the second one runs only if no AI agent is eligible.
            return self
                .find_among(stage, rule, true)
                .or_else(|| self.find_among(stage, rule, false));
        }
        self.find_among(stage, rule, false)
    }

    /// Finds the best AI agent of a stage, or the best person.
    #[inline]
    fn find_among(&mut self, stage: &Stage, rule: &'a RulePlan, is_ai: bool) -> Option<Choice> {
        // Without optional skills, agents who hold all mandatory ones hold equally many: the skill keys decide nothing.
        let ranks_skills = self.item.request.has_skills
            && rule.skills.has_effect()
            && (self.item.request.has_optional_skills || !rule.skills.requires_mandatory());
        // The skill keys come before the keys of the rule, so a rule that the index answers needs a scan if they count.
        match rule.fast_rule {
            Some(fast_rule) if !ranks_skills => self.find_by_index(stage, rule, fast_rule, is_ai),
            _ => self.scan(stage, rule, ranks_skills, is_ai),
        }
    }

    /// Returns the queue in which the item waits.
    #[inline]
    pub(crate) fn queue(&self) -> &'a QueuePlan {
        self.tables.queue_plans.at(self.item.queue())
    }

    /// Returns `true` if the pool of a stage is open. A wait of exactly the pool's delay opens it.
    pub(crate) fn is_open(&self, stage: &Stage) -> bool {
        stage.opens_after_millis <= self.waited_millis
    }

    /// Iterates over the indexes of a stage's groups.
    #[inline]
    pub(crate) fn indexes(&self, stage: &Stage) -> impl Iterator<Item = &'a GroupIndex> + use<'a> {
        self.roster.layout().indexes_of(stage.groups)
    }

    /// Returns the view of an agent that custom rules receive.
    pub(crate) fn candidate(&self, agent: LocalAgent) -> Candidate<'a> {
        Candidate::new(self.roster, agent, self.item.channel())
    }
}

/// The result of a search.
impl Search<'_> {
    /// Returns why no agent was found, and the earliest moment at which time alone can change that.
    ///
    /// INVARIANT: [`find`](Self::find) has run, so that the ends of exclusions are known.
    fn wait(&self) -> Wait {
        let pools = self.tables.pools.span(self.queue().pools);
        // INVARIANT: the pools of a queue are in the order in which they open.
        let open = pools.partition_point(|pool| pool.opens_after_millis <= self.waited_millis);
        let next_pool = pools.get(open);
        let opens = next_pool.and_then(|pool| self.item.pool_opens_at(pool.opens_after_millis));
        // When a decline lapses, its agent can take the item again.
        let lapses = self.item.declines().iter().filter_map(Decline::until);
        // The first reason that applies, from the configuration to the state of the agents.
        let reason = if pools.is_empty() {
            WaitReason::NoPool
        } else if open == 0 {
            WaitReason::NoPoolOpen
        } else {
            self.lacking_gate()
        };
        Wait {
            reason,
            // A plan has fewer than 2^32 pools.
            pools_open: u32::try_from(open).unwrap_or(u32::MAX),
            pools_not_yet_open: u32::try_from(pools.len() - open).unwrap_or(u32::MAX),
            until: lapses
                .chain(opens)
                .chain(self.exclusion_ends)
                // Lapsed declines are past.
                .filter(|moment| *moment > self.now)
                .min(),
        }
    }

    /// Returns the first gate that no agent of the open pools passes: presence, capacity, or the others.
    ///
    /// Reads rows of the index instead of checking each agent.
    fn lacking_gate(&self) -> WaitReason {
        // A present agent of any group counts, so all groups are read before the reason is that nobody is present.
        let mut is_anyone_present = false;
        let stages = self.tables.stages.span(self.queue().stages).iter();
        let stages = stages.filter(|stage| self.is_open(stage));
        for index in stages.flat_map(|stage| self.indexes(stage)) {
            if self.has_capacity_in(index) {
                // An agent with capacity who was not found fails a later gate.
                return WaitReason::NobodySuitable;
            }
            let mut present = self.roster.index().present_members(index);
            is_anyone_present = is_anyone_present || present.next().is_some();
        }
        if is_anyone_present {
            WaitReason::NobodyWithRoom
        } else {
            WaitReason::NobodyPresent
        }
    }

    /// Returns `true` if a present member of a group has enough spare capacity for the item.
    fn has_capacity_in(&self, index: &GroupIndex) -> bool {
        let (layout, state) = (self.roster.layout(), self.roster.index());
        let mut rows = index.level_rows_for(self.item.size());
        rows.any(|row| {
            // PERF: the members are read only if the row has some.
            state.is_any_in(index, row)
                && (row != index.more_row()
                    // The row *more* holds members with too few units for a large item: their exact units decide.
                    || layout.members_of(index).any(|(_, agent)| {
                        let agent_channel = self.roster.agent_channel(agent, self.item.channel());
                        agent_channel.is_present() && self.has_capacity(agent)
                    }))
        })
    }
}
