//! Lints about how work is offered.

use indexmap::IndexSet;

use crate::base::hash::Seeded;
use crate::id::RuleId;
use crate::model::{Ask, Config, Offer};
use crate::plan::lint::live::LiveChannel;
use crate::plan::lint::{Findings, LintCode};

/// Finds offers of the rules in use that pend for ever, or that time out to no avail.
pub(crate) fn lint(config: &Config, live: &[LiveChannel<'_>], found: &mut Findings) {
    let used = live
        .iter()
        .flat_map(LiveChannel::pools)
        .map(|pool| &pool.pool.rule)
        .collect::<IndexSet<_, Seeded>>();
    for (id, rule) in &config.rules {
        if let Offer::Ask(ask) = &rule.offer
            && used.contains(id)
        {
            ask_without_end(config, id, ask, found);
        }
    }
}

fn ask_without_end(config: &Config, id: &RuleId, ask: &Ask, found: &mut Findings) {
    let path = format_args!("rules.{id}.offer");
    if ask.timeout_secs.is_none() {
        found.add(
            LintCode::OfferWithoutTimeout,
            path,
            format_args!("An offer under rule `{id}` has no time-out, so it may pend for ever."),
            "Set `timeout_secs`.",
        );
        return;
    }
    let code = LintCode::TimeoutKeepsPresence;
    match &ask.timeout_presence {
        None => found.add(
            code,
            path,
            format_args!(
                "A time-out under rule `{id}` leaves the agent present, so a sleeper is asked for every item."
            ),
            "Set `timeout_presence` to a presence state that takes no work.",
        ),
        Some(state) => {
            if (config.presence_states.get(state)).is_some_and(|state| state.takes_work) {
                found.add(
                    code,
                    path,
                    format_args!("A time-out under rule `{id}` sets presence state `{state}`, which takes work, so a sleeper is asked for every item."),
                    "Set `timeout_presence` to a presence state that takes no work.",
                );
            }
        }
    }
}
