//! The model: a reference implementation of the router with plain lists, written from the specification alone.
//!
//! The model uses the [oracle](crate::oracle) to choose the agent of an item.

mod agents;
mod assignment;
mod completion;
mod deadlines;
mod item;
mod memory;
mod offers;
mod reconfigure;
mod routing;
mod time;
mod transfers;

use handover::{AgentId, Config, Input, Output, Transfer, TransferTarget};

use crate::oracle::RosterModel;
pub(crate) use agents::CapacitySetting;
pub(crate) use item::{ModelItem, ModelState};
pub(crate) use memory::ModelAcceptance;

/// The code of a refusal.
pub(crate) type Refusal = &'static str;

/// The state of the reference router.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    config: Config,
    now: u64,
    /// Whether a step has been taken, so that `now` is a moment.
    has_stepped: bool,
    /// The time of the last reconfiguration.
    configured_at: u64,
    /// The state of the agents without their loads, which are computed from the items on demand.
    roster: RosterModel,
    pub(crate) capacity_settings: Vec<CapacitySetting>,
    /// The live items, by arrival.
    pub(crate) items: Vec<ModelItem>,
    arrivals: u64,
    /// The last acceptance of each requester on each channel, oldest first.
    pub(crate) last_acceptances: Vec<ModelAcceptance>,
    outputs: Vec<Output>,
}

impl Model {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            now: 0,
            has_stepped: false,
            configured_at: 0,
            roster: RosterModel::default(),
            capacity_settings: Vec::new(),
            items: Vec::new(),
            arrivals: 0,
            last_acceptances: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// Handles an input in one step. A refused input has the effect of a tick. An input in the past, or too far ahead, has no
    /// effect.
    pub(crate) fn handle(&mut self, now: u64, input: &Input) -> Result<(), Refusal> {
        if now < self.now {
            return Err("time_went_back");
        }
        if self.has_stepped {
            self.check_jump(now)?;
        }
        self.has_stepped = true;
        self.now = now;
        self.process_deadlines();
        self.assign();
        let result = self.apply(input);
        self.assign();
        self.report_exhausted();
        result
    }

    pub(crate) fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn items(&self) -> &[ModelItem] {
        &self.items
    }

    /// Applies an input, or refuses it and changes nothing.
    fn apply(&mut self, input: &Input) -> Result<(), Refusal> {
        match input {
            Input::Route { item, queue } => self.route(item, queue.as_ref()),
            Input::SetPresence { agent, state } => {
                let state = state.as_ref().map(handover::PresenceStateId::as_str);
                self.choose_presence(agent.as_str(), state)
            }
            Input::SetChannel { agent, channel, on } => {
                self.set_channel(agent.as_str(), channel.as_str(), *on)
            }
            Input::Accept { item, agent } => self.accept(item.as_str(), agent.as_str()),
            Input::Reject {
                item,
                agent,
                reason,
            } => self.reject(item.as_str(), agent.as_str(), reason),
            Input::Update { item, facts } => self.update(item.as_str(), facts),
            Input::Complete { item, by } => self.complete(item.as_str(), by.as_ref()),
            Input::Close { item, by } => self.close(item.as_str(), by.as_ref()),
            Input::Release { item, by } => self.release(item.as_str(), by.as_ref()),
            Input::Cancel { item, note } => self.cancel_on_request(item.as_str(), note.as_ref()),
            Input::Transfer(transfer) => self.transfer(transfer),
            Input::Allocate { item, agent, by } => self.allocate(item.as_str(), agent.as_str(), by),
            Input::AssignDirectly(direct) => self.assign_directly(direct),
            Input::SetCapacity {
                agent,
                channel,
                capacity,
                until,
            } => {
                let channel = channel.as_ref().map(handover::ChannelId::as_str);
                let until = until.map(handover::Timestamp::as_millis);
                self.set_capacity(agent.as_str(), channel, *capacity, until)
            }
            Input::SetAgent {
                agent,
                value,
                groups,
            } => self.set_agent(agent, value.as_deref(), groups),
            Input::Reconfigure { config } => self.reconfigure(config),
            Input::Forget { requester } => {
                self.forget(requester);
                Ok(())
            }
            Input::SkipTime { until } => self.skip_time(until.as_millis()),
            Input::Tick => Ok(()),
            other => panic!("{other:?} is not in the model"),
        }
    }

    fn transfer(&mut self, transfer: &Transfer) -> Result<(), Refusal> {
        let (item, by) = (transfer.item.as_str(), transfer.by.as_ref());
        match &transfer.to {
            TransferTarget::Queue(queue) => self.transfer_to_queue(item, queue.as_str(), by),
            TransferTarget::Agent { agent, mode, force } => {
                self.transfer_to_agent(item, agent.as_str(), *mode, *force, by)
            }
            other => panic!("{other:?} is not in the model"),
        }
    }

    /// Returns an item that is live.
    fn item(&self, id: &str) -> &ModelItem {
        self.find(id).unwrap()
    }

    fn item_mut(&mut self, id: &str) -> &mut ModelItem {
        self.items.iter_mut().find(|item| item.id() == id).unwrap()
    }

    /// Returns an item, or refuses an input if the item is not live.
    fn find(&self, id: &str) -> Result<&ModelItem, Refusal> {
        let item = self.items.iter().find(|item| item.id() == id);
        item.ok_or("unknown_item")
    }

    /// Refuses an input if an agent does not exist.
    fn check_agent(&self, id: &str) -> Result<(), Refusal> {
        let is_known = self.config.agents.contains_key(id);
        refuse_unless(is_known, "unknown_agent")
    }

    /// Refuses an input whose `by` does not hold the item.
    fn check_by(&self, id: &str, by: Option<&AgentId>) -> Result<(), Refusal> {
        let holder = self.item(id).holder();
        let is_allowed = by.is_none_or(|by| holder == Some(by.as_str()));
        refuse_unless(is_allowed, "not_the_holder")
    }

    /// Sets the state of an item. An agent who then has no items in hand is idle from now on.
    fn set_state(&mut self, id: &str, state: ModelState) {
        let agents = self.item(id).agents_in_hand();
        self.item_mut(id).state = state;
        self.update_idle_since(agents);
    }

    /// Removes an item that has ended.
    fn remove(&mut self, id: &str) {
        let agents = self.item(id).agents_in_hand();
        self.items.retain(|item| item.id() != id);
        self.update_idle_since(agents);
    }
}

/// Refuses an input if a condition does not hold.
fn refuse_unless(is_allowed: bool, code: Refusal) -> Result<(), Refusal> {
    if is_allowed { Ok(()) } else { Err(code) }
}
