//! Limits of numbers: loads, item counts, timestamps, universal capacities, scores.

use handover::rule::{Candidate, Case, Score, ranking};
use handover::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::saturating_from_millis(millis)
}

/// Returns a configuration with three channels, a queue per channel, and one group for all queues.
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

fn decide(roster: &Roster, channel: &str, size: u32) -> Decision {
    let item = WorkItem::new("item", channel).size(size);
    let routed = route(roster.plan(), item, at(1)).unwrap();
    assign(roster, &routed, at(1)).unwrap()
}

/// Asserts that a call fails with an error, and does not change the roster.
#[track_caller]
fn assert_refused<E: std::error::Error>(
    roster: &mut Roster,
    call: impl FnOnce(&mut Roster) -> Result<(), E>,
    error: &str,
) {
    let before = format!("{roster:?}");
    assert_eq!(call(roster).unwrap_err().to_string(), error);
    assert_eq!(format!("{roster:?}"), before);
    roster.check_invariants().unwrap();
}

#[test]
fn load_above_2_to_the_48_is_refused() {
    const LOAD_MAX: u64 = 1 << 48;
    let plan = Plan::new(config()).unwrap();
    let mut roster = Roster::new(&plan);
    roster.set_presence("asha", "available", at(1)).unwrap();
    assert_refused(
        &mut roster,
        |roster| roster.set_load("asha", "chat", LOAD_MAX + 1),
        "agent `asha` would hold 281474976710657 units on channel `chat`, expected at most 2^48",
    );
    assert_refused(
        &mut roster,
        |roster| roster.set_load("asha", "mail", u64::MAX),
        "agent `asha` would hold 18446744073709551615 units on channel `mail`, expected at most 2^48",
    );
    for channel in ["chat", "mail", "voice"] {
        roster.set_load("asha", channel, LOAD_MAX).unwrap();
    }
    assert_refused(
        &mut roster,
        |roster| roster.give("asha", "voice", 1),
        "agent `asha` would hold 281474976710657 units on channel `voice`, expected at most 2^48",
    );
    roster.give("asha", "voice", 0).unwrap();
    roster.release("asha", "voice", 3, at(2)).unwrap();
    roster.give("asha", "voice", 3).unwrap();
    assert_eq!(roster.agent("asha").unwrap().universal_load(), 3 * LOAD_MAX);
    roster.check_invariants().unwrap();
}

#[test]
fn commit_above_a_load_of_2_to_the_48_is_refused() {
    let plan = Plan::new(config()).unwrap();
    let mut roster = Roster::new(&plan);
    roster.set_presence("asha", "available", at(1)).unwrap();
    roster
        .set_capacity("asha", "chat", Some(Capacity::Unlimited))
        .unwrap();
    roster.set_load("asha", "chat", (1 << 48) - 4).unwrap();
    let too_large = decide(&roster, "chat", 5).assignment().unwrap();
    assert_refused(
        &mut roster,
        |roster| roster.commit(&too_large),
        "agent `asha` would hold more than 2^48 units on the channel",
    );
    let fits = decide(&roster, "chat", 4).assignment().unwrap();
    roster.commit(&fits).unwrap();
    roster.check_invariants().unwrap();
}

#[test]
fn rows_with_a_load_above_2_to_the_48_are_refused() {
    let plan = Plan::new(config()).unwrap();
    let rows = |load: u64| {
        [AgentRow::new("asha").channel(ChannelRow::new("chat").items(1_u32).load(load))]
    };
    let error =
        "agent `asha` would hold 281474976710657 units on channel `chat`, expected at most 2^48";
    let whole = Roster::from_rows(&plan, rows((1 << 48) + 1));
    assert_eq!(whole.unwrap_err().to_string(), error);
    let part = Roster::of(&plan, "mail", rows((1 << 48) + 1));
    assert_eq!(
        part.unwrap_err().to_string(),
        error,
        "the channel is not that of the queue"
    );
    let roster = Roster::from_rows(&plan, rows(1 << 48)).unwrap();
    roster.check_invariants().unwrap();
}

