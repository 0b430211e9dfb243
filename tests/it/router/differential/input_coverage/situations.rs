//! Situations that appear only in the model's state or in a sequence of outputs.

use std::collections::BTreeSet;

use handover::Output;

use crate::oracle::is_within;
use crate::router_model::{Model, ModelState};
use crate::support::json::output_kind;

/// All situations.
pub(super) const SITUATIONS: [&str; 19] = [
    "reconfigured with items moved",
    "reconfigured with offers withdrawn",
    "a wait that ends during an offer",
    "an item without a queue",
    "an offer of an item without a queue",
    "a warm offer",
    "a warm offer accepted",
    "an offer kept without presence",
    "an offer kept without its group",
    "an offer without a rule",
    "a decline with an end",
    "starting over",
    "a temporary capacity",
    "canceled when an offer ends",
    "an item of a requester with two current agents",
    "a last agent without current work",
    "an acceptance of more than a day ago",
    "a known requester is forgotten",
    "an unknown requester is forgotten",
];

/// Returns the situations of a step.
pub(super) fn situations(model: &Model, outputs: &[Output]) -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::new();
    let mut record = |is_reached: bool, situation: &'static str| {
        if is_reached {
            reached.insert(situation);
        }
    };
    for item in model.items() {
        let has_warm_offer = matches!(&item.state, ModelState::Accepted { warm: Some(_), .. });
        record(item.wait_expired, "a wait that ends during an offer");
        record(item.queue.is_none(), "an item without a queue");
        record(has_warm_offer, "a warm offer");
        record(
            item.declines.iter().any(|(_, until)| until.is_some()),
            "a decline with an end",
        );
        record(item.starts_over_at.is_some(), "starting over");
        record(
            item.is_queued() && model.current_agents(item).len() > 1,
            "an item of a requester with two current agents",
        );
        record(
            item.is_queued()
                && model.last_agent(item).is_some()
                && model.current_agents(item).is_empty(),
            "a last agent without current work",
        );
        if let Some(offer) = item.offer() {
            record(item.queue.is_none(), "an offer of an item without a queue");
            record(
                !model.is_present(&offer.agent, item.channel()),
                "an offer kept without presence",
            );
            record(
                model.has_left_group(offer),
                "an offer kept without its group",
            );
            record(offer.rule.is_none(), "an offer without a rule");
        }
    }
    record(
        model
            .capacity_settings
            .iter()
            .any(|setting| setting.until.is_some()),
        "a temporary capacity",
    );
    record(
        model
            .last_acceptances
            .iter()
            .any(|last| !is_within(1, last.at, model.now())),
        "an acceptance of more than a day ago",
    );
    for pair in outputs.windows(2) {
        let kinds = [output_kind(&pair[0]), output_kind(&pair[1])];
        record(
            kinds == ["released transferred", "accepted agent"],
            "a warm offer accepted",
        );
        record(
            kinds == ["offer_ended rejected", "canceled max_wait"],
            "canceled when an offer ends",
        );
    }
    for output in outputs {
        if let Output::Forgotten { known, .. } = output {
            record(*known, "a known requester is forgotten");
            record(!known, "an unknown requester is forgotten");
        }
        if let Output::Reconfigured {
            moved, withdrawn, ..
        } = output
        {
            record(*moved > 0, "reconfigured with items moved");
            record(*withdrawn > 0, "reconfigured with offers withdrawn");
        }
    }
    reached
}
