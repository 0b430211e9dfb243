//! Runs a router with a real clock and threads: one thread owns the router, agents and customers are other threads.
//!
//! A service can copy the loop in [`Service::run`]:
//!
//! 1. Wait for the next event, but not longer than until `Router::poll_timeout`.
//! 2. Read the clock once.
//! 3. Pass the time and the event to the router, or the time and a tick if there is no event.
//! 4. Deliver all outputs of the router.
//!
//! Only one thread uses the router, so there is no lock. A late wake-up is harmless, because the router processes all timers
//! that are due before each input. An early wake-up is harmless, because no timer is due yet.
//!
//! The program ends after about five seconds:
//!
//! ```console
//! $ cargo run --example run_loop
//! ```

#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use handover::{
    AgentId, Input, Output, Plan, Router, SkillRequest, Timestamp, Transfer, WorkItem, WorkItemId,
};

#[path = "support/describe.rs"]
mod describe;

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::new(serde_json::from_str(CONFIG)?)?;
    let (sender, events) = mpsc::channel();
    let mut service = Service {
        router: Router::new(&plan),
        clock: Clock::start()?,
        events,
        agents: BTreeMap::new(),
        results: BTreeMap::new(),
    };
    let agents = [
        ("asha", Habit::ReturnsFirstItem),
        ("ben", Habit::RejectsFirstOffer),
        ("chen", Habit::AnswersFirstOfferLate),
    ];
    let mut threads = Vec::new();
    for (id, habit) in agents {
        threads.push(service.start_agent(id, habit, &sender));
        // The rule prefers the agent who became available first.
        thread::sleep(Duration::from_millis(50));
    }
    threads.push(thread::spawn(move || send_conversations(&sender)));

    service.run();
    println!("\nResults:");
    for (item, result) in &service.results {
        println!("  {item}  {result}");
    }

    // Agents stop when the service drops their senders.
    drop(service);
    for thread in threads {
        thread.join().map_err(|_| "a thread has panicked")?;
    }
    Ok(())
}

/// The configuration. Its time-outs are short, so that the example ends within a few seconds.
const CONFIG: &str = r#"{
    "channels": {"whatsapp": {"active": true}},
    "queues": {"support": {
        "channel": "whatsapp", "active": true, "routing": "always", "max_wait_secs": 4,
        "eligibility": [{"groups": ["everyone"], "rule": "longest-idle"}]
    }},
    "rules": {"longest-idle": {
        "assign_by": ["longest_idle"], "skills": "require",
        "offer": {"ask": {"timeout_secs": 1, "timeout_presence": "away"}}
    }},
    "presence_states": {
        "available": {"takes_work": true, "channels": ["whatsapp"]},
        "away": {}
    },
    "groups": {"everyone": {"members": ["asha", "ben", "chen"]}},
    "agents": {"asha": {}, "ben": {}, "chen": {}},
    "reject_reasons": {"busy": {}}
}"#;

/// An event for the thread that owns the router.
enum Event {
    Input(Input),
    /// There are no more customers: the service stops when all conversations have ended.
    LastCustomer,
}

/// A message to an agent.
enum Notice {
    Offered(WorkItemId),
    Accepted(WorkItemId),
}

/// A clock that never goes back: the wall-clock time at the start, plus the time that has elapsed since then.
struct Clock {
    start: Timestamp,
    start_instant: Instant,
}

impl Clock {
    fn start() -> Result<Self, Box<dyn Error>> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH)?;
        Ok(Self {
            start: Timestamp::try_from(u64::try_from(since_epoch.as_millis())?)?,
            start_instant: Instant::now(),
        })
    }

    fn now(&self) -> Timestamp {
        let elapsed = u64::try_from(self.start_instant.elapsed().as_millis());
        self.start.plus_millis(elapsed.unwrap_or(u64::MAX))
    }

    /// Returns the duration until a time. It has fractions of a millisecond, so that a wait of this duration does not end
    /// too early.
    fn time_until(&self, time: Timestamp) -> Duration {
        let since_start = time.duration_since(self.start);
        since_start.saturating_sub(self.start_instant.elapsed())
    }
}

/// The state of the thread that owns the router.
struct Service {
    router: Router,
    clock: Clock,
    events: Receiver<Event>,
    agents: BTreeMap<AgentId, Sender<Notice>>,
    results: BTreeMap<WorkItemId, String>,
}

impl Service {
    /// Starts the thread of an agent.
    fn start_agent(
        &mut self,
        id: &'static str,
        habit: Habit,
        events: &Sender<Event>,
    ) -> JoinHandle<()> {
        let (sender, notices) = mpsc::channel();
        self.agents.insert(id.into(), sender);
        let agent = AgentThread {
            id: id.into(),
            habit,
            events: events.clone(),
            notices,
        };
        thread::spawn(move || agent.run())
    }

    /// Runs the router until there are no more customers and all conversations have ended.
    fn run(&mut self) {
        let mut expects_customers = true;
        while expects_customers || self.router.items().next().is_some() {
            let Some(event) = self.next_event() else {
                break;
            };
            match event {
                Event::Input(input) => {
                    // A restored router can be ahead of the clock.
                    let now = self.clock.now().max(self.router.now());
                    self.handle(now, input);
                }
                Event::LastCustomer => expects_customers = false,
            }
        }
    }

