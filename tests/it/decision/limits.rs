//! What lies at the edge of what numbers can say, and what one channel takes of another.

use handover::rule::{Candidate, Case, Score, ranking};
use handover::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// Three channels, each with its queue, and one group for all of them.
fn config() -> Config {
    let config = Config::new()
        .rule("fair", AssignmentRule::new())
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(Scope::All),
        )
        .group("desk", AgentGroup::new(["asha", "ben"]))
        .agent("asha", Agent::new())
        .agent("ben", Agent::new());
    ["chat", "mail", "voice"]
        .into_iter()
        .fold(config, |config, channel| {
            let pool = EligibilityPool::new(["desk"], "fair");
            let queue = Queue::new(channel).active(true).routing(Routing::always());
            config
                .channel(
                    channel,
                    ServiceChannel::new().active(true).default_capacity(5),
                )
                .queue(channel, queue.pool(pool))
        })
}

fn answer(roster: &Roster, channel: &str, size: u32) -> Decision {
    let item = WorkItem::new("item", channel).size(size);
    let routed = route(roster.plan(), item, at(1)).unwrap();
    assign(roster, &routed, at(1)).unwrap()
}

/// The call is refused with these words, and nothing is changed.
#[track_caller]
fn refused<E: std::error::Error>(
    roster: &mut Roster,
    call: impl FnOnce(&mut Roster) -> Result<(), E>,
    words: &str,
) {
    let before = format!("{roster:?}");
    assert_eq!(call(roster).unwrap_err().to_string(), words);
    assert_eq!(format!("{roster:?}"), before);
    roster.check_invariants().unwrap();
}

#[test]
fn loads_beyond_what_sums_can_hold_are_refused() {
    const MOST: u64 = 1 << 48;
    let plan = Plan::new(config()).unwrap();
    let mut roster = Roster::new(&plan);
    roster.set_presence("asha", "available", at(1)).unwrap();
    refused(
        &mut roster,
        |roster| roster.set_load("asha", "chat", MOST + 1),
        "agent `asha` would hold 281474976710657 units on channel `chat`, expected at most 2^48",
    );
    refused(
        &mut roster,
        |roster| roster.set_load("asha", "mail", u64::MAX),
        "agent `asha` would hold 18446744073709551615 units on channel `mail`, expected at most 2^48",
    );
    for channel in ["chat", "mail", "voice"] {
        roster.set_load("asha", channel, MOST).unwrap();
    }
    refused(
        &mut roster,
        |roster| roster.give("asha", "voice", 1),
        "agent `asha` would hold 281474976710657 units on channel `voice`, expected at most 2^48",
    );
    roster.give("asha", "voice", 0).unwrap();
    roster.release("asha", "voice", 3, at(2)).unwrap();
    roster.give("asha", "voice", 3).unwrap();
    assert_eq!(roster.agent("asha").unwrap().universal_load(), 3 * MOST);
    roster.check_invariants().unwrap();
}

#[test]
fn a_commit_beyond_what_sums_can_hold_is_refused() {
    let plan = Plan::new(config()).unwrap();
    let mut roster = Roster::new(&plan);
    roster.set_presence("asha", "available", at(1)).unwrap();
    roster
        .set_capacity("asha", "chat", Some(Capacity::Unlimited))
        .unwrap();
    roster.set_load("asha", "chat", (1 << 48) - 4).unwrap();
    let too_much = answer(&roster, "chat", 5).assignment().unwrap();
    refused(
        &mut roster,
        |roster| roster.commit(&too_much),
        "agent `asha` would hold more than 2^48 units on the channel",
    );
    let fits = answer(&roster, "chat", 4).assignment().unwrap();
    roster.commit(&fits).unwrap();
    roster.check_invariants().unwrap();
}

