//! What is seen nowhere but inside, or in how outputs stand together.

use std::collections::BTreeSet;

use handover::Output;

use super::why_of;
use crate::model::{Model, State};

pub(super) const SITUATIONS: [&str; 13] = [
    "reconfigured with items moved",
    "reconfigured with offers withdrawn",
    "a wait that ends during an offer",
    "an item without a queue",
    "an offer of it",
    "a warm offer",
    "a warm offer accepted",
    "an offer kept without presence",
    "an offer without a rule",
    "a decline that lapses",
    "starting over",
    "a capacity for a time",
    "canceled where an offer ended",
];

pub(super) fn situations(model: &Model, outputs: &[Output]) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    let mut see = |is_so: bool, what: &'static str| {
        if is_so {
            seen.insert(what);
        }
    };
    for item in model.items() {
        let warm = matches!(&item.state, State::Accepted { warm: Some(_), .. });
        see(item.is_overdue, "a wait that ends during an offer");
        see(item.queue.is_none(), "an item without a queue");
        see(warm, "a warm offer");
        see(
            item.declines.iter().any(|(_, until)| until.is_some()),
            "a decline that lapses",
        );
        see(item.starts_over_at.is_some(), "starting over");
        if let Some(offer) = item.offer() {
            see(item.queue.is_none(), "an offer of it");
            see(
                !model.is_present(&offer.agent, item.channel()),
                "an offer kept without presence",
            );
            see(offer.rule.is_none(), "an offer without a rule");
        }
    }
    see(
        model.settings.iter().any(|setting| setting.until.is_some()),
        "a capacity for a time",
    );
    for pair in outputs.windows(2) {
        let whys = [why_of(&pair[0]), why_of(&pair[1])];
        see(
            whys == ["released transferred", "accepted agent"],
            "a warm offer accepted",
        );
        see(
            whys == ["offer_ended rejected", "canceled max_wait"],
            "canceled where an offer ended",
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
