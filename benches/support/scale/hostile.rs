//! Loads that strangers or busy agents can make: the cost of a step may grow with them, but not with their square.

use std::hint::black_box;
use std::time::Instant;

use handover::{
    Agent, AgentGroup, Ask, AssignmentRule, Capacity, Config, EligibilityPool, Input, Offer, Plan,
    PresenceState, Queue, RejectReason, Router, ServiceChannel, SkillMode, SkillRequest, Timestamp,
    WorkItem,
    rule::eligibility::{self, Exclusion},
    rule::{Candidate, Case},
};

use super::super::config::{AVAILABLE, CHANNEL, RULE, agent_id, queue_id};
use super::super::nanos_since;
use super::super::router::set_presence;

/// The reason of all declines.
const DECLINED: &str = "busy";
const AWAY: &str = "away";
const SKILL: &str = "skill";
/// A skill that only an agent in no group has.
const RARE_SKILL: &str = "rare skill";
const GATE: &str = "gate";
/// A fact of the items that the gate excludes.
const DENIED: &str = "denied";
const TIMEOUT_SECS: u32 = 10;
const START: Timestamp = Timestamp::saturating_from_millis(1_000);
/// The moment at which all wrap-ups and offers end that began at the start.
const END: Timestamp = Timestamp::saturating_from_millis(11_000);