#[test]
fn rows_with_more_load_than_sums_can_hold_are_refused() {
    let plan = Plan::new(config()).unwrap();
    let rows = |load: u64| {
        [AgentRow::new("asha").channel(ChannelRow::new("chat").items(1_u32).load(load))]
    };
    let words =
        "agent `asha` would hold 281474976710657 units on channel `chat`, expected at most 2^48";
    let whole = Roster::from_rows(&plan, rows((1 << 48) + 1));
    assert_eq!(whole.unwrap_err().to_string(), words);
    let part = Roster::of(&plan, "mail", rows((1 << 48) + 1));
    assert_eq!(
        part.unwrap_err().to_string(),
        words,
        "of another channel too"
    );
    let roster = Roster::from_rows(&plan, rows(1 << 48)).unwrap();
    roster.check_invariants().unwrap();
}

#[test]
fn the_most_items_on_two_channels_add_up() {
    let plan = Plan::new(config()).unwrap();
    let full = |channel: &str| ChannelRow::new(channel).items(u32::MAX).load(2_u64);
    let row = AgentRow::new("asha")
        .channel(full("chat"))
        .channel(full("mail"));
    let mut roster = Roster::from_rows(&plan, [row]).unwrap();
    roster.check_invariants().unwrap();
    roster.release("asha", "chat", 1, at(1)).unwrap();
    roster.release("asha", "mail", 1, at(1)).unwrap();
    roster.check_invariants().unwrap();
    assert_eq!(
        roster.agent("asha").unwrap().items_in_hand("mail"),
        Some(u32::MAX - 1)
    );
}

#[test]
fn nobody_is_told_to_ask_again_at_a_moment_that_has_come() {
    let late = EligibilityPool::new(["desk"], "fair").eligible_at_secs(u32::MAX);
    let queue = Queue::new("chat")
        .active(true)
        .routing(Routing::always())
        .pool(late);
    let plan = Plan::new(config().queue("chat", queue)).unwrap();
    let roster = Roster::new(&plan);
    for (now, until) in [
        (Timestamp::MAX, None),
        (at(0), Some(u64::from(u32::MAX) * 1000)),
    ] {
        let routed = route(&plan, WorkItem::new("item", "chat"), now).unwrap();
        let Decision::Wait(wait) = assign(&roster, &routed, now).unwrap() else {
            panic!("nobody is present");
        };
        assert_eq!(wait.until(), until.map(at));
        assert_eq!(
            explain(&roster, &routed, now).unwrap().until(),
            until.map(at)
        );
    }
}

#[test]
fn work_on_one_channel_takes_universal_capacity_on_the_others() {
    let config = config().agent("asha", Agent::new().universal_capacity(4));
    let plan = Plan::new(config).unwrap();
    let mut roster = Roster::new(&plan);
    roster.set_presence("asha", "available", at(1)).unwrap();
    let mut left = 4;
    for channel in ["chat", "mail", "voice"] {
        let assignment = answer(&roster, channel, 1).assignment().unwrap();
        roster.commit(&assignment).unwrap();
        left -= 1;
        for other in ["chat", "mail", "voice"] {
            assert!(answer(&roster, other, left).assignment().is_some());
            assert_eq!(answer(&roster, other, left + 1).assignment(), None);
        }
    }
    for channel in ["voice", "chat", "mail"] {
        roster.release("asha", channel, 1, at(2)).unwrap();
        left += 1;
        for other in ["chat", "mail", "voice"] {
            assert!(answer(&roster, other, left).assignment().is_some());
            assert_eq!(answer(&roster, other, left + 1).assignment(), None);
        }
    }
    roster.check_invariants().unwrap();
}

