//! The text of each lint, for a small configuration.

mod severe;
mod warnings;

use handover::*;

use crate::config::lints::lints;
use crate::generators::lint_free::small;

/// Changes the small configuration, and asserts the text of all its lints.
#[track_caller]
fn assert_lints(change: impl FnOnce(&mut Config), expected: &[&str]) {
    let mut config = small();
    change(&mut config);
    let messages = lints(&config)
        .iter()
        .map(Lint::to_string)
        .collect::<Vec<_>>();
    assert_eq!(messages, expected);
}

fn channel(config: &mut Config) -> &mut ServiceChannel {
    config.channels.get_mut("whatsapp").unwrap()
}

fn queue(config: &mut Config) -> &mut Queue {
    config.queues.get_mut("english").unwrap()
}

fn rule(config: &mut Config) -> &mut AssignmentRule {
    config.rules.get_mut("ask").unwrap()
}

#[test]
fn small_configuration_has_no_lint() {
    assert_lints(|_| {}, &[]);
}
