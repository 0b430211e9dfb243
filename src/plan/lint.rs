//! Lints: settings that are legal, but useless or risky.
//!
//! `severe` adds the severe lints and finds out which channels, queues and pools can be used; `warnings` checks only those.
//! The codes, severities and texts are in `code`, which documents how to add a lint.
//!
//! A lint is not reported where another lint already gives the reason:
//!
//! 1. Inactive settings are not checked. An active queue on an inactive channel is reported as `inactive_channel` only.
//!    Inactive queues, inactive channels, and rules that no usable pool refers to are not reported at all.
//! 2. If one severe lint causes another, only the cause is reported. `channel_without_presence` replaces
//!    `pool_without_presence`. A pool without members is not checked for presence or capacity. A pool that never opens is not
//!    checked at all. Independent severe lints are all reported, so that they can be fixed together.
//! 3. Warnings are about usable channels, queues, pools and rules. `skill_unknown` replaces `skill_nobody_has`. A size
//!    that exceeds every capacity is not reported as `large_items_may_starve`.

pub(crate) mod code;
pub(crate) mod severe;
pub(crate) mod shadowing;
pub(crate) mod skills;
pub(crate) mod usable;
pub(crate) mod warnings;

use alloc::vec::Vec;

use crate::model::Config;
pub use code::{Lint, LintCode, Severity};

/// Returns all lints of a configuration without problems, by code, then in the order of the configuration.
pub(crate) fn lints(config: &Config) -> Vec<Lint> {
    let mut lints = Vec::new();
    let usable = severe::lint(config, &mut lints);
    warnings::lint(config, &usable, &mut lints);
    // Stable: lints of one code stay in the order of the configuration.
    lints.sort_by_key(Lint::code);
    lints
}
