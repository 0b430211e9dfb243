//! Loads a configuration from a file or standard input. Custom rules are replaced by rules without effect.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;

use handover::rule::{eligibility, ranking, routing_condition, sizing};
use handover::{AssignBy, Config, Plan, PlanError, Routing, SizeRule};

/// The mark that some editors write at the start of a file.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Loads and compiles a configuration. The file `-` means standard input.
pub(crate) fn load(file: &OsStr, stdin: &mut dyn Read) -> Result<Plan, String> {
    let name = file.to_string_lossy();
    let mut text = String::new();
    let read = if name == "-" {
        stdin.read_to_string(&mut text)
    } else {
        File::open(file).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| format!("cannot read `{name}`: {error}"))?;
    let config =
        serde_json::from_str(text.trim_start_matches(BYTE_ORDER_MARK)).map_err(|error| {
            let error = shorten(&error.to_string());
            format!("`{name}` is not a configuration: {error}")
        })?;
    compile(&config).map_err(|problems| format!("`{name}` has problems\n{problems}"))
}

/// Compiles a configuration. Registers a rule without effect under the name of each custom rule.
fn compile(config: &Config) -> Result<Plan, PlanError> {
    let mut builder = Plan::builder(config.clone());
    for rule in config.rules.values() {
        for name in &rule.gates {
            builder = builder.eligibility(name, eligibility::Anyone);
        }
        for key in &rule.assign_by {
            if let AssignBy::Custom(name) = key {
                builder = builder.ranking(name, ranking::NoPreference);
            }
        }
    }
    for queue in config.queues.values() {
        if let Routing::Custom(name) = &queue.routing {
            builder = builder.routing_condition(name, routing_condition::from_fn(|_| true));
        }
    }
    for rule in config.channels.values().flat_map(|channel| &channel.sizes) {
        if let SizeRule::Custom(name) = rule {
            builder = builder.sizing(name, sizing::from_fn(|_| None));
        }
    }
    builder.build()
}

/// Shortens an error message, which can contain the text of a whole file.
pub(crate) fn shorten(text: &str) -> String {
    const MAX: usize = 500;
    const HEAD: usize = 300;
    const TAIL: usize = 150;
    let length = text.chars().count();
    if length <= MAX {
        return text.to_owned();
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail: String = text.chars().skip(length - TAIL).collect();
    format!("{head} … {tail}")
}
