//! A router at work: a real clock, agents and customers as threads, and one thread that owns the router.
//!
//! The loop in [`Desk::run`] is the one to copy:
//!
//! 1. wait for what happens next, but not beyond the moment at which time alone changes something;
//! 2. read the clock, once;
//! 3. tell the router what happened, or that nothing did, and what time it is;
//! 4. do everything that it says.
//!
//! Nobody else touches the router, so nothing is locked. A wake-up that comes late does no harm, since every input first
//! lets happen what is due; one that comes early only finds that nothing is due yet.
//!
//! It ends by itself after some five seconds:
//!
//! ```console
//! $ cargo run --example run_loop
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use handover::{
    Agent, AgentGroup, AgentId, Ask, AssignBy, AssignmentRule, Config, EligibilityPool, Input,
    Output, Plan, PresenceState, Queue, RejectReason, Router, Routing, ServiceChannel, SkillMode,
    SkillRequest, Timestamp, Transfer, WorkItem, WorkItemId,
};

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::new(config())?;
    let (tell, events) = mpsc::channel();
    let mut desk = Desk::new(Router::new(&plan), Clock::start()?, events);
    let asha = desk.hire("asha", &tell, asha);
    let ben = desk.hire("ben", &tell, ben);
    let chen = desk.hire("chen", &tell, chen);
    let watch = tell.clone();
    let customers = thread::spawn(move || customers(&tell));
    // Nobody waits for this thread: it is for the case that a conversation never ends.
    thread::spawn(move || {
        pause(8_000);
        let _ = watch.send(Event::ClosingTime);
    });

    desk.run();
    desk.say_what_became_of_everything();

    // Without their desk the agents go home.
    drop(desk);
    for person in [asha, ben, chen, customers] {
        person.join().map_err(|_| "a thread has panicked")?;
    }
    Ok(())
}

/// Time-outs are short, so that everything happens within a few seconds.
fn config() -> Config {
    let offer = Ask::new().timeout_secs(1).timeout_presence("away");
    Config::new()
        .channel("whatsapp", ServiceChannel::new().active(true))
        .queue(
            "desk",
            Queue::new("whatsapp")
                .active(true)
                .routing(Routing::always())
                .pool(EligibilityPool::new(["everyone"], "longest-idle"))
                .max_wait_secs(4),
        )
        .rule(
            "longest-idle",
            AssignmentRule::new()
                .assign_by([AssignBy::LongestIdle])
                .skills(SkillMode::Require)
                .offer(offer),
        )
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(["whatsapp"]),
        )
        .presence_state("away", PresenceState::new())
        .group("everyone", AgentGroup::new(["asha", "ben", "chen"]))
        .agent("asha", Agent::new())
        .agent("ben", Agent::new())
        .agent("chen", Agent::new())
        .reject_reason("busy", RejectReason::new())
}

/// What the thread of the router is told.
enum Event {
    Happens(Input),
    /// No more conversations come in: the desk closes when the last one has ended.
    DoorsClosed,
    /// The desk closes at once.
    ClosingTime,
}

/// What an agent is told.
enum Told {
    /// A conversation is offered.
    Offered(WorkItemId),
    /// A conversation is the agent's own.
    Yours(WorkItemId),
}

/// A clock that never goes back: the time of day is read once, and the time that has passed since is added.
struct Clock {
    started: Timestamp,
    instant: Instant,
}

impl Clock {
    fn start() -> Result<Self, Box<dyn Error>> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH)?;
        Ok(Self {
            started: Timestamp::try_from(u64::try_from(since_epoch.as_millis())?)?,
            instant: Instant::now(),
        })
    }

    fn now(&self) -> Timestamp {
        let passed = u64::try_from(self.instant.elapsed().as_millis());
        self.started.plus_millis(passed.unwrap_or(u64::MAX))
    }

    /// Returns how long it is to a moment, to the fraction of a millisecond: whoever waits that long reads a time that is
    /// not before the moment. Nothing, where it has passed.
    fn until(&self, moment: Timestamp) -> Duration {
        let in_all = moment.duration_since(self.started);
        in_all.saturating_sub(self.instant.elapsed())
    }
}

/// The thread that owns the router.
struct Desk {
    router: Router,
    clock: Clock,
    events: Receiver<Event>,
    agents: BTreeMap<AgentId, Sender<Told>>,
    ends: BTreeMap<WorkItemId, String>,
}

