//! One group of more than 600 members, rare skills, and thousands of assignments: where other structures do the work.

use std::collections::BTreeMap;

use handover::{
    Agent, AgentGroup, AgentKind, AssignBy, AssignmentRule, Capacity, Config, Decision,
    EligibilityPool, Plan, PresenceState, Queue, Roster, Routing, Scope, ServiceChannel, SkillMode,
    SkillRequest, WorkItem, assign,
};

use crate::desk::{Desk, Line, Seat};
use crate::dice::Dice;
use crate::gates::Case;
use crate::generate::{NOW, World};
use crate::library::{agreed, at, plan, roster, routed, rows, set_cursors};
use crate::question::{EMBARGO, Question};

const SKILLS: [&str; 3] = ["spanish", "latin", "refunds"];
const CHANNELS: [&str; 2] = ["chat", "mail"];

/// Rules whose first key asks for the quickest structure, and some that do not.
fn rules() -> Vec<AssignmentRule> {
    let rule = |keys: &[AssignBy]| AssignmentRule::new().assign_by(keys.to_vec());
    vec![
        rule(&[AssignBy::MostCapacity]),
        rule(&[AssignBy::LastAssigned]),
        rule(&[AssignBy::MostCapacity]).skills(SkillMode::Require),
        rule(&[AssignBy::LastAssigned])
            .skills(SkillMode::RequireLevels)
            .include_ai(true),
        rule(&[AssignBy::MostCapacity, AssignBy::FewestHandled]).skills(SkillMode::Prefer),
        rule(&[AssignBy::MostCapacity]).gate(EMBARGO),
        rule(&[AssignBy::RoundRobin]).skills(SkillMode::Require),
        rule(&[AssignBy::FewestItems, AssignBy::LongestIdle]),
    ]
}

fn agent(dice: &mut Dice) -> Agent {
    let mut agent = Agent::new();
    if dice.one_in(40) {
        agent.kind = AgentKind::Ai;
    }
    for (skill, once_in) in SKILLS.into_iter().zip([3, 110, 8]) {
        if dice.one_in(once_in) {
            agent = agent.skill(skill, u32::try_from(1 + dice.below(3)).unwrap());
        }
    }
    match dice.below(60) {
        0 => agent = agent.capacity("chat", Capacity::Unlimited),
        1 => agent = agent.capacity("chat", 31 + u32::try_from(dice.below(12)).unwrap()),
        2..=10 => agent = agent.universal_capacity(2),
        capacity => agent = agent.capacity("chat", u32::try_from(capacity % 5).unwrap()),
    }
    agent
}

/// A world whose first group has nearly everyone.
fn world(seed: u64) -> World {
    let mut dice = Dice(seed);
    let mut names: Vec<String> = (0..620 + dice.below(80))
        .map(|n| format!("agent-{n:04}"))
        .collect();
    dice.shuffle(&mut names);
    let mut config = Config::new();
    for channel in CHANNELS {
        config = config.channel(
            channel,
            ServiceChannel::new().active(true).default_capacity(3),
        );
    }
    config = config.presence_state(
        "available",
        PresenceState::new().takes_work(true).channels(Scope::All),
    );
    for name in &names {
        config = config.agent(name.as_str(), agent(&mut dice));
    }
    let crowd = names
        .iter()
        .filter(|_| !dice.one_in(30))
        .cloned()
        .collect::<Vec<_>>();
    dice.shuffle(&mut names);
    config = config.group("crowd", AgentGroup::new(crowd).queue_order("queue-1", 50));
    config = config.group("few", AgentGroup::new(names.iter().take(25).cloned()));
    for (place, rule) in rules().into_iter().enumerate() {
        let (queue, name) = (format!("queue-{place}"), format!("rule-{place}"));
        let first = if (seed + place as u64).is_multiple_of(2) {
            vec!["crowd"]
        } else {
            vec!["few", "crowd"]
        };
        let pools = Queue::new("chat")
            .active(true)
            .routing(Routing::always())
            .pool(EligibilityPool::new(first, name.as_str()))
            .pool(EligibilityPool::new(["few"], "rule-0").eligible_at_secs(30_u32));
        config = config
            .rule(name.as_str(), rule)
            .queue(queue.as_str(), pools);
    }
    let seats = names
        .iter()
        .map(|name| (name.clone(), seat(&mut dice)))
        .collect();
    let questions = (0..24).map(|_| question(&mut dice)).collect();
    World {
        config,
        desk: Desk::load(seats),
        questions,
    }
}