    /// Waits for the next event, or until the next timer of the router is due. Returns `None` if all senders are gone.
    fn next_event(&self) -> Option<Event> {
        let Some(due) = self.router.poll_timeout() else {
            return self.events.recv().ok();
        };
        match self.events.recv_timeout(self.clock.time_until(due)) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => Some(Event::Input(Input::Tick)),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Passes an input to the router, and delivers the outputs.
    fn handle(&mut self, now: Timestamp, input: Input) {
        let heading = describe_input(&input);
        let result = self.router.handle(now, input);
        println!("{}  {heading}", describe::time_of_day(now));
        // A refused input can have outputs as well, if timers were due.
        while let Some(output) = self.router.poll_output() {
            println!(
                "    {}",
                describe::output(&output, self.router.plan().config())
            );
            self.deliver(output);
        }
        if let Err(error) = result {
            println!("    refused: {error}");
        }
    }

    /// Delivers an output. A real service sends messages and writes to its database here.
    fn deliver(&mut self, output: Output) {
        match output {
            Output::Offered { item, agent, .. } => self.notify(&agent, Notice::Offered(item)),
            Output::Accepted { item, agent, .. } => self.notify(&agent, Notice::Accepted(item)),
            Output::Closed { item, agent } => {
                self.results.insert(item, format!("closed by {agent}"));
            }
            Output::Canceled { item, reason, .. } => {
                let reason = describe::words(&reason);
                self.results.insert(item, format!("canceled: {reason}"));
            }
            Output::Unroutable { item, reason } => {
                let reason = describe::words(&reason);
                self.results.insert(item, format!("unroutable: {reason}"));
            }
            _ => {}
        }
    }

    fn notify(&self, agent: &AgentId, notice: Notice) {
        if let Some(sender) = self.agents.get(agent) {
            // If the agent's thread has ended, the offer times out.
            let _ = sender.send(notice);
        }
    }
}

/// Describes an input in one sentence.
fn describe_input(input: &Input) -> String {
    match input {
        Input::Route { item, .. } => match item.skills.first() {
            Some(request) => format!(
                "a customer starts {}, which requires the skill {}",
                item.id, request.skill
            ),
            None => format!("a customer starts {}", item.id),
        },
        Input::SetPresence { agent, .. } => format!("{agent} becomes available"),
        Input::Accept { item, agent } => format!("{agent} accepts {item}"),
        Input::Reject {
            item,
            agent,
            reason,
        } => format!("{agent} rejects {item}: {reason}"),
        Input::Complete { item, .. } => format!("{item} is completed"),
        Input::Cancel { item, .. } => format!("the customer of {item} leaves"),
        Input::Transfer(transfer) => format!("{} is transferred to a queue", transfer.item),
        Input::Tick => "a timer is due".into(),
        other => format!("{other:?}"),
    }
}

/// The reaction of an agent to its first offer or its first item. It accepts all other offers and completes all other items.
#[derive(Clone, Copy)]
enum Habit {
    ReturnsFirstItem,
    RejectsFirstOffer,
    AnswersFirstOfferLate,
}

/// The thread of an agent.
struct AgentThread {
    id: AgentId,
    habit: Habit,
    events: Sender<Event>,
    notices: Receiver<Notice>,
}

impl AgentThread {
    fn run(&self) {
        self.become_available();
        let (mut offers, mut items) = (0, 0);
        for notice in &self.notices {
            match notice {
                Notice::Offered(item) => {
                    offers += 1;
                    self.answer(item, offers);
                }
                Notice::Accepted(item) => {
                    items += 1;
                    self.work_on(item, items);
                }
            }
        }
    }

    /// Answers the offer with this number, counted from 1.
    fn answer(&self, item: WorkItemId, number: usize) {
        let agent = self.id.clone();
        match (number, self.habit) {
            (1, Habit::RejectsFirstOffer) => {
                let reason = "busy".into();
                send_after(
                    300,
                    &self.events,
                    Input::Reject {
                        item,
                        agent,
                        reason,
                    },
                );
            }
            (1, Habit::AnswersFirstOfferLate) => {
                send_after(2_000, &self.events, Input::Accept { item, agent });
                self.become_available();
            }
            _ => send_after(200, &self.events, Input::Accept { item, agent }),
        }
    }

    /// Completes or returns the item with this number, counted from 1.
    fn work_on(&self, item: WorkItemId, number: usize) {
        if number == 1 && matches!(self.habit, Habit::ReturnsFirstItem) {
            // With `by`, the transfer counts as a decline by this agent.
            let transfer = Transfer::to_queue(item, "support").by(&self.id);
            send_after(700, &self.events, Input::Transfer(transfer));
        } else {
            let by = Some(self.id.clone());
            send_after(900, &self.events, Input::Complete { item, by });
        }
    }

    fn become_available(&self) {
        let (agent, state) = (self.id.clone(), Some("available".into()));
        send_after(0, &self.events, Input::SetPresence { agent, state });
    }
}

/// Sends conversations. One conversation requires a skill that no agent has, and one customer leaves.
fn send_conversations(events: &Sender<Event>) {
    for number in 1..=6 {
        let mut item = WorkItem::new(format!("conv-{number}"), "whatsapp");
        if number == 2 {
            item = item.skill(SkillRequest::new("spanish").mandatory(true));
        }
        send_after(150, events, Input::Route { item, queue: None });
    }
    let (item, note) = ("conv-6".into(), None);
    send_after(650, events, Input::Cancel { item, note });
    let _ = events.send(Event::LastCustomer);
}

/// Sends an input to the service after some time. Does nothing if the service has stopped.
fn send_after(millis: u64, events: &Sender<Event>, input: Input) {
    thread::sleep(Duration::from_millis(millis));
    let _ = events.send(Event::Input(input));
}