impl Desk {
    fn new(router: Router, clock: Clock, events: Receiver<Event>) -> Self {
        Self {
            router,
            clock,
            events,
            agents: BTreeMap::new(),
            ends: BTreeMap::new(),
        }
    }

    /// Starts the thread of an agent.
    fn hire(
        &mut self,
        name: &'static str,
        tell: &Sender<Event>,
        habits: fn(&Worker),
    ) -> thread::JoinHandle<()> {
        let (told, ears) = mpsc::channel();
        self.agents.insert(name.into(), told);
        let worker = Worker {
            name: name.into(),
            tell: tell.clone(),
            ears,
        };
        thread::spawn(move || habits(&worker))
    }

    /// Runs the router until the doors are closed and every conversation has ended.
    fn run(&mut self) {
        let mut open = true;
        while open || self.router.items().next().is_some() {
            let Some(event) = self.next_event() else {
                break;
            };
            let input = match event {
                Event::Happens(input) => input,
                Event::DoorsClosed => {
                    open = false;
                    Input::Tick
                }
                Event::ClosingTime => break,
            };
            // A router that was restored may be ahead of a clock that was started anew.
            let now = self.clock.now().max(self.router.now());
            self.step(now, input);
        }
    }

    /// Waits for what happens next, at most until time alone changes something: then it is a tick. None when nobody is
    /// left to tell anything.
    fn next_event(&self) -> Option<Event> {
        let Some(due) = self.router.poll_timeout() else {
            return self.events.recv().ok();
        };
        match self.events.recv_timeout(self.clock.until(due)) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => Some(Event::Happens(Input::Tick)),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Tells the router, and does what it says.
    fn step(&mut self, now: Timestamp, input: Input) {
        let said = in_words(&input);
        let taken = self.router.handle(now, input);
        // What was due by now happened before the input; a transcript in the order of the outputs says so too.
        let outputs: Vec<Output> = std::iter::from_fn(|| self.router.poll_output()).collect();
        let passed = now.millis_since(self.clock.started);
        if let Some(said) = said {
            println!("{}.{:03}  {said}", passed / 1000, passed % 1000);
        } else if !outputs.is_empty() {
            println!("{}.{:03}  (time passes)", passed / 1000, passed % 1000);
        }
        for output in outputs {
            self.obey(&output);
        }
        if let Err(refusal) = taken {
            println!("         REFUSED: {refusal}");
        }
    }

    /// Does what the router says. A service sends messages here, and writes to its database.
    fn obey(&mut self, output: &Output) {
        let line = match output {
            Output::Queued { item, queue } => format!("{item} waits in queue {queue}"),
            Output::Offered { item, agent, .. } => {
                self.tell(agent, Told::Offered(item.clone()));
                format!("{item} is offered to {agent}")
            }
            Output::OfferEnded {
                item, agent, why, ..
            } => format!("the offer of {item} to {agent} has ended: {why:?}"),
            Output::Accepted { item, agent, .. } => {
                self.tell(agent, Told::Yours(item.clone()));
                format!("{item} is {agent}'s")
            }
            Output::Released { item, agent, .. } => format!("{item} is no longer {agent}'s"),
            Output::Requeued { item, queue, .. } => format!("{item} waits again in queue {queue}"),
            Output::PresenceSet { agent, state, .. } => match state {
                Some(state) => format!("{agent} is {state}"),
                None => format!("{agent} has no presence"),
            },
            Output::Exhausted { item, .. } => format!("everyone here has declined {item}"),
            Output::Closed { item, agent } => {
                self.ends.insert(item.clone(), format!("helped by {agent}"));
                format!("{item} is closed")
            }
            Output::Canceled { item, reason, .. } => {
                self.ends
                    .insert(item.clone(), format!("canceled: {reason:?}"));
                format!("{item} is canceled: {reason:?}")
            }
            Output::Unroutable { item, reason } => {
                self.ends
                    .insert(item.clone(), format!("not taken: {reason:?}"));
                format!("{item} is not taken: {reason:?}")
            }
            other => format!("{other:?}"),
        };
        println!("         {line}");
    }

    fn tell(&self, agent: &AgentId, what: Told) {
        if let Some(told) = self.agents.get(agent) {
            // Who has gone home hears nothing: the offer times out.
            let _ = told.send(what);
        }
    }

    fn say_what_became_of_everything(&self) {
        println!("\nWhat became of every conversation:");
        for (item, end) in &self.ends {
            println!("  {item}  {end}");
        }
        for item in self.router.items() {
            println!("  {}  still {}", item.work_item().id, item.state());
        }
    }
}

/// Returns an input in words; a tick says nothing.
fn in_words(input: &Input) -> Option<String> {
    Some(match input {
        Input::Route { item, .. } => match item.skills.first() {
            Some(asked) => format!("{} comes in, for somebody with {}", item.id, asked.skill),
            None => format!("{} comes in", item.id),
        },
        Input::SetPresence { agent, state } => match state {
            Some(state) => format!("{agent} chooses `{state}`"),
            None => format!("{agent} logs off"),
        },
        Input::Accept { item, agent } => format!("{agent} accepts {item}"),
        Input::Reject {
            item,
            agent,
            reason,
        } => format!("{agent} rejects {item}: {reason}"),
        Input::Complete { item } => format!("{item} is done"),
        Input::Cancel { item, .. } => format!("the customer of {item} leaves"),
        Input::Transfer(transfer) => format!("{} is given back", transfer.item),
        Input::Tick => return None,
        other => format!("{other:?}"),
    })
}

/// An agent, as a thread sees itself.
struct Worker {
    name: AgentId,
    tell: Sender<Event>,
    ears: Receiver<Told>,
}

impl Worker {
    fn happens(&self, input: Input) {
        // Where the desk has closed, nobody listens any more.
        let _ = self.tell.send(Event::Happens(input));
    }

