//! Each lint on the smallest configuration: what fires, and what it says.

mod severe;
mod warnings;

use handover::*;

use crate::config::lints::lints;
use crate::generators::lint_free::small;

/// Changes one thing of the small configuration and asserts all that its lints say.
#[track_caller]
fn assert_says(change: impl FnOnce(&mut Config), expected: &[&str]) {
    let mut config = small();
    change(&mut config);
    let found = lints(&config)
        .iter()
        .map(Lint::to_string)
        .collect::<Vec<_>>();
    assert_eq!(found, expected);
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
fn nothing_is_wrong_with_the_small_configuration() {
    assert_says(|_| {}, &[]);
}
