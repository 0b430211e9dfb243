//! The decision: who should have this item now?

use crate::base::table::{AgentHandle, GroupHandle, LocalAgent, PoolHandle};
use crate::decision::{Assignment, Decision, PlanMismatch, Wait, WaitReason};
use crate::plan::{QueuePlan, RulePlan, Stage, Tables};
use crate::roster::Roster;
use crate::roster::index::bitmap::GroupIndex;
use crate::roster::index::level::PRESENT;
use crate::routing::decline::Decline;
use crate::routing::routed::{Request, Routed, if_recent};
use crate::rule::{Candidate, Case};
use crate::time::Timestamp;

/// Finds the agent who should have an item now: of those who may take it, the one who comes first.
///
/// It changes nothing and allocates nothing. Who may take an item and who comes first is told in [`design`](crate::design);
/// [`explain`](crate::explain()) answers the same for every agent, with the reasons.
///
/// # Errors
///
/// [`PlanMismatch`] if the item was routed under another plan than the roster's, or if the roster is about another queue.
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
/// let now = Timestamp::from_millis(1_000);
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let Decision::Wait(wait) = assign(&roster, &item, now)? else { panic!("nobody is there") };
/// assert_eq!(wait.reason(), WaitReason::NobodyPresent);
///
/// roster.set_presence("asha", "available", now)?;
/// let Decision::Assign(assignment) = assign(&roster, &item, now)? else { panic!("asha is there") };
/// roster.commit(&assignment)?;
/// assert!(roster.commit(&assignment).is_err(), "an assignment is committed once");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn assign(roster: &Roster, item: &Routed, now: Timestamp) -> Result<Decision, PlanMismatch> {
    if !is_of(roster, item) {
        return Err(PlanMismatch);
    }
    Ok(decide(roster, item, item.last_agent(), now))
}

/// The same for an item of the roster's own plan, and given its last agent.
pub(crate) fn decide(
    roster: &Roster,
    item: &Routed,
    last_agent: Option<(AgentHandle, Timestamp)>,
    now: Timestamp,
) -> Decision {
    let mut search = Search::new(roster, item, now);
    match search.find(last_agent) {
        Some(found) => Decision::Assign(search.assignment(found)),
        None => Decision::Wait(search.wait()),
    }
}

/// The same in short: if the item has to wait, only until when nothing changes that, where a rule of the service's own has said
/// so.
#[inline]
pub(crate) fn assign_or_until(
    roster: &Roster,
    item: &Routed,
    last_agent: Option<(AgentHandle, Timestamp)>,
    now: Timestamp,
) -> Result<Assignment, Option<Timestamp>> {
    let mut search = Search::new(roster, item, now);
    match search.find(last_agent) {
        Some(found) => Ok(search.assignment(found)),
        None => Err(search.exclusion_ends),
    }
}

/// The assignment of an item to an agent who was [found](find_for_agent).
pub(crate) fn assignment_for(
    roster: &Roster,
    item: &Routed,
    found: Found,
    now: Timestamp,
) -> Assignment {
    Search::new(roster, item, now).assignment(found)
}

/// Whether a roster can answer for an item.
pub(crate) fn is_of(roster: &Roster, item: &Routed) -> bool {
    item.fingerprint == roster.plan().fingerprint()
        && roster.layout().scope.has_queue(item.ask.queue)
}

/// Who of the lowest tier could take an item, without a look at affinity; and until when that stays so, if nobody can.
pub(crate) fn find_any(
    roster: &Roster,
    item: &Routed,
    now: Timestamp,
) -> (Option<Found>, Option<Timestamp>) {
    let mut search = Search::new(roster, item, now);
    let found = search.by_stages(search.queue());
    (found, search.exclusion_ends)
}

/// Through what an agent could take an item, of the lowest tier; and until when that stays so, if it cannot.
pub(crate) fn find_for_agent(
    roster: &Roster,
    item: &Routed,
    agent: AgentHandle,
    now: Timestamp,
) -> (Option<Found>, Option<Timestamp>) {
    let mut search = Search::new(roster, item, now);
    let found = search.through(search.queue(), agent);
    (found, search.exclusion_ends)
}

/// Whether anyone who has not declined an item could take it, had they all room.
pub(crate) fn is_anyone_left(roster: &Roster, item: &Routed, now: Timestamp) -> bool {
    let mut search = Search::new(roster, item, now);
    let tables = search.tables;
    let stages = tables
        .stages
        .span(tables.queue_plans.at(item.ask.queue).stages);
    stages.iter().any(|stage| {
        let groups = stage
            .groups
            .handles()
            .map(|handle| tables.stage_groups.at(handle).group);
        search.is_open(stage)
            && groups
                .flat_map(|group| tables.members.get(group))
                .any(|agent| search.is_left(stage, *agent))
    })
}

/// Who was found, and through what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) agent: LocalAgent,
    pub(crate) group: GroupHandle,
    pub(crate) pool: PoolHandle,
}

/// One question, and what is learned on the way.
pub(crate) struct Search<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) tables: &'a Tables,
    pub(crate) item: &'a Routed,
    pub(crate) ask: &'a Request,
    pub(crate) now: Timestamp,
    waited_millis: u64,
    /// The earliest moment at which an exclusion that was met ends.
    pub(crate) exclusion_ends: Option<Timestamp>,
}

impl<'a> Search<'a> {
    #[inline]
    pub(crate) fn new(roster: &'a Roster, item: &'a Routed, now: Timestamp) -> Self {
        Self {
            roster,
            tables: roster.plan().tables(),
            item,
            ask: &item.ask,
            now,
            waited_millis: item.waited_millis(now),
            exclusion_ends: None,
        }
    }

