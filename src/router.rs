//! The router: the state machine around the decision.
//!
//! | module | holds |
//! |---|---|
//! | `input`, `output`, `error` | the values that go in and come out |
//! | `status` | getters |
//! | `step` | an input with its outputs, in one call |
//! | `store` | items, timers, and what is stored for each agent |
//! | `waiting` | the index of queued items |
//! | `matching` | finds agents for waiting items after a change |
//! | `transition` | one file per group of inputs |
//! | `reconfigure` | a new configuration |
//! | `snapshot` | the stored form |
//! | `rebuild` | loads and declines, computed from the items |
//! | `invariants` | `check_invariants`, for tests |

pub(crate) mod error;
pub(crate) mod handles;
pub(crate) mod input;
pub(crate) mod invariants;
pub(crate) mod matching;
pub(crate) mod output;
pub(crate) mod rebuild;
pub(crate) mod reconfigure;
pub(crate) mod snapshot;
pub(crate) mod status;
pub(crate) mod step;
pub(crate) mod store;
pub(crate) mod transition;
pub(crate) mod waiting;

use alloc::collections::VecDeque;

use crate::plan::Plan;
use crate::roster::Roster;
use crate::time::Timestamp;
use matching::dirty::DirtySet;
use store::agent_items::AgentItems;
use store::capacity_overrides::CapacityOverrides;
use store::current_agents::CurrentAgents;
use store::declined::DeclinedItems;
use store::items::Items;
use store::last_agent_memory::LastAgents;
use store::timers::Timers;
use waiting::WaitingIndex;

pub use error::{ItemState, RouterError};
pub use input::Input;
pub use input::assign_directly::{AssignDirectly, DirectWork};
pub use input::transfer::{Transfer, TransferMode, TransferTarget};
pub use output::{
    AcceptedBy, CancelReason, OfferEnd, OfferedBy, Output, PresenceChangeReason, ReleaseReason,
    RequeueReason,
};
pub use snapshot::error::RestoreError;
pub use snapshot::format::SavedRouter;
pub use snapshot::{BEHAVIOUR_VERSION, SNAPSHOT_VERSION, Snapshot};
pub use status::{AgentView, ItemStatus, QueueStatus};
pub use step::Step;
pub use store::last_agent_memory::REQUESTERS_MAX;

/// Manages the whole life of work items: they wait in queues, are offered to agents, accepted, transferred and closed.
///
/// A router reads no clock, opens no socket and starts no thread. Feed it timestamped inputs; it returns what to do. Its methods
/// are of five kinds:
///
/// - [`step`](Self::step) takes an input with its moment, and returns the outputs in the order in which they happen. On a lower
///   level, [`handle`](Self::handle) takes the input, and [`poll_output`](Self::poll_output) returns one output at a time;
/// - [`poll_timeout`](Self::poll_timeout) returns the moment at which time alone changes something. Call `step` then, with
///   [`Input::Tick`] or any other input;
/// - getters such as [`item`](Self::item), [`agent`](Self::agent) and [`queue`](Self::queue) return the current state;
/// - [`snapshot`](Self::snapshot), [`restore`](Self::restore) and [`digest`](Self::digest) store and compare routers.
///
/// # Steps
///
/// Each call of `step` or `handle` is one step:
///
/// 1. All deadlines up to the moment are processed, in their order, and waiting items are assigned.
/// 2. The input is applied or refused.
/// 3. Waiting items are assigned again. An item is output as exhausted if all agents who
///    could take it have declined it.
///
/// After a step, no waiting item of an active queue has an eligible agent. A refused input has the effect of an [`Input::Tick`].
///
/// The module [`keeping`](crate::keeping) documents how a service keeps a router: journal, snapshots, recovery, clock.
///
/// # Panics
///
/// The router does not panic itself. If a custom rule panics, the step does not end, and the router is poisoned: it refuses all
/// later inputs as [`RouterError::Poisoned`], and its snapshot cannot be written. Restore it from an earlier snapshot.
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
/// let mut router = Router::new(&Plan::new(config)?);
/// let now = Timestamp::saturating_from_millis(1_000);
///
/// router.handle(now, Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None })?;
/// assert_eq!(router.poll_output(), Some(Output::Queued { item: "chat-1".into(), queue: "support".into() }));
/// assert_eq!(router.poll_output(), None);
///
/// router.handle(now, Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// assert!(matches!(router.poll_output(), Some(Output::PresenceSet { .. })));
/// let Some(Output::Offered { agent, .. }) = router.poll_output() else { panic!("asha is available") };
/// assert_eq!(agent, "asha");
///
/// router.handle(now, Input::Accept { item: "chat-1".into(), agent })?;
/// assert!(matches!(router.poll_output(), Some(Output::Accepted { .. })));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// The ids of items and requesters can come from strangers: see [`PlanBuilder::hash_seed`](crate::PlanBuilder::hash_seed).
// A field that a reconfiguration keeps is carried over in `swap_plan`, which resets all others.
#[derive(Clone, Debug)]
pub struct Router {
    /// The moment of the last step.
    now: Timestamp,
    /// The number of steps, refused ones included.
    inputs: u64,
    /// The moment of the last reconfiguration. Targets and triggers up to it are not output retroactively.
    last_reconfigured: Timestamp,
    /// Whether a step has begun and not ended. Between calls, it means that a custom rule has panicked in a step.
    is_in_step: bool,
    /// The moment of the deadline that is being processed, if one is.
    due_moment: Option<Timestamp>,
    /// Presence, capacity and load of the agents. It also has the plan.
    roster: Roster,
    /// All live items. The fields down to `agent_items` are indexes of them.
    items: Items,
    waiting: WaitingIndex,
    declined: DeclinedItems,
    agent_items: AgentItems,
    /// The capacities that inputs set. The roster has those that are in force.
    capacity_overrides: CapacityOverrides,
    /// The agents with live items of each requester, for affinity. An index of the items.
    current_agents: CurrentAgents,
    /// The last agent of each requester, for affinity.
    last_agents: LastAgents,
    /// The next deadlines of items and capacities.
    timers: Timers,
    /// The classes and agents to match again before the step ends. Empty between steps, but not before the first step after a
    /// restore.
    dirty: DirtySet,
    /// The outputs that have not been polled.
    outputs: VecDeque<Output>,
    /// The number of outputs in `outputs` when the last input was applied.
    outputs_before_input: usize,
}

