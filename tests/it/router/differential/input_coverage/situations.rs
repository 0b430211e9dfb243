//! Situations that appear only in the model's state or in a sequence of outputs.

use std::collections::BTreeSet;

use handover::Output;

use crate::model::{Model, ModelState};
use crate::support::json::output_kind;

pub(super) const SITUATIONS: [&str; 13] = [
    "reconfigured with items moved",
    "reconfigured with offers withdrawn",
    "a wait that ends during an offer",
    "an item without a queue",
    "an offer of an item without a queue",
    "a warm offer",
    "a warm offer accepted",
    "an offer kept without presence",
    "an offer without a rule",
    "a decline with an end",
    "starting over",
    "a temporary capacity",
    "canceled when an offer ends",
];

pub(super) fn situations(model: &Model, outputs: &[Output]) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    let mut see = |is_reached: bool, situation: &'static str| {
        if is_reached {
            seen.insert(situation);
        }
    };
    for item in model.items() {
        let warm = matches!(&item.state, ModelState::Accepted { warm: Some(_), .. });
        see(item.wait_expired, "a wait that ends during an offer");
        see(item.queue.is_none(), "an item without a queue");
        see(warm, "a warm offer");
        see(
            item.declines.iter().any(|(_, until)| until.is_some()),
            "a decline with an end",
        );
        see(item.starts_over_at.is_some(), "starting over");
        if let Some(offer) = item.offer() {
            see(item.queue.is_none(), "an offer of an item without a queue");
            see(
                !model.is_present(&offer.agent, item.channel()),
                "an offer kept without presence",
            );
            see(offer.rule.is_none(), "an offer without a rule");
        }
    }
    see(
        model
            .capacity_settings
            .iter()
            .any(|setting| setting.until.is_some()),
        "a temporary capacity",
    );
    for pair in outputs.windows(2) {
        let kinds = [output_kind(&pair[0]), output_kind(&pair[1])];
        see(
            kinds == ["released transferred", "accepted agent"],
            "a warm offer accepted",
        );
        see(
            kinds == ["offer_ended rejected", "canceled max_wait"],
            "canceled when an offer ends",
        );
    }
    for output in outputs {
        if let Output::Reconfigured {
            moved, withdrawn, ..
        } = output
        {
            see(*moved > 0, "reconfigured with items moved");
            see(*withdrawn > 0, "reconfigured with offers withdrawn");
        }
    }
    seen
}
