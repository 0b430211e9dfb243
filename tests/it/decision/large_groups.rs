//! Groups of some 600 members, rare skills, and thousands of assignments: where other structures do the work.

use handover::{AgentKind, Capacity, Decision, Plan, Roster, SkillMode, assign};

use crate::generators::fixture::{NOW, World};
use crate::generators::large_fixture::{CHANNELS, RARE, world};
use crate::oracle::conversion::{agreed, at, plan, roster, routed, rows, set_cursors};
use crate::oracle::gates::Case;
use crate::support::random::Dice;

/// What one agent has in hand.
struct Held {
    agent: String,
    channel: String,
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
    /// How often it went to a person who holds a rare skill, because it must, and how often to such an AI agent.
    rare: [usize; 2],
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
            rare: [0; 2],
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
            let channel = question.item.channel.as_str();
            desk.give(agent, channel, size.into());
            desk.cursors.insert(
                (question.queue.clone(), assignment.pool(&self.plan).unwrap()),
                agent.into(),
            );
            self.held.push(Held {
                agent: agent.into(),
                channel: channel.into(),
                size,
            });
            self.assigned += 1;
            let requires = config
                .rules
                .get(assignment.rule(&self.plan).unwrap())
                .unwrap()
                .skills;
            let is_rare = |asked: &handover::SkillRequest| {
                asked.mandatory && RARE.contains(&asked.skill.as_str())
            };
            if matches!(requires, SkillMode::Require | SkillMode::RequireLevels)
                && question.item.skills.iter().any(is_rare)
            {
                let kind = config.agents.get(agent).unwrap().kind;
                self.rare[usize::from(kind == AgentKind::Ai)] += 1;
            }
        }
    }

    fn end_one(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let held = self.held.swap_remove(self.dice.below(self.held.len()));
        self.roster
            .release(
                held.agent.as_str(),
                held.channel.as_str(),
                held.size,
                at(NOW),
            )
            .unwrap();
        self.world
            .desk
            .release(&held.agent, &held.channel, held.size.into(), NOW);
    }

    fn change_someone(&mut self) {
        let agents: Vec<_> = self.world.config.agents.keys().collect();
        let agent = agents[self.dice.below(agents.len())].as_str().to_owned();
        let channel = CHANNELS[self.dice.below(CHANNELS.len())];
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
                    .set_channel(agent.as_str(), channel, is_on)
                    .unwrap();
                desk.line_mut(&agent, channel).is_off = !is_on;
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
                    .set_capacity(agent.as_str(), channel, capacity)
                    .unwrap();
                desk.line_mut(&agent, channel).capacity = capacity;
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
    let mut rare = [0; 2];
    for seed in 1..=3 {
        let mut day = Day::new(seed);
        for step in 0..6000 {
            day.hand_over(step % 5 == 0);
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
        for (sum, of_day) in rare.iter_mut().zip(day.rare) {
            *sum += of_day;
        }
        assert!(day.assigned > 3000, "only {} were assigned", day.assigned);
    }
    assert!(
        rare.iter().all(|times| *times > 200),
        "work for the few who hold a rare skill was assigned only so often to people and to AI agents: {rare:?}"
    );
}