/// A shape: its name, and the function that creates its load of a number n.
type Shape = (&'static str, fn(u32) -> Load);

/// The shapes of the table.
pub(crate) const SHAPES: [Shape; 17] = [
    ("n agents become free, n items of one size wait", |n| {
        wrap_ups(n, 1, false, plain)
    }),
    ("n wrap-ups end at once, n sizes wait", |n| {
        wrap_ups(n, n, false, sized)
    }),
    ("one agent takes n items of one size", |n| {
        signs_in(n, unlimited(), plain)
    }),
    ("one agent takes n items of n sizes", |n| {
        signs_in(n, unlimited(), sized)
    }),
    ("one agent takes n items of n skill levels", |n| {
        signs_in(n, unlimited(), |number, item| {
            (requiring(item, SKILL, number + 1), 0)
        })
    }),
    ("one agent takes one item of each of n queues", |n| {
        let setup = Setup {
            queues: n,
            ..unlimited()
        };
        signs_in(n, setup, |number, item| (item, number))
    }),
    ("n offers time out at once, the agents stay", |n| {
        time_outs(n, ask_with_timeout())
    }),
    ("n offers time out at once, the agents go away", |n| {
        time_outs(n, ask_with_timeout().timeout_presence(AWAY))
    }),
    ("one agent declines n items", declines_in_turn),
    ("16 changes of presence, n declined items wait", declined),
    ("one agent takes n items, a gate without classes", |n| {
        signs_in(n, gated(), plain)
    }),
    (
        "one agent takes n items but one, a gate without classes",
        |n| {
            signs_in(n, gated(), |number, item| match number {
                0 => (item.fact(DENIED, true), 0),
                _ => (item, 0),
            })
        },
    ),
    (
        "n agents become free, n items wait, a gate without classes",
        |n| wrap_ups(n, 1, true, plain),
    ),
    ("n items end in turn, n sizes wait that do not fit", |n| {
        ends_in_turn(n, 1, |number, item| match number % 2 {
            0 => (item.size(n + 1 + number), 0),
            _ => (requiring(item.size(number + 1), RARE_SKILL, 1), 0),
        })
    }),
    ("n items end in turn, n sizes wait, small ones last", |n| {
        ends_in_turn(n, 1, |number, item| (item.size(n - number), 0))
    }),
    ("n items end in turn, items wait in n queues", |n| {
        ends_in_turn(n, n, |number, item| (item, number))
    }),
    (
        "n changes of presence, n skill levels wait that are too high",
        presence_changes,
    ),
];

/// The inputs that are counted, and the router that handles them.
pub(crate) struct Load {
    router: Router,
    inputs: Vec<Input>,
    now: Timestamp,
}

/// The configuration of a load.
struct Setup {
    agents: u32,
    capacity: Capacity,
    queues: u32,
    offer: Offer,
    wrap_up_secs: u32,
    /// The level of [`SKILL`] of the agents.
    level: u32,
    has_gate: bool,
}

impl Setup {
    fn new(agents: u32, capacity: impl Into<Capacity>) -> Self {
        Self {
            agents,
            capacity: capacity.into(),
            queues: 1,
            offer: Offer::AutoAccept,
            wrap_up_secs: 0,
            level: u32::MAX,
            has_gate: false,
        }
    }

    fn plan(self) -> Plan {
        let presence = |takes_work| {
            PresenceState::new()
                .takes_work(takes_work)
                .channels([CHANNEL])
        };
        let agents = 0..self.agents as usize;
        let rule = AssignmentRule::new()
            .skills(SkillMode::RequireLevels)
            .offer(self.offer);
        let rule = if self.has_gate { rule.gate(GATE) } else { rule };
        let channel = ServiceChannel::new().active(true);
        let mut config = Config::new()
            .channel(
                CHANNEL,
                channel
                    .wrap_up_secs(self.wrap_up_secs)
                    .default_capacity(self.capacity),
            )
            .presence_state(AVAILABLE, presence(true))
            .presence_state(AWAY, presence(false))
            .rule(RULE, rule)
            .reject_reason(DECLINED, RejectReason::new())
            .group("all", AgentGroup::new(agents.clone().map(agent_id)))
            .agent("in no group", Agent::new().skill(RARE_SKILL, 1));
        for agent in agents {
            config = config.agent(agent_id(agent), Agent::new().skill(SKILL, self.level));
        }
        for queue in 0..self.queues as usize {
            let queue_plan = Queue::new(CHANNEL).active(true);
            let pool = EligibilityPool::new(["all"], RULE);
            config = config.queue(queue_id(queue), queue_plan.pool(pool));
        }
        let gate = eligibility::from_fn(|case: &Case<'_>, _: &Candidate<'_>| {
            match case.item().facts.get(DENIED) {
                None => Ok(()),
                Some(_) => Err(Exclusion::new("denied")),
            }
        });
        let plan = Plan::builder(config).eligibility(GATE, gate).build();
        plan.expect("the configuration is valid")
    }
}

impl Load {
    /// Creates a router in which all agents are signed out.
    fn new(setup: Setup) -> Self {
        Self {
            router: Router::new(&setup.plan()),
            inputs: Vec::new(),
            now: START,
        }
    }

    /// Signs agents in.
    fn sign_in(&mut self, agents: u32) {
        for agent in 0..agents as usize {
            self.handle(set_presence(agent, true));
        }
    }

    /// Routes items, whose sizes, levels and queues depend on their numbers.
    fn route(&mut self, items: u32, edit: impl Fn(u32, WorkItem) -> (WorkItem, u32)) {
        for number in 0..items {
            let (item, queue) = edit(number, WorkItem::new(format!("conv-{number}"), CHANNEL));
            let queue = Some(queue_id(queue as usize).into());
            self.handle(Input::Route { item, queue });
        }
    }

    /// Lets each agent complete an item that fills its capacity, so that it wraps up until the end.
    fn wrap_up(&mut self, agents: u32, size: u32) {
        self.sign_in(agents);
        for number in 0..agents {
            let item = WorkItem::new(format!("first-{number}"), CHANNEL).size(size);
            let (id, queue) = (item.id.clone(), Some(queue_id(0).into()));
            self.handle(Input::Route { item, queue });
            self.handle(Input::Complete { item: id, by: None });
        }
    }

    /// Returns the inputs with which an agent takes and declines items one after the other.
    fn declines(agent: usize, items: u32) -> impl Iterator<Item = Input> {
        (0..items).map(move |number| Input::Reject {
            item: format!("conv-{number}").into(),
            agent: agent_id(agent).into(),
            reason: DECLINED.into(),
        })
    }

    /// Handles an input and drains its outputs.
    fn handle(&mut self, input: Input) {
        let handled = self.router.handle(self.now, input);
        handled.expect("the input is valid");
        while let Some(output) = self.router.poll_output() {
            black_box(&output);
        }
    }
}

/// Returns an item of one unit, for the first queue.
fn plain(_: u32, item: WorkItem) -> (WorkItem, u32) {
    (item, 0)
}

/// Returns an item of its own size, for the first queue.
fn sized(number: u32, item: WorkItem) -> (WorkItem, u32) {
    (item.size(number + 1), 0)
}

/// Requests a skill that an agent must hold.
fn requiring(item: WorkItem, skill: &str, level: u32) -> WorkItem {
    item.skill(SkillRequest::new(skill).level(level).mandatory(true))
}

fn ask_with_timeout() -> Ask {
    Ask::new().timeout_secs(TIMEOUT_SECS)
}

/// Creates a load in which n agents wrap up an item that fills their capacity, while n items wait.
fn wrap_ups(
    n: u32,
    capacity: u32,
    has_gate: bool,
    edit: impl Fn(u32, WorkItem) -> (WorkItem, u32),
) -> Load {
    let mut load = Load::new(Setup {
        wrap_up_secs: TIMEOUT_SECS,
        has_gate,
        ..Setup::new(n, capacity)
    });
    load.wrap_up(n, capacity);
    load.route(n, edit);
    (load.now, load.inputs) = (END, vec![Input::Tick]);
    load
}

/// Returns the configuration of one agent with unlimited capacity.
fn unlimited() -> Setup {
    Setup::new(1, Capacity::Unlimited)
}

/// Returns the configuration of one agent with unlimited capacity, and a gate without classes.
fn gated() -> Setup {
    Setup {
        has_gate: true,
        ..unlimited()
    }
}

/// Creates a load in which n items wait for an agent who signs in.
fn signs_in(n: u32, setup: Setup, edit: impl Fn(u32, WorkItem) -> (WorkItem, u32)) -> Load {
    let mut load = Load::new(setup);
    load.route(n, edit);
    load.inputs = vec![set_presence(0, true)];
    load
}

/// Creates a load in which n agents are offered an item each, and the offers time out.
fn time_outs(n: u32, ask: Ask) -> Load {
    let offer = Offer::Ask(ask);
    let mut load = Load::new(Setup {
        offer,
        ..Setup::new(n, 1)
    });
    load.sign_in(n);
    load.route(n, plain);
    (load.now, load.inputs) = (END, vec![Input::Tick]);
    load
}

/// Creates a load in which an agent takes and declines n items.
fn declines_in_turn(n: u32) -> Load {
    let offer = Offer::Ask(Ask::new());
    let mut load = Load::new(Setup {
        offer,
        ..Setup::new(1, 1)
    });
    load.route(n, plain);
    load.sign_in(1);
    load.inputs = Load::declines(0, n).collect();
    load
}

/// Creates a load in which one agent has declined n items, while another one is busy and could take them later. All others are
/// away.
fn declined(n: u32) -> Load {
    let offer = Offer::Ask(Ask::new());
    let mut load = Load::new(Setup {
        offer,
        ..Setup::new(n, 1)
    });
    load.sign_in(1);
    load.handle(Input::Route {
        item: WorkItem::new("first", CHANNEL),
        queue: Some(queue_id(0).into()),
    });
    load.route(n, plain);
    load.handle(set_presence(1, true));
    Load::declines(1, n).for_each(|input| load.handle(input));
    let changes = (0..16).map(|number| set_presence(1, number % 2 == 1));
    load.inputs = changes.collect();
    load
}

/// Creates a load in which an agent's n items of one unit end one after the other, while n items wait.
fn ends_in_turn(n: u32, queues: u32, edit: impl Fn(u32, WorkItem) -> (WorkItem, u32)) -> Load {
    let setup = Setup::new(1, n);
    let mut load = Load::new(Setup { queues, ..setup });
    load.sign_in(1);
    let ids = (0..n).map(|number| format!("first-{number}"));
    for id in ids.clone() {
        load.handle(Input::Route {
            item: WorkItem::new(id, CHANNEL),
            queue: Some(queue_id(0).into()),
        });
    }
    load.route(n, edit);
    let ends = ids.map(|id| Input::Complete {
        item: id.into(),
        by: None,
    });
    load.inputs = ends.collect();
    load
}

/// Creates a load in which an agent without items signs out and in again, while n items wait that require higher levels.
fn presence_changes(n: u32) -> Load {
    let setup = Setup::new(1, n);
    let mut load = Load::new(Setup { level: 1, ..setup });
    load.sign_in(1);
    load.route(n, |number, item| (requiring(item, SKILL, number + 2), 0));
    let changes = (0..n).map(|number| set_presence(0, number % 2 == 1));
    load.inputs = changes.collect();
    load
}

/// Handles the inputs of a load. Callgrind finds this function by its name.
#[inline(never)]
fn counted_inputs(load: &mut Load) {
    for input in std::mem::take(&mut load.inputs) {
        load.handle(input);
    }
}

/// Runs the task `SHAPE N` under Callgrind. Returns one operation, so that all instructions are counted.
pub(crate) fn run_counted(task: &str) -> Option<u64> {
    let (shape, n) = task.split_once(' ')?;
    let (_, load) = SHAPES.get(shape.parse::<usize>().ok()?)?;
    let mut load = load(n.parse().ok()?);
    counted_inputs(&mut load);
    Some(1)
}

/// Returns the milliseconds in which the inputs of a load are handled.
pub(crate) fn millis(mut load: Load) -> f64 {
    let start = Instant::now();
    counted_inputs(&mut load);
    nanos_since(start) / 1e6
}
