//! Compilation: from a configuration without problems to the tables of a plan.
//!
//! Ids get handles in the order of their texts (`ids`), and the texts are interned (`intern`). Then each kind of entity is
//! compiled by a file of its own, and every reference in the configuration becomes a handle:
//!
//! ```text
//! config ─► ids ─► intern ─┬─► agents: members ───┐
//!                          ├─► rules ─────────────┴─► queues, pools, stages ─┐
//!                          └─► agents: capacities ───────────────────────────┴─► channels
//! ```
//!
//! The order of a configuration's entries only decides their positions. The order within a list has a meaning, such as that
//! of the members of a group.

pub(crate) mod agents;
pub(crate) mod channels;
pub(crate) mod ids;
pub(crate) mod intern;
pub(crate) mod queues;
pub(crate) mod rules;

use crate::base::hash::{Seeded, fingerprint};
use crate::base::table::{QueueHandle, Table};
use crate::model::Config;
use crate::plan::compile::ids::{AllIds, Source};
use crate::plan::rows::QueuePlan;
use crate::plan::tables::Tables;
use crate::rule::Custom;

impl Tables {
    /// Compiles a configuration without problems.
    ///
    /// The cost is linear in the size of the configuration, apart from sorting.
    pub(crate) fn new(mut config: Config, custom: &Custom, hasher: Seeded) -> Self {
        let ids = AllIds::new(&config, hasher);
        // First, so that everything which is cloned out of the configuration below shares the interned texts.
        intern::intern(&mut config, &ids);
        let source = Source {
            config: &config,
            custom,
            ids: &ids,
        };
        // Queues read the rows of rules, and channels read those of queues.
        let members = agents::members(source);
        let rule_plans = rules::rule_plans(source);
        let queues = queues::queue_tables(source, &rule_plans, &members);
        let queue_plans: Table<QueueHandle, QueuePlan> = queues.queue_plans.into();
        let agent_plans = agents::agent_plans(source);
        let agent_capacities = agents::agent_capacities(source);
        let channel_plans = channels::channel_plans(source, &queue_plans, &agent_capacities);
        Self {
            // Interning changes no text, so the given configuration has the same fingerprint.
            fingerprint: fingerprint(&config),
            has_custom_gates: queue_plans.rows().iter().any(|plan| plan.has_custom_gates),
            has_last_agent: channel_plans
                .rows()
                .iter()
                .any(|plan| plan.last_agent_days.is_some()),
            channel_plans,
            queue_plans,
            pools: queues.pools.into(),
            stages: queues.stages.into(),
            stage_groups: queues.stage_groups.into(),
            rule_plans,
            presence_plans: agents::presence_plans(source),
            memberships: agents::memberships(source, &members),
            members,
            queues_of_group: queues::queues_of_groups(source),
            custom: custom.clone(),
            hasher,
            agent_skills: agents::agent_skills(source),
            has_ai: agent_plans.rows().iter().any(|agent| agent.is_ai),
            agent_plans,
            agent_capacities,
            channels: ids.channels,
            queues: ids.queues,
            groups: ids.groups,
            agents: ids.agents,
            rules: ids.rules,
            presence_states: ids.presence_states,
            skills: ids.skills,
            config,
        }
    }
}
