//! Loads that strangers or busy agents can make: the cost of a step may grow with them, but not with their square.

use std::hint::black_box;
use std::time::Instant;

use handover::{
    Agent, AgentGroup, Ask, AssignmentRule, Capacity, Config, EligibilityPool, Input, Offer, Plan,
    PresenceState, Queue, RejectReason, Router, ServiceChannel, SkillMode, SkillRequest, Timestamp,
    WorkItem,
};

use super::super::config::{AVAILABLE, CHANNEL, RULE, agent_id, queue_id};
use super::super::nanos_since;
use super::super::router::set_presence;

/// The reason of all declines.
const DECLINED: &str = "busy";
const AWAY: &str = "away";
const SKILL: &str = "skill";
const TIMEOUT_SECS: u32 = 10;
const START: Timestamp = Timestamp::saturating_from_millis(1_000);
/// The moment at which all wrap-ups and offers end that began at the start.
const END: Timestamp = Timestamp::saturating_from_millis(11_000);

/// The shapes of the table. Each grows with a number n.
pub(crate) const SHAPES: [&str; 10] = [
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
];

/// The inputs that are counted, and the router that handles them.
struct Load {
    router: Router,
    inputs: Vec<Input>,
    now: Timestamp,
}

impl Load {
    /// Creates a router in which all agents are signed out.
    fn new(agents: u32, capacity: impl Into<Capacity>, queues: u32, offer: Offer) -> Self {
        let presence = |takes_work| {
            PresenceState::new()
                .takes_work(takes_work)
                .channels([CHANNEL])
        };
        let agents = 0..agents as usize;
        let rule = AssignmentRule::new()
            .skills(SkillMode::RequireLevels)
            .offer(offer);
        let channel = ServiceChannel::new().active(true);
        let mut config = Config::new()
            .channel(
                CHANNEL,
                channel
                    .wrap_up_secs(TIMEOUT_SECS)
                    .default_capacity(capacity),
            )
            .presence_state(AVAILABLE, presence(true))
            .presence_state(AWAY, presence(false))
            .rule(RULE, rule)
            .reject_reason(DECLINED, RejectReason::new())
            .group("all", AgentGroup::new(agents.clone().map(agent_id)));
        for agent in agents {
            config = config.agent(agent_id(agent), Agent::new().skill(SKILL, u32::MAX));
        }
        for queue in 0..queues as usize {
            let queue_plan = Queue::new(CHANNEL).active(true);
            let pool = EligibilityPool::new(["all"], RULE);
            config = config.queue(queue_id(queue), queue_plan.pool(pool));
        }
        Self {
            router: Router::new(&Plan::new(config).expect("the configuration is valid")),
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
    let one = Capacity::Units(1);
    let accept = Offer::AutoAccept;
    let ask = Ask::new().timeout_secs(TIMEOUT_SECS);
    let mut load;
    match shape {
        0 | 1 => {
            let size = if shape == 0 { 1 } else { n };
            load = Load::new(n, Capacity::Units(size), 1, accept);
            load.wrap_up(n, size);
            load.route(n, |number, item| {
                if shape == 0 {
                    same(number, item)
                } else {
                    sizes(number, item)
                }
            });
            (load.now, load.inputs) = (END, vec![Input::Tick]);
        }
        2..=5 => {
            let queues = if shape == 5 { n } else { 1 };
            load = Load::new(1, Capacity::Unlimited, queues, accept);
            load.route(n, |number, item| match shape {
                2 => same(number, item),
                3 => sizes(number, item),
                4 => {
                    let skill = SkillRequest::new(SKILL).level(number + 1);
                    (item.skill(skill.mandatory(true)), 0)
                }
                _ => (item, number),
            });
            load.inputs = vec![set_presence(0, true)];
        }
        6 | 7 => {
            let ask = if shape == 6 {
                ask
            } else {
                ask.timeout_presence(AWAY)
            };
            load = Load::new(n, one, 1, Offer::Ask(ask));
            load.sign_in(n);
            load.route(n, same);
            (load.now, load.inputs) = (END, vec![Input::Tick]);
        }
        8 => {
            load = Load::new(1, one, 1, Offer::Ask(Ask::new()));
            load.route(n, same);
            load.sign_in(1);
            load.inputs = Load::declines(0, n).collect();
        }
        9 => {
            // One agent declines all items, while another one is busy and could take them later. All others are away.
            load = Load::new(n, one, 1, Offer::Ask(Ask::new()));
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
        _ => return None,
    }
    Some(load)
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
