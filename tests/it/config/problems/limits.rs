//! The limits of a configuration: its longest lists and maps.

use handover::*;

use super::{problems, valid, with_queue};

/// Asserts that a configuration is valid with `max` entries, and has one problem with one entry more.
#[track_caller]
fn assert_limit(config: impl Fn(usize) -> Config, max: usize, problem: &str) {
    assert_eq!(problems(config(max)), [""; 0]);
    let above = config(max + 1);
    assert_eq!(problems(above.clone()), [problem]);
    let error = Plan::new(above).unwrap_err();
    let found = max + 1;
    let kind = ProblemKind::TooManyEntries { found, max };
    assert_eq!(error.problems()[0].kind(), &kind);
}

#[test]
fn configuration_has_at_most_256_channels() {
    let channels = |count| {
        // `valid` has two channels.
        (2..count).fold(valid(), |config, number| {
            config.channel(format!("channel-{number}"), ServiceChannel::new())
        })
    };
    let problem = "channels: 257 entries, expected at most 256";
    assert_limit(channels, CHANNELS_MAX, problem);
}

#[test]
fn agent_has_at_most_256_skills() {
    let skills = |count| {
        let agent = (0..count).fold(Agent::new(), |agent, number| {
            agent.skill(format!("skill-{number}"), 1)
        });
        valid().agent("ben", agent)
    };
    let problem = "agents.ben.skills: 257 entries, expected at most 256";
    assert_limit(skills, AGENT_SKILLS_MAX, problem);
}

#[test]
fn queue_has_at_most_256_pools() {
    let pool = || EligibilityPool::new(["desk"], "fair");
    let pools = |count| with_queue(|queue| (0..count).fold(queue, |queue, _| queue.pool(pool())));
    let problem = "queues.front.eligibility: 257 entries, expected at most 256";
    assert_limit(pools, POOLS_MAX, problem);
}

#[test]
fn queue_has_at_most_256_triggers() {
    let triggers = |count| {
        with_queue(|queue| {
            (1..=count).fold(queue, |queue, number| {
                queue.trigger(u32::try_from(number).unwrap(), format!("t{number}"))
            })
        })
    };
    let problem = "queues.front.triggers: 257 entries, expected at most 256";
    assert_limit(triggers, TRIGGERS_MAX, problem);
}
