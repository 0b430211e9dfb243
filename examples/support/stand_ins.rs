//! Rules that a service registers in code, for programs that know only its configuration.

use handover::rule::{eligibility, ranking, routing_condition, sizing};
use handover::{AssignBy, Config, Plan, PlanError, Routing, SizeRule};

/// Makes the plan. For the rules that a service registers in code there are stand-ins that let everything pass.
pub(crate) fn plan(config: &Config) -> Result<Plan, PlanError> {
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
            builder = builder.routing_condition(name, routing_condition::Everything);
        }
    }
    for rule in config.channels.values().flat_map(|channel| &channel.sizes) {
        if let SizeRule::Custom(name) = rule {
            builder = builder.sizing(name, sizing::AsConfigured);
        }
    }
    builder.build()
}