fn seat(dice: &mut Dice) -> Seat {
    let given_at = (!dice.one_in(4)).then(|| NOW - 1000 * dice.roll().rem_euclid(50));
    let load = if dice.one_in(3) { dice.roll() % 4 } else { 0 };
    let line = Line {
        is_off: dice.one_in(20),
        load,
        given_at,
        ..Line::default()
    };
    Seat {
        presence: (!dice.one_in(7)).then(|| "available".into()),
        lines: BTreeMap::from([("chat".into(), line)]),
        ..Seat::default()
    }
}

fn question(dice: &mut Dice) -> Question {
    let mut item = WorkItem::new("item", "chat");
    for skill in SKILLS {
        if dice.one_in(3) {
            let level = u32::try_from(1 + dice.below(3)).unwrap();
            item = item.skill(
                SkillRequest::new(skill)
                    .level(level)
                    .mandatory(!dice.one_in(3)),
            );
        }
    }
    if dice.one_in(3) {
        item = item.size(u32::try_from(1 + dice.below(3)).unwrap());
    }
    if dice.one_in(2) {
        item = item.fact("embargo_ms", i64::try_from(NOW + 1_000_000).unwrap());
    }
    let declines = (0..dice.below(3))
        .map(|_| (format!("agent-{:04}", dice.below(600)), None))
        .collect();
    Question {
        item,
        queue: format!("queue-{}", dice.below(rules().len())),
        waiting_since: NOW - if dice.one_in(3) { 30_000 } else { 0 },
        last_agent: None,
        declines,
    }
}

/// What one agent has in hand.
struct Held {
    agent: String,
    size: u32,
}

/// A day of a large world: offers, ends, people who come and go.
struct Day {
    world: World,
    plan: Plan,
    roster: Roster,
    dice: Dice,
    held: Vec<Held>,
    assigned: usize,
    /// How often it went to one who holds a rare skill, because it must.
    rare: usize,
}

impl Day {
    fn new(seed: u64) -> Self {
        let world = world(seed);
        let plan = plan(&world.config);
        let roster = roster(&plan, &world.desk);
        Self {
            world,
            plan,
            roster,
            dice: Dice(!seed),
            held: Vec::new(),
            assigned: 0,
            rare: 0,
        }
    }

    fn hand_over(&mut self, is_checked: bool) {
        let World {
            config,
            desk,
            questions,
        } = &mut self.world;
        let question = &questions[self.dice.below(questions.len())];
        let decision = if is_checked {
            agreed(
                &self.plan,
                &self.roster,
                &Case {
                    config,
                    desk,
                    question,
                    now: NOW,
                },
            )
        } else {
            assign(&self.roster, &routed(&self.plan, question), at(NOW)).unwrap()
        };
        if let Decision::Assign(assignment) = decision {
            self.roster.commit(&assignment).unwrap();
            let (agent, size) = (
                assignment.agent(&self.plan).unwrap().as_str(),
                assignment.size(),
            );
            desk.give(agent, "chat", size.into());
            desk.cursors.insert(
                (question.queue.clone(), assignment.pool(&self.plan).unwrap()),
                agent.into(),
            );
            self.held.push(Held {
                agent: agent.into(),
                size,
            });
            self.assigned += 1;
            let requires = config
                .rules
                .get(assignment.rule(&self.plan).unwrap())
                .unwrap()
                .skills;
            let is_rare = |asked: &SkillRequest| asked.mandatory && asked.skill == "latin";
            if matches!(requires, SkillMode::Require | SkillMode::RequireLevels)
                && question.item.skills.iter().any(is_rare)
            {
                self.rare += 1;
            }
        }
    }

