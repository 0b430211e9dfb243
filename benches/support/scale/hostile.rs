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

/// The shapes of the table. Each grows with a number n.
pub(crate) const SHAPES: [&str; 17] = [
    "n agents become free, n items of one size wait",
    "n wrap-ups end at once, n sizes wait",
    "one agent takes n items of one size",
    "one agent takes n items of n sizes",
    "one agent takes n items of n skill levels",
    "one agent takes one item of each of n queues",
    "n offers time out at once, the agents stay",
    "n offers time out at once, the agents go away",
    "one agent declines n items",
    "16 changes of presence, n declined items wait",
    "one agent takes n items, a gate without classes",
    "n agents become free, n items wait, a gate without classes",
    "n items end in turn, n sizes wait that do not fit",
    "n changes of presence, n skill levels wait that are too high",
    "n items end in turn, items wait in n queues",
    "n items end in turn, n sizes wait, small ones last",
    "one agent takes n items but one, a gate without classes",
];

/// The inputs that are counted, and the router that handles them.
struct Load {
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

/// Creates a load of a shape.
fn load(shape: usize, n: u32) -> Option<Load> {
    let same = |_, item: WorkItem| (item, 0);
    let sizes = |number, item: WorkItem| (item.size(number + 1), 0);
    let ask = Ask::new();
    let ask_with_timeout = ask.clone().timeout_secs(TIMEOUT_SECS);
    let one_agent = Setup::new(1, Capacity::Unlimited);
    let n_agents = Setup::new(n, 1);
    let mut load;
    match shape {
        0 | 1 | 11 => {
            let size = if shape == 1 { n } else { 1 };
            load = Load::new(Setup {
                capacity: size.into(),
                wrap_up_secs: TIMEOUT_SECS,
                has_gate: shape == 11,
                ..n_agents
            });
            load.wrap_up(n, size);
            load.route(n, |number, item| {
                if shape == 1 {
                    sizes(number, item)
                } else {
                    same(number, item)
                }
            });
            (load.now, load.inputs) = (END, vec![Input::Tick]);
        }
        2..=5 | 10 | 16 => {
            load = Load::new(Setup {
                queues: if shape == 5 { n } else { 1 },
                has_gate: shape >= 10,
                ..one_agent
            });
            load.route(n, |number, item| match shape {
                3 => sizes(number, item),
                4 => (item.skill(mandatory(SKILL).level(number + 1)), 0),
                16 if number == 0 => (item.fact(DENIED, true), 0),
                5 => (item, number),
                _ => same(number, item),
            });
            load.inputs = vec![set_presence(0, true)];
        }
        6 | 7 => {
            let ask = if shape == 6 {
                ask_with_timeout
            } else {
                ask_with_timeout.timeout_presence(AWAY)
            };
            load = Load::new(Setup {
                offer: Offer::Ask(ask),
                ..n_agents
            });
            load.sign_in(n);
            load.route(n, same);
            (load.now, load.inputs) = (END, vec![Input::Tick]);
        }
        8 => {
            load = Load::new(Setup {
                capacity: 1.into(),
                offer: Offer::Ask(ask),
                ..one_agent
            });
            load.route(n, same);
            load.sign_in(1);
            load.inputs = Load::declines(0, n).collect();
        }
        9 => {
            // One agent declines all items, while another one is busy and could take them later. All others are away.
            load = Load::new(Setup {
                offer: Offer::Ask(ask),
                ..n_agents
            });
            load.sign_in(1);
            load.handle(Input::Route {
                item: WorkItem::new("first", CHANNEL),
                queue: Some(queue_id(0).into()),
            });
            load.route(n, same);
            load.handle(set_presence(1, true));
            Load::declines(1, n).for_each(|input| load.handle(input));
            load.inputs = (0..16)
                .map(|number| set_presence(1, number % 2 == 1))
                .collect();
        }
        12..=15 => load = in_turn(shape, n),
        _ => return None,
    }
    Some(load)
}

/// Creates a load of one agent and n inputs, each of which can change what it may take.
fn in_turn(shape: usize, n: u32) -> Load {
    // The agent's n items end one after the other. In shape 13 it has none: a full agent is compared with no class.
    let held = if shape == 13 { 0 } else { n };
    let mut load = Load::new(Setup {
        queues: if shape == 14 { n } else { 1 },
        level: 1,
        ..Setup::new(1, n)
    });
    load.sign_in(1);
    for number in 0..held {
        load.handle(Input::Route {
            item: WorkItem::new(format!("first-{number}"), CHANNEL),
            queue: Some(queue_id(0).into()),
        });
    }
    load.route(n, |number, item| match shape {
        12 if number % 2 == 0 => (item.size(n + 1 + number), 0),
        12 => (item.size(number + 1).skill(mandatory(RARE_SKILL)), 0),
        13 => (item.skill(mandatory(SKILL).level(number + 2)), 0),
        14 => (item, number),
        _ => (item.size(n - number), 0),
    });
    load.inputs = (0..n)
        .map(|number| match shape {
            13 => set_presence(0, number % 2 == 1),
            _ => Input::Complete {
                item: format!("first-{number}").into(),
                by: None,
            },
        })
        .collect();
    load
}

/// Requests a skill that an agent must hold.
fn mandatory(skill: &str) -> SkillRequest {
    SkillRequest::new(skill).mandatory(true)
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
    let mut load = load(shape.parse().ok()?, n.parse().ok()?)?;
    counted_inputs(&mut load);
    Some(1)
}

/// Returns the milliseconds in which the inputs of a load are handled.
pub(crate) fn millis(shape: usize, n: u32) -> f64 {
    let mut load = load(shape, n).expect("the shape exists");
    let start = Instant::now();
    counted_inputs(&mut load);
    nanos_since(start) / 1e6
}