impl Router {
    /// Creates a router without items, in which no agent has a presence state. Linear in the plan.
    ///
    /// The plan is shared, not copied.
    pub fn new(plan: &Plan) -> Self {
        let items = Items::new(plan.tables().hasher);
        Self::with_parts(Roster::new(plan), items)
    }

    /// Creates a router of a roster and items. Its indexes are empty: the caller adds the items to them.
    fn with_parts(roster: Roster, items: Items) -> Self {
        let tables = roster.plan().tables();
        Self {
            now: Timestamp::EPOCH,
            inputs: 0,
            last_reconfigured: Timestamp::EPOCH,
            is_in_step: false,
            due_moment: None,
            waiting: WaitingIndex::new(tables),
            declined: DeclinedItems::new(tables.queues.len()),
            agent_items: AgentItems::new(tables.agents.len()),
            capacity_overrides: CapacityOverrides::default(),
            current_agents: CurrentAgents::default(),
            last_agents: LastAgents::new(tables.hasher),
            timers: Timers::default(),
            dirty: DirtySet::default(),
            outputs: VecDeque::new(),
            outputs_before_input: 0,
            roster,
            items,
        }
    }

    /// Applies an input at a moment, after everything that is due by then. See [Steps](Self#steps).
    ///
    /// All due deadlines are processed at `now`, in their order: in a late call, a decline or a new wait counts from `now`, not
    /// from its deadline.
    ///
    /// Drain the outputs with [`poll_output`](Self::poll_output) after each call, also after an error: deadlines that were due have been
    /// processed.
    ///
    /// Most inputs cost O(log n) for n waiting items. *Slow inputs* in [`design`](crate::design) lists the exceptions.
    ///
    /// # Errors
    ///
    /// [`RouterError`] if the input is refused; it then has the effect of an [`Input::Tick`].
    /// [`RouterError::TimeWentBack`] if `now` is before the moment of an earlier input, and [`RouterError::TimeJump`] if it is more
    /// than 366 days after it; the router is unchanged then, but for the number of its [`inputs`](Self::inputs).
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).max_wait_secs(60));
    /// let mut router = Router::new(&Plan::new(config)?);
    /// let at = Timestamp::saturating_from_millis;
    /// router.handle(at(0), Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None })?;
    ///
    /// // The router refuses the input, since no such item exists. It has still processed the maximum wait of `chat-1`.
    /// let refused = router.handle(at(60_000), Input::Complete { item: "chat-2".into(), by: None });
    /// assert_eq!(refused, Err(RouterError::UnknownItem { item: "chat-2".into() }));
    /// assert!(router.item("chat-1").is_none());
    ///
    /// // Time must not go back.
    /// assert!(matches!(router.handle(at(59_999), Input::Tick), Err(RouterError::TimeWentBack { .. })));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Result<(), RouterError> {
        self.outputs_before_input = self.outputs.len();
        let has_stepped = self.inputs > 0;
        // Refused inputs count as well, so that the count is a row number of the host's journal.
        self.inputs += 1;
        if self.is_in_step {
            return Err(RouterError::Poisoned);
        }
        if now < self.now {
            return Err(RouterError::TimeWentBack {
                moment: now,
                now: self.now,
            });
        }
        // Before the first step, `now` does not come from the host's clock.
        if has_stepped && self.is_jump(now) {
            return Err(self.time_jump(now));
        }
        self.now = now;
        self.is_in_step = true;
        // Process all due deadlines before the input, so that the input applies to the resulting state.
        if self.timers.is_due(now) {
            self.process_due();
            self.assign_waiting();
            self.outputs_before_input = self.outputs.len();
        }
        let result = self.apply(input);
        // A refused input marks nothing, but the deadlines before it may have.
        if !self.dirty.is_empty() {
            self.assign_waiting();
            // Exhaustion is output last: an item that was just assigned is not exhausted.
            if self.dirty.has_exhaustion() {
                self.process_exhaustion();
            }
        }
        // A host that waits for `poll_timeout` must not wake up for a timer whose deadline has moved.
        self.drop_stale_timers();
        self.is_in_step = false;
        result
    }

    /// Applies an input. The caller then matches the items and agents that it has marked as dirty.
    // PERF: inlined, it does not move the large `Input` again: 1.7 % of the instructions per input.
    #[expect(clippy::inline_always, reason = "saves a move of the input")]
    #[inline(always)]
    fn apply(&mut self, input: Input) -> Result<(), RouterError> {
        match input {
            Input::Route { item, queue } => self.route(item, queue),
            Input::SetPresence { agent, state } => self.set_presence(&agent, state.as_ref()),
            Input::SetChannel { agent, channel, on } => self.set_channel(&agent, &channel, on),
            Input::Accept { item, agent } => self.accept(&item, &agent),
            Input::Reject {
                item,
                agent,
                reason,
            } => self.reject(&item, &agent, &reason),
            Input::Update { item, facts } => self.update(&item, facts),
            Input::Complete { item, by } => self.complete(item, by.as_ref()),
            Input::Close { item, by } => self.close(item, by.as_ref()),
            Input::Release { item, by } => self.release(&item, by.as_ref()),
            Input::Cancel { item, note } => self.cancel(&item, note),
            Input::Transfer(transfer) => self.transfer(transfer),
            Input::Allocate { item, agent, by } => self.allocate(&item, &agent, by),
            Input::AssignDirectly(direct) => self.assign_directly(direct),
            Input::SetCapacity {
                agent,
                channel,
                capacity,
                until,
            } => self.set_capacity(&agent, channel.as_ref(), capacity, until),
            Input::SetAgent {
                agent,
                value,
                groups,
            } => self.set_agent(agent, value, groups),
            Input::Reconfigure { config } => self.reconfigure(*config),
            Input::Forget { requester } => {
                self.forget(requester);
                Ok(())
            }
            Input::SkipTime { until } => self.skip_time(until),
            Input::Tick => Ok(()),
        }
    }

    /// Removes and returns the next output, or `None` if all have been returned.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()));
    /// let mut router = Router::new(&Plan::new(config)?);
    /// let item = WorkItem::new("chat-1", "chat");
    /// router.handle(Timestamp::saturating_from_millis(1_000), Input::Route { item, queue: None })?;
    ///
    /// let mut queued = 0;
    /// while let Some(output) = router.poll_output() {
    ///     match output {
    ///         Output::Queued { .. } => queued += 1,
    ///         other => println!("not handled: {other:?}"),
    ///     }
    /// }
    /// assert_eq!(queued, 1);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns the next moment at which time alone changes something, or `None` if it never does.
    ///
    /// It is at most 365 days ahead, since a step more than 366 days ahead is refused. If nothing is due at that moment, the step
    /// changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let queue = Queue::new("chat").active(true).routing(Routing::always());
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .queue("support", queue.trigger(30, "please-hold").max_wait_secs(600));
    /// let mut router = Router::new(&Plan::new(config)?);
    /// assert_eq!(router.poll_timeout(), None);
    ///
    /// let at = Timestamp::saturating_from_millis;
    /// router.handle(at(0), Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None })?;
    /// assert_eq!(router.poll_timeout(), Some(at(30_000)));
    ///
    /// // The trigger fires. The next deadline is the maximum wait.
    /// router.handle(at(30_000), Input::Tick)?;
    /// assert_eq!(router.poll_timeout(), Some(at(600_000)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.timers.timeout(self.now)
    }
}