    fn becomes_available(&self) {
        self.happens(Input::SetPresence {
            agent: self.name.clone(),
            state: Some("available".into()),
        });
    }

    fn accepts(&self, item: WorkItemId) {
        pause(200);
        let agent = self.name.clone();
        self.happens(Input::Accept { item, agent });
    }

    fn rejects(&self, item: WorkItemId) {
        pause(300);
        self.happens(Input::Reject {
            item,
            agent: self.name.clone(),
            reason: "busy".into(),
        });
    }

    fn works_on(&self, item: WorkItemId) {
        pause(900);
        self.happens(Input::Complete { item });
    }

    /// Does something else with the first offer; accepts all others, and works on what is accepted.
    fn works_after_the_first_offer(&self, first: impl Fn(WorkItemId)) {
        let mut is_first = true;
        for told in &self.ears {
            match told {
                Told::Offered(item) if is_first => {
                    is_first = false;
                    first(item);
                }
                Told::Offered(item) => self.accepts(item),
                Told::Yours(item) => self.works_on(item),
            }
        }
    }
}

/// Asha accepts everything; when she has looked at her first conversation, she gives it back to the desk.
fn asha(me: &Worker) {
    me.becomes_available();
    let mut is_first = true;
    for told in &me.ears {
        match told {
            Told::Offered(item) => me.accepts(item),
            Told::Yours(item) if is_first => {
                is_first = false;
                pause(700);
                me.happens(Input::Transfer(Transfer::to_queue(item, "desk")));
            }
            Told::Yours(item) => me.works_on(item),
        }
    }
}

/// Ben rejects the first offer, and accepts all others.
fn ben(me: &Worker) {
    pause(50);
    me.becomes_available();
    me.works_after_the_first_offer(|item| me.rejects(item));
}

/// Chen falls asleep over the first offer. When he wakes up he accepts it, but it is too late.
fn chen(me: &Worker) {
    pause(100);
    me.becomes_available();
    me.works_after_the_first_offer(|item| {
        pause(2_000);
        me.accepts(item);
        me.becomes_available();
    });
}

/// Customers come in one after the other. One of them leaves, another asks for a language that nobody speaks.
fn customers(tell: &Sender<Event>) {
    let happens = |input| {
        let _ = tell.send(Event::Happens(input));
    };
    pause(200);
    for number in 1..=6 {
        let mut item = WorkItem::new(format!("conv-{number}"), "whatsapp");
        if number == 2 {
            item = item.skill(SkillRequest::new("spanish").mandatory(true));
        }
        happens(Input::Route { item, queue: None });
        pause(150);
    }
    pause(500);
    happens(Input::Cancel {
        item: "conv-6".into(),
        note: None,
    });
    let _ = tell.send(Event::DoorsClosed);
}

fn pause(millis: u64) {
    thread::sleep(Duration::from_millis(millis));
}