    fn end_one(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let held = self.held.swap_remove(self.dice.below(self.held.len()));
        self.roster
            .release(held.agent.as_str(), "chat", held.size, at(NOW))
            .unwrap();
        self.world
            .desk
            .release(&held.agent, "chat", held.size.into(), NOW);
    }

    fn change_someone(&mut self) {
        let agents: Vec<_> = self.world.config.agents.keys().collect();
        let agent = agents[self.dice.below(agents.len())].as_str().to_owned();
        let World { config, desk, .. } = &mut self.world;
        match self.dice.below(6) {
            0 => {
                self.roster.clear_presence(agent.as_str(), at(NOW)).unwrap();
                desk.set_presence(config, &agent, None, NOW);
            }
            1 | 2 => {
                self.roster
                    .set_presence(agent.as_str(), "available", at(NOW))
                    .unwrap();
                desk.set_presence(config, &agent, Some("available"), NOW);
            }
            3 => {
                let is_on = !self.dice.one_in(3);
                self.roster
                    .set_channel(agent.as_str(), "chat", is_on)
                    .unwrap();
                desk.line_mut(&agent, "chat").is_off = !is_on;
            }
            4 => {
                let capacity = Capacity::Units(u32::try_from(self.dice.below(6)).unwrap());
                let capacity = self.dice.one_in(2).then_some(capacity);
                self.roster
                    .set_universal_capacity(agent.as_str(), capacity)
                    .unwrap();
                desk.seat_mut(&agent).universal_capacity = capacity;
            }
            _ => {
                let capacity = Capacity::Units(u32::try_from(self.dice.below(40)).unwrap());
                let capacity = self.dice.one_in(2).then_some(capacity);
                self.roster
                    .set_capacity(agent.as_str(), "chat", capacity)
                    .unwrap();
                desk.line_mut(&agent, "chat").capacity = capacity;
            }
        }
    }

    /// Every question, to rosters made anew from rows: of everything, and of the question's queue alone.
    fn ask_new_rosters(&mut self) {
        let World {
            config,
            desk,
            questions,
        } = &mut self.world;
        desk.stamps_become_times();
        let whole = roster(&self.plan, desk);
        whole.check_invariants().unwrap();
        for question in questions.iter() {
            let case = Case {
                config,
                desk,
                question,
                now: NOW,
            };
            let mut part = Roster::of(&self.plan, question.queue.as_str(), rows(desk)).unwrap();
            set_cursors(&mut part, config, &desk.of_queue(&question.queue));
            agreed(&self.plan, &whole, &case);
            agreed(&self.plan, &part, &case);
            agreed(&self.plan, &self.roster, &case);
        }
    }
}

#[test]
fn a_large_group_agrees_with_the_oracle_through_thousands_of_assignments() {
    let mut rare = 0;
    for seed in 1..=3 {
        let mut day = Day::new(seed);
        for step in 0..6000 {
            day.hand_over(step % 4 == 0);
            if step > 200 || day.dice.one_in(2) {
                day.end_one();
            }
            if day.dice.one_in(8) {
                day.change_someone();
            }
            if step % 500 == 0 {
                day.roster.check_invariants().unwrap();
            }
        }
        day.roster.check_invariants().unwrap();
        day.ask_new_rosters();
        rare += day.rare;
        assert!(day.assigned > 3000, "only {} were assigned", day.assigned);
    }
    assert!(
        rare > 20,
        "work for the few who hold a rare skill was assigned only {rare} times"
    );
}