#[test]
fn a_ranking_with_the_name_of_a_built_in_key_is_shown_as_its_own() {
    let keys = ["last_assigned", "most_capacity"].map(AssignBy::custom);
    let config = config().rule("fair", AssignmentRule::new().assign_by(keys));
    let ben_first = |score: i128| {
        ranking::from_fn(move |_: &Case<'_>, agent: &Candidate<'_>, _| {
            Score(if agent.id().as_str() == "ben" {
                score
            } else {
                score + 1
            })
        })
    };
    let plan = Plan::builder(config)
        .ranking("last_assigned", ben_first(-3))
        .ranking("most_capacity", ben_first(i128::MIN))
        .build()
        .unwrap();
    let mut roster = Roster::new(&plan);
    for agent in ["asha", "ben"] {
        roster.set_presence(agent, "available", at(1)).unwrap();
        roster.give(agent, "chat", 1).unwrap();
    }
    let routed = route(&plan, WorkItem::new("item", "chat"), at(1)).unwrap();
    let shown = explain(&roster, &routed, at(1)).unwrap().to_string();
    let rows: Vec<&str> = shown
        .lines()
        .filter_map(|line| Some(line.split_once(" desk ")?.1.trim()))
        .collect();
    assert_eq!(
        rows,
        [
            "last_assigned -3, most_capacity first, last assignment no. 2".to_string(),
            format!(
                "last_assigned -2, most_capacity {}, last assignment no. 1",
                i128::MIN + 1
            ),
        ],
        "{shown}"
    );
}

/// Who gets the item, asked of the index; it must be who comes first when agents are asked one by one.
fn first_for(plan: &Plan, roster: &Roster, item: WorkItem) -> Option<AgentId> {
    let item = route_to(plan, item, &"desk".into(), Timestamp::EPOCH).unwrap();
    let decision = assign(roster, &item, Timestamp::EPOCH).unwrap();
    let explanation = explain(roster, &item, Timestamp::EPOCH).unwrap();
    let first = explanation
        .eligible()
        .next()
        .map(|first| first.agent().clone());
    let found = decision
        .assignment()
        .and_then(|assignment| assignment.agent(plan).cloned());
    assert_eq!(found, first, "{explanation}");
    found
}

fn desk_of(agents: impl Iterator<Item = (String, Agent)>) -> (Plan, Roster) {
    let mut config = Config::new()
        .channel("chat", ServiceChannel::new().active(true))
        .queue(
            "desk",
            Queue::new("chat")
                .active(true)
                .pool(EligibilityPool::new(["all"], "skilled")),
        )
        .rule(
            "skilled",
            AssignmentRule::new().skills(SkillMode::RequireLevels),
        )
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(["chat"]),
        );
    let mut members = Vec::new();
    for (id, agent) in agents {
        members.push(id.clone());
        config = config.agent(id, agent);
    }
    let plan = Plan::new(config.group("all", AgentGroup::new(members.clone()))).unwrap();
    let mut roster = Roster::new(&plan);
    for agent in &members {
        roster
            .set_presence(agent, "available", Timestamp::EPOCH)
            .unwrap();
    }
    (plan, roster)
}

#[test]
fn a_skill_held_at_many_levels_is_asked_at_each_of_them() {
    let levels = (0..40_u32).map(|place| {
        (
            format!("a{place:02}"),
            Agent::new().skill("spanish", place * 3 + 1),
        )
    });
    let (plan, roster) = desk_of(levels);
    for level in 1..=120 {
        let spanish = SkillRequest::new("spanish").level(level).mandatory(true);
        let found = first_for(&plan, &roster, WorkItem::new("conv", "chat").skill(spanish));
        let expected = (level <= 118).then(|| AgentId::from(format!("a{:02}", (level + 1) / 3)));
        assert_eq!(found, expected, "level {level}");
    }
}

#[test]
fn as_many_skills_as_an_item_can_ask_for_are_all_asked() {
    // Agent n lacks skill n, the last one lacks none.
    let of_all_but = |lacking: usize| {
        let held = (0..32).filter(move |skill| *skill != lacking);
        held.fold(Agent::new(), |agent, skill| {
            agent.skill(format!("skill-{skill:02}"), 1)
        })
    };
    let (plan, roster) = desk_of((0..=32).map(|place| (format!("a{place:02}"), of_all_but(place))));
    for asked in 1..=32 {
        let item = (0..asked).fold(WorkItem::new("conv", "chat"), |item, skill| {
            item.skill(SkillRequest::new(format!("skill-{skill:02}")).mandatory(true))
        });
        let expected = AgentId::from(format!("a{asked:02}"));
        assert_eq!(first_for(&plan, &roster, item), Some(expected));
    }
}