#[test]
fn item_counts_of_two_channels_can_exceed_32_bits() {
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
fn item_built_in_rust_has_at_most_32_different_skills() {
    let skill = |number: usize| format!("skill-{number}");
    let agent = (0..33).fold(Agent::new(), |agent, number| agent.skill(skill(number), 1));
    let plan = Plan::new(config().agent("zoe", agent)).unwrap();
    // The skills that an agent of the plan holds are looked up on another path than the others.
    for first in [0, 1000] {
        let item = |count: usize| {
            let skills = (first..first + count).map(|number| SkillRequest::new(skill(number)));
            skills.fold(WorkItem::new("item", "chat"), WorkItem::skill)
        };
        assert!(route(&plan, item(32), at(1)).is_ok());
        assert_eq!(
            route(&plan, item(33), at(1)).unwrap_err().to_string(),
            "work item `item` cannot be routed: it asks for more than 32 skills, its own and its channel's together"
        );
    }
}

#[test]
fn pool_that_would_open_after_the_last_timestamp_never_opens() {
    let last = Timestamp::MAX.as_millis();
    let pool = EligibilityPool::new(["desk"], "fair").eligible_at_secs(5);
    let queue = Queue::new("chat")
        .active(true)
        .routing(Routing::always())
        .pool(pool);
    let plan = Plan::new(config().queue("chat", queue)).unwrap();
    let mut roster = Roster::new(&plan);
    roster.set_presence("asha", "available", at(1)).unwrap();
    for (wait_begins, expected) in [(last - 5_000, Some(Timestamp::MAX)), (last - 4_999, None)] {
        let wait_begins = at(wait_begins);
        let item = route(&plan, WorkItem::new("item", "chat"), wait_begins).unwrap();
        let Decision::Wait(wait) = assign(&roster, &item, wait_begins).unwrap() else {
            panic!("the pool is not open yet");
        };
        assert_eq!(wait.until(), expected);
        let explanation = explain(&roster, &item, wait_begins).unwrap();
        assert_eq!(explanation.until(), expected);
        let [asha, _ben] = explanation.candidates() else {
            panic!("the pool has two members");
        };
        let Outcome::Excluded { exclusion, .. } = asha.outcome() else {
            panic!("the pool is not open yet");
        };
        assert_eq!(exclusion.ends_at(), expected);
    }
}

#[test]
fn wait_until_is_always_in_the_future() {
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
fn load_on_one_channel_reduces_spare_capacity_on_all_channels() {
    let config = config().agent("asha", Agent::new().universal_capacity(4));
    let plan = Plan::new(config).unwrap();
    let mut roster = Roster::new(&plan);
    roster.set_presence("asha", "available", at(1)).unwrap();
    let mut spare = 4;
    for channel in ["chat", "mail", "voice"] {
        let assignment = decide(&roster, channel, 1).assignment().unwrap();
        roster.commit(&assignment).unwrap();
        spare -= 1;
        for other in ["chat", "mail", "voice"] {
            assert!(decide(&roster, other, spare).assignment().is_some());
            assert_eq!(decide(&roster, other, spare + 1).assignment(), None);
        }
    }
    for channel in ["voice", "chat", "mail"] {
        roster.release("asha", channel, 1, at(2)).unwrap();
        spare += 1;
        for other in ["chat", "mail", "voice"] {
            assert!(decide(&roster, other, spare).assignment().is_some());
            assert_eq!(decide(&roster, other, spare + 1).assignment(), None);
        }
    }
    roster.check_invariants().unwrap();
}

#[test]
fn custom_ranking_named_like_a_built_in_key_shows_its_own_score() {
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
    let table = explain(&roster, &routed, at(1)).unwrap().to_string();
    let rows: Vec<&str> = table
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
        "{table}"
    );
}
