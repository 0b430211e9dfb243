//! Reachability agrees with the severe lints.

use handover::*;
use proptest::prelude::*;

use super::{channel, queue, reach, state};
use crate::config::lints::mutations::mutate;
use crate::config::lints::{lints, some_codes};
use crate::generators::lint_free::{self, CHANNEL, small};

type Mutation = fn(&mut Config);

/// Two severe lints are not covered by the eight conditions: a pool that never opens, and a shadowed queue.
#[test]
fn channel_whose_only_queue_has_a_severe_lint_is_unreachable() {
    let changes: [(Mutation, LintCode, bool); 8] = [
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
                let earlier = Queue::new("whatsapp")
                    .active(true)
                    .order(1)
                    .routing(Routing::always());
                let earlier = earlier
                    .max_wait_secs(600_u32)
                    .pool(EligibilityPool::new(["front"], "ask"));
                config.queues.insert("first", earlier);
            },
            LintCode::QueueShadowed,
            true,
        ),
    ];
    for (change, code, is_reachable) in changes {
        let mut config = small();
        change(&mut config);
        let lints = lints(&config);
        assert_eq!(lints.iter().map(Lint::code).collect::<Vec<_>>(), [code]);
        assert_eq!(
            reach(&config, "whatsapp").is_reachable(),
            is_reachable,
            "{code}"
        );
    }
}

proptest! {
    #[test]
    fn active_channels_of_a_lint_free_config_are_reachable(config in lint_free::config()) {
        for (id, channel) in &config.channels {
            prop_assert_eq!(reach(&config, id.as_str()).is_reachable(), channel.active);
        }
    }

    /// A queue for which all eight conditions hold has no severe lint other than `queue_shadowed`, and has a pool with
    /// members, presence and capacity.
    #[test]
    fn reachable_queue_has_no_contradicting_severe_lint(
        config in lint_free::config(),
        codes in some_codes(),
        variant in any::<bool>(),
    ) {
        let mut config = config;
        for code in codes {
            mutate(&mut config, code, variant);
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
                let has_valid_pool = pools.map(|pool| format!("queues.{id}.eligibility[{pool}]")).any(|path| {
                    !has(LintCode::PoolWithoutMembers, &path)
                        && !has(LintCode::PoolWithoutPresence, &path)
                        && !has(LintCode::PoolWithoutRoom, &path)
                });
                prop_assert!(has_valid_pool, "{}", reachability);
            }
        }
    }

    /// Also checks that a channel is reachable exactly if all eight conditions hold for one of its queues.
    #[test]
    fn condition_holds_or_states_what_is_missing(
        config in lint_free::config(),
        codes in some_codes(),
        variant in any::<bool>(),
    ) {
        let mut config = config;
        for code in codes {
            mutate(&mut config, code, variant);
        }
        let reachability = reach(&config, CHANNEL);
        let mut reachable_queues = 0;
        for queue in reachability.queues() {
            for state in queue.conditions() {
                let outcomes = u8::from(state.holds())
                    + u8::from(state.missing().is_some())
                    + u8::from(state.waits_for().is_some());
                prop_assert_eq!(outcomes, 1);
                if let Some(earlier) = state.waits_for() {
                    prop_assert!(queue.condition(earlier).missing().is_some());
                }
            }
            reachable_queues += usize::from(queue.conditions().iter().all(ConditionState::holds));
        }
        prop_assert_eq!(reachability.is_reachable(), reachable_queues > 0);
    }
}