#[test]
fn room_for_an_item_larger_than_levels_tell_is_asked_exactly() {
    let large = Agent::new().capacity("chat", 100);
    let (plan, roster) = desk_of([("asha".to_string(), large)].into_iter());
    let why = |size: u32| {
        let item = WorkItem::new("conv", "chat").size(size);
        let mut item = route_to(&plan, item, &"desk".into(), Timestamp::EPOCH).unwrap();
        item.decline(&plan, "asha", None).unwrap();
        match assign(&roster, &item, Timestamp::EPOCH).unwrap() {
            Decision::Wait(wait) => wait.reason(),
            Decision::Assign(_) => panic!("asha has declined it"),
        }
    };
    assert_eq!(why(31), WaitReason::NobodySuitable);
    assert_eq!(why(33), WaitReason::NobodySuitable);
    assert_eq!(why(100), WaitReason::NobodySuitable);
    assert_eq!(why(101), WaitReason::NobodyWithRoom);
}

#[test]
fn a_large_group_with_more_skills_than_marks_finds_them_all() {
    // Every skill is held by one agent in five, so that each has a row of its own, 70 in all.
    let holds = |agent: usize, skill: usize| (agent * 7 + skill * 3).is_multiple_of(5);
    let of = |agent: usize| {
        let held = (0..70).filter(move |skill| holds(agent, *skill));
        held.fold(Agent::new(), |agent, skill| {
            agent.skill(format!("skill-{skill:02}"), 1)
        })
    };
    let (plan, mut roster) = desk_of((0..600).map(|place| (format!("a{place:03}"), of(place))));
    // Each agent has room for one item: everyone comes once, and leaves the line from the front.
    for (place, (first, second)) in [(0, 69), (63, 64), (64, 69), (65, 5), (69, 69), (1, 1)]
        .into_iter()
        .cycle()
        .take(300)
        .enumerate()
    {
        let ask = |skill: usize| SkillRequest::new(format!("skill-{skill:02}")).mandatory(true);
        let item = WorkItem::new("conv", "chat")
            .skill(ask(first))
            .skill(ask(second));
        if let Some(agent) = first_for(&plan, &roster, item) {
            roster.give(&agent, "chat", 1).unwrap();
            if place % 3 == 0 {
                let now = Timestamp::from_millis(place as u64);
                roster.release(&agent, "chat", 1, now).unwrap();
            }
        }
        if place % 50 == 0 {
            roster.check_invariants().unwrap();
        }
    }
    roster.check_invariants().unwrap();
}

#[test]
fn members_of_several_blocks_and_of_many_groups_come_in_turn_on_each_channel() {
    // Three blocks of places, the last not full; every seventh agent is in more groups than a cell has seats at hand.
    let name = |place: usize| format!("a{place:03}");
    let small = ["one", "two", "three", "four"];
    let groups = small.iter().fold(config(), |config, group| {
        let members = (0..140).filter(|place| place % 7 == 0).map(name);
        config.group(*group, AgentGroup::new(members))
    });
    let mut config = groups.group("desk", AgentGroup::new((0..140).map(name)));
    for place in 0..140 {
        config = config.agent(name(place), Agent::new());
    }
    for queue in config.queues.values_mut() {
        let pool = EligibilityPool::new(["one", "two", "three", "four", "desk"], "fair");
        queue.eligibility = vec![pool];
    }
    let mut roster = Roster::new(&Plan::new(config).unwrap());
    for place in 0..140 {
        roster
            .set_presence(&name(place), "available", at(1))
            .unwrap();
    }
    for channel in ["chat", "voice"] {
        for place in (0..140).chain(0..140) {
            let Decision::Assign(found) = answer(&roster, channel, 1) else {
                panic!("everyone has room");
            };
            assert_eq!(
                found.agent(roster.plan()),
                Some(&AgentId::from(name(place)))
            );
            roster.commit(&found).unwrap();
        }
        roster.check_invariants().unwrap();
    }
}