    /// Who should have the item: first those whom it is close to, then everyone.
    #[inline]
    fn find(&mut self, last_agent: Option<(AgentHandle, Timestamp)>) -> Option<Found> {
        let queue = self.queue();
        if !queue.affinity.is_empty() {
            let found = self.by_affinity(if_recent(last_agent, self.now));
            if found.is_some() {
                return found;
            }
        }
        self.by_stages(queue)
    }

    /// The first stage in which anyone may take the item gives the agent.
    #[inline]
    fn by_stages(&mut self, queue: &QueuePlan) -> Option<Found> {
        let stages = self.tables.stages.span(queue.stages).iter();
        let waited = self.waited_millis;
        stages
            .filter(|stage| stage.opens_after_millis <= waited)
            .find_map(|stage| self.in_stage(stage))
    }

    /// The queue in which the item waits.
    #[inline]
    fn queue(&self) -> &'a QueuePlan {
        self.tables.queue_plans.at(self.ask.queue)
    }

    /// A pool is open from the moment on at which the item has waited so long.
    pub(crate) fn is_open(&self, stage: &Stage) -> bool {
        stage.opens_after_millis <= self.waited_millis
    }

    /// The agent of a stage who comes first: AI agents before people, where the rule includes them.
    #[inline]
    fn in_stage(&mut self, stage: &Stage) -> Option<Found> {
        let rule = self.tables.rule_plans.at(stage.rule);
        if rule.include_ai && self.has_ai(stage) {
            return self
                .in_stage_among(stage, rule, true)
                .or_else(|| self.in_stage_among(stage, rule, false));
        }
        self.in_stage_among(stage, rule, false)
    }

    #[inline]
    fn in_stage_among(&mut self, stage: &Stage, rule: &'a RulePlan, ai: bool) -> Option<Found> {
        // Where nobody can hold more of the skills than anybody else who may take it, they decide nothing.
        let skills_rank = self.ask.has_skills
            && rule.skills.counts()
            && (self.ask.has_wishes || !rule.skills.requires());
        match rule.indexed {
            Some(indexed) if !skills_rank => self.quick(stage, rule, indexed, ai),
            _ => self.walk(stage, rule, skills_rank, ai),
        }
    }

    fn has_ai(&self, stage: &Stage) -> bool {
        self.indexes(stage).any(|index| index.has_ai)
    }

    /// The indexes of a stage's groups.
    #[inline]
    pub(crate) fn indexes(&self, stage: &Stage) -> impl Iterator<Item = &'a GroupIndex> + use<'a> {
        let layout = self.roster.layout();
        layout.indexes_of(stage.groups)
    }

    pub(crate) fn candidate(&self, agent: LocalAgent) -> Candidate<'a> {
        Candidate::new(self.roster, agent, self.ask.channel)
    }

    pub(crate) fn case(&self, pool: PoolHandle) -> Case<'a> {
        Case::new(
            self.roster.plan(),
            self.item,
            pool,
            self.roster.cursor(pool),
        )
    }

    #[inline]
    fn assignment(&self, found: Found) -> Assignment {
        Assignment {
            fingerprint: self.item.fingerprint,
            version: self.roster.version(found.agent),
            agent: self.roster.handle_of(found.agent),
            queue: self.ask.queue,
            channel: self.ask.channel,
            group: found.group,
            pool_handle: found.pool,
            size: self.ask.size,
        }
    }

    /// Why nobody was found, and until when that stays so.
    fn wait(&self) -> Wait {
        let queue = self.tables.queue_plans.at(self.ask.queue);
        let pools = self.tables.pools.span(queue.pools);
        let open = pools
            .iter()
            .filter(|pool| pool.opens_after_millis <= self.waited_millis)
            .count();
        let opens = pools
            .iter()
            .map(|pool| pool.opens_after_millis)
            .filter(|opens| *opens > self.waited_millis)
            .min();
        let opens = opens.map(|after| self.ask.waiting_since.plus_millis(after));
        let lapses = self
            .item
            .declines()
            .iter()
            .filter_map(Decline::until)
            .filter(|until| *until > self.now);
        let reason = if pools.is_empty() {
            WaitReason::NoPool
        } else if open == 0 {
            WaitReason::NoPoolOpen
        } else {
            self.missing_skills(queue)
        };
        Wait {
            reason,
            pools_open: u32::try_from(open).unwrap_or(u32::MAX),
            pools_not_yet_open: u32::try_from(pools.len() - open).unwrap_or(u32::MAX),
            // What lies beyond the last moment of time never comes.
            until: lapses
                .chain(opens)
                .chain(self.exclusion_ends)
                .filter(|moment| *moment > self.now)
                .min(),
        }
    }

    /// Whether it is presence, room, or something of each agent's own: read off the rows.
    fn missing_skills(&self, queue: &QueuePlan) -> WaitReason {
        let stages = self.tables.stages.span(queue.stages).iter();
        let stages = stages.filter(|stage| self.is_open(stage));
        let (layout, state) = (self.roster.layout(), self.roster.index());
        let mut someone_is_present = false;
        for index in stages.flat_map(|stage| layout.indexes_of(stage.groups)) {
            if self.has_room(index) {
                return WaitReason::NobodySuitable;
            }
            someone_is_present = someone_is_present || state.is_any_in(index, PRESENT);
        }
        if someone_is_present {
            WaitReason::NobodyWithRoom
        } else {
            WaitReason::NobodyPresent
        }
    }

    /// Whether a member who is present has room for the item.
    fn has_room(&self, index: &GroupIndex) -> bool {
        index.level_rows_for(self.ask.size).any(|row| {
            if row == index.more_row() && self.ask.size as usize > row {
                self.has_agent_in_more_row(index)
            } else {
                self.roster.index().is_any_in(index, row)
            }
        })
    }
}
