//! Large groups, rare skills and thousands of assignments, which use recency indexes and indexes of rare skills.

use handover::{AgentKind, Capacity, Decision, Plan, Roster, SkillMode, SkillRequest, assign};

use super::comparison::assert_agrees;
use crate::generators::fixture::{Fixture, NOW};
use crate::generators::large_fixture::{CHANNELS, RARE, large_fixture};
use crate::oracle::conversion::{roster, routed, rows, set_cursors};
use crate::support::plans::{at, plan};
use crate::support::random::Rng;

/// An item that an agent has in hand.
struct AssignedItem {
    agent: String,
    channel: String,
    size: u32,
}

/// A run over a large fixture: assignments, releases, and changes of agents.
struct LargeGroupRun {
    fixture: Fixture,
    plan: Plan,
    roster: Roster,
    rng: Rng,
    held: Vec<AssignedItem>,
    /// The number of assignments.
    assigned_count: usize,
    /// The numbers of assignments that required a rare skill, to people and to AI agents.
    rare_skill_counts: [usize; 2],
}

impl LargeGroupRun {
    fn new(seed: u64) -> Self {
        let fixture = large_fixture(seed);
        let plan = plan(&fixture.config);
        let roster = roster(&plan, &fixture.roster);
        Self {
            fixture,
            plan,
            roster,
            rng: Rng(!seed),
            held: Vec::new(),
            assigned_count: 0,
            rare_skill_counts: [0; 2],
        }
    }

    /// Assigns a random item. If `compares_with_oracle` is set, asserts that the decision agrees with the oracle.
    fn assign_random_item(&mut self, compares_with_oracle: bool) {
        let index = self.rng.below(self.fixture.items.len());
        let item = &self.fixture.items[index];
        let decision = if compares_with_oracle {
            assert_agrees(&self.plan, &self.roster, &self.fixture.oracle(item, NOW))
        } else {
            assign(&self.roster, &routed(&self.plan, item), at(NOW)).unwrap()
        };
        let Decision::Assign(assignment) = decision else {
            return;
        };
        self.roster.commit(&assignment).unwrap();
        let Fixture {
            config,
            roster,
            items,
        } = &mut self.fixture;
        let item = &items[index];
        let agent = assignment.agent(&self.plan).unwrap().as_str();
        let pool = assignment.pool(&self.plan).unwrap();
        let channel = item.work_item.channel.as_str();
        roster.give(agent, channel, assignment.size().into());
        roster
            .cursors
            .insert((item.queue.clone(), pool), agent.into());
        self.held.push(AssignedItem {
            agent: agent.into(),
            channel: channel.into(),
            size: assignment.size(),
        });
        self.assigned_count += 1;
        let rule = config
            .rules
            .get(assignment.rule(&self.plan).unwrap())
            .unwrap();
        let is_rare =
            |request: &SkillRequest| request.mandatory && RARE.contains(&request.skill.as_str());
        if matches!(rule.skills, SkillMode::Require | SkillMode::RequireLevels)
            && item.work_item.skills.iter().any(is_rare)
        {
            let kind = config.agents.get(agent).unwrap().kind;
            self.rare_skill_counts[usize::from(kind == AgentKind::Ai)] += 1;
        }
    }

    fn release_random_item(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let held = self.held.swap_remove(self.rng.below(self.held.len()));
        self.roster
            .release(
                held.agent.as_str(),
                held.channel.as_str(),
                held.size,
                at(NOW),
            )
            .unwrap();
        self.fixture
            .roster
            .release(&held.agent, &held.channel, held.size.into(), NOW);
    }

    fn change_random_agent(&mut self) {
        let agents: Vec<_> = self.fixture.config.agents.keys().collect();
        let agent = agents[self.rng.below(agents.len())].as_str().to_owned();
        let channel = CHANNELS[self.rng.below(CHANNELS.len())];
        let Fixture {
            config,
            roster: model,
            ..
        } = &mut self.fixture;
        match self.rng.below(6) {
            0 => {
                self.roster.clear_presence(agent.as_str(), at(NOW)).unwrap();
                model.set_presence(config, &agent, None, NOW);
            }
            1 | 2 => {
                self.roster
                    .set_presence(agent.as_str(), "available", at(NOW))
                    .unwrap();
                model.set_presence(config, &agent, Some("available"), NOW);
            }
            3 => {
                let is_on = !self.rng.one_in(3);
                self.roster
                    .set_channel(agent.as_str(), channel, is_on)
                    .unwrap();
                model.channel_mut(&agent, channel).is_off = !is_on;
            }
            4 => {
                let capacity = Capacity::Units(u32::try_from(self.rng.below(6)).unwrap());
                let capacity = self.rng.one_in(2).then_some(capacity);
                self.roster
                    .set_universal_capacity(agent.as_str(), capacity)
                    .unwrap();
                model.agent_mut(&agent).universal_capacity = capacity;
            }
            _ => {
                let capacity = Capacity::Units(u32::try_from(self.rng.below(40)).unwrap());
                let capacity = self.rng.one_in(2).then_some(capacity);
                self.roster
                    .set_capacity(agent.as_str(), channel, capacity)
                    .unwrap();
                model.channel_mut(&agent, channel).capacity = capacity;
            }
        }
    }

    /// Asserts that rosters which are rebuilt from rows decide like the oracle: one of the whole plan, and one per item of the
    /// item's queue.
    fn assert_rebuilt_rosters_agree(&mut self) {
        self.fixture.roster.set_times_from_seqs();
        let Fixture {
            config,
            roster: model,
            items,
        } = &self.fixture;
        let whole = roster(&self.plan, model);
        whole.check_invariants().unwrap();
        for item in items {
            let oracle = self.fixture.oracle(item, NOW);
            let mut part = Roster::of(&self.plan, item.queue.as_str(), rows(model)).unwrap();
            set_cursors(&mut part, config, &model.for_queue(&item.queue));
            assert_agrees(&self.plan, &whole, &oracle);
            assert_agrees(&self.plan, &part, &oracle);
            assert_agrees(&self.plan, &self.roster, &oracle);
        }
    }
}

#[test]
fn large_groups_agree_with_the_oracle_over_many_assignments() {
    let mut rare_skill_counts = [0; 2];
    for seed in 1..=3 {
        let mut run = LargeGroupRun::new(seed);
        for step in 0..6000 {
            run.assign_random_item(step % 5 == 0);
            if step > 200 || run.rng.one_in(2) {
                run.release_random_item();
            }
            if run.rng.one_in(8) {
                run.change_random_agent();
            }
            if step % 500 == 0 {
                run.roster.check_invariants().unwrap();
            }
        }
        run.roster.check_invariants().unwrap();
        run.assert_rebuilt_rosters_agree();
        for (sum, count) in rare_skill_counts.iter_mut().zip(run.rare_skill_counts) {
            *sum += count;
        }
        assert!(
            run.assigned_count > 3000,
            "only {} items were assigned",
            run.assigned_count
        );
    }
    assert!(
        rare_skill_counts.iter().all(|count| *count > 200),
        "too few assignments of rare skills to people and AI agents: {rare_skill_counts:?}"
    );
}
