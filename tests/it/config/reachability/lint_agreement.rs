//! How reachability and the severe lints agree.

use handover::*;
use proptest::prelude::*;

use super::{channel, queue, reach, state};
use crate::config::lints::mutations::spoil;
use crate::config::lints::{lints, some_codes};
use crate::generators::lint_free::{self, CHANNEL, small};

type Change = fn(&mut Config);

/// A channel whose only queue is hit by a severe lint is unreachable. Two lints are about more than the eight
/// conditions: a pool that never opens has members all the same, and a queue that is shadowed has a routing that can
/// hold.
#[test]
fn a_channel_whose_only_queue_has_a_severe_lint_is_unreachable() {
    let changes: [(Change, LintCode, bool); 8] = [
        (
            |config| channel(config).active = false,
            LintCode::InactiveChannel,
            false,
        ),
        (
            |config| queue(config).eligibility.clear(),
            LintCode::QueueWithoutEligibility,
            false,
        ),
        (
            |config| config.groups.get_mut("front").unwrap().members.clear(),
            LintCode::PoolWithoutMembers,
            false,
        ),
        (
            |config| state(config).active = false,
            LintCode::ChannelWithoutPresence,
            false,
        ),
        (
            |config| state(config).groups = [""; 0].into(),
            LintCode::PoolWithoutPresence,
            false,
        ),
        (
            |config| channel(config).default_size = 5,
            LintCode::PoolWithoutRoom,
            false,
        ),
        (
            |config| queue(config).eligibility[0].eligible_at_secs = 600,
            LintCode::PoolNeverOpens,
            true,
        ),
        (
            |config| {
                let first = Queue::new("whatsapp")
                    .active(true)
                    .order(1)
                    .routing(Routing::always());
                let first = first
                    .max_wait_secs(600_u32)
                    .pool(EligibilityPool::new(["front"], "ask"));
                config.queues.insert("first", first);
            },
            LintCode::QueueShadowed,
            true,
        ),
    ];
    for (change, code, is_reachable) in changes {
        let mut config = small();
        change(&mut config);
        let found = lints(&config);
        assert_eq!(found.iter().map(Lint::code).collect::<Vec<_>>(), [code]);
        assert_eq!(
            reach(&config, "whatsapp").is_reachable(),
            is_reachable,
            "{code}"
        );
    }
}

proptest! {
    #[test]
    fn every_channel_of_a_sound_configuration_that_is_active_is_reachable(config in lint_free::config()) {
        for (id, channel) in &config.channels {
            prop_assert_eq!(reach(&config, id.as_str()).is_reachable(), channel.active);
        }
    }

    /// Of a queue for which all eight hold, no severe lint says that its channel or itself is out of use (but that it is
    /// shadowed), and one of its pools has neither nobody, nor nobody present, nor nobody with room.
    #[test]
    fn a_reachable_queue_has_no_severe_lint_that_rules_out_reaching_it(
        config in lint_free::config(),
        codes in some_codes(),
        way in any::<bool>(),
    ) {
        let mut config = config;
        for code in codes {
            spoil(&mut config, code, way);
        }
        let lints = lints(&config);
        let has = |code, path: &str| lints.iter().any(|lint| lint.code() == code && lint.path() == path);
        for channel in config.channels.keys() {
            let reachability = reach(&config, channel.as_str());
            for queue in reachability.queues().iter().filter(|queue| queue.is_reachable()) {
                let id = queue.queue();
                let ruled_out = has(LintCode::ChannelWithoutPresence, &format!("channels.{channel}"));
                prop_assert!(!ruled_out);
                let ruled_out = has(LintCode::InactiveChannel, &format!("queues.{id}.channel"));
                prop_assert!(!ruled_out);
                let ruled_out = has(LintCode::QueueWithoutEligibility, &format!("queues.{id}.eligibility"));
                prop_assert!(!ruled_out);
                let pools = 0..config.queues.get(id).unwrap().eligibility.len();
                let sound = pools.map(|place| format!("queues.{id}.eligibility[{place}]")).any(|path| {
                    !has(LintCode::PoolWithoutMembers, &path)
                        && !has(LintCode::PoolWithoutPresence, &path)
                        && !has(LintCode::PoolWithoutRoom, &path)
                });
                prop_assert!(sound, "{}", reachability);
            }
        }
    }

    /// A channel is reachable exactly when one of its queues meets all eight conditions.
    #[test]
    fn a_condition_holds_or_says_what_is_missing(
        config in lint_free::config(),
        codes in some_codes(),
        way in any::<bool>(),
    ) {
        let mut config = config;
        for code in codes {
            spoil(&mut config, code, way);
        }
        let reachability = reach(&config, CHANNEL);
        let mut whole = 0;
        for queue in reachability.queues() {
            for state in queue.conditions() {
                let answers = u8::from(state.holds())
                    + u8::from(state.missing().is_some())
                    + u8::from(state.waits_for().is_some());
                prop_assert_eq!(answers, 1);
                if let Some(other) = state.waits_for() {
                    prop_assert!(queue.condition(other).missing().is_some());
                }
            }
            whole += usize::from(queue.conditions().iter().all(ConditionState::holds));
        }
        prop_assert_eq!(reachability.is_reachable(), whole > 0);
    }
}
