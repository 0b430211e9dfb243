//! The generator is tested too: what it never reaches, nobody looks at.

use std::collections::{BTreeMap, BTreeSet};

use handover::{Input, Output};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::inputs::{Day, day};
use super::{Model, State};

const DAYS: usize = 1500;

const INPUTS: [&str; 19] = [
    "route",
    "set_presence",
    "set_channel",
    "accept",
    "reject",
    "update",
    "complete",
    "close",
    "release",
    "cancel",
    "to_queue",
    "to_agent",
    "allocate",
    "item",
    "new_item",
    "set_capacity",
    "set_agent",
    "reconfigure",
    "tick",
];

const OUTPUTS: [&str; 41] = [
    "queued",
    "unroutable channel_inactive",
    "unroutable not_in_channel",
    "unroutable queue_inactive",
    "unroutable no_queue",
    "unroutable queue_full",
    "offered router",
    "offered manager",
    "offered transfer",
    "offer_ended rejected",
    "offer_ended timed_out",
    "offer_ended withdrawn",
    "offer_ended superseded",
    "offer_ended canceled",
    "accepted agent",
    "accepted auto",
    "accepted direct",
    "released asked",
    "released transferred",
    "released direct",
    "released agent_gone",
    "requeued rejected",
    "requeued timed_out",
    "requeued withdrawn",
    "requeued released",
    "requeued transferred",
    "requeued agent_gone",
    "requeued queue_gone",
    "presence_set asked",
    "presence_set timed_out",
    "presence_set reconfigured",
    "trigger_due",
    "target_missed",
    "exhausted",
    "wrapping_up",
    "closed",
    "canceled max_wait",
    "canceled disqualified",
    "canceled requested",
    "canceled queue_gone",
    "canceled channel_gone",
];

/// What is seen nowhere but inside, or in how outputs stand together.
const SITUATIONS: [&str; 14] = [
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
    "time goes back",
];

fn name_of(value: &Value) -> (&str, &Value) {
    match value {
        Value::String(name) => (name, &Value::Null),
        other => other
            .as_object()
            .unwrap()
            .iter()
            .next()
            .map(|(name, value)| (name.as_str(), value))
            .unwrap(),
    }
}

/// The kind of an input; of those that have two forms, the form.
fn kind_of(input: &Input) -> String {
    let value = serde_json::to_value(input).unwrap();
    let (name, fields) = name_of(&value);
    let forms = ["to_queue", "to_agent", "new_item", "item"];
    let form = forms.into_iter().find(|form| fields.get(form).is_some());
    match name {
        "transfer" | "assign_directly" => form.unwrap().into(),
        _ => name.into(),
    }
}

/// The kind of an output and why it is there.
fn why_of(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = name_of(&value);
    let reason = fields
        .get("why")
        .or_else(|| fields.get("by"))
        .or_else(|| fields.get("reason"));
    match reason {
        Some(reason) => format!("{name} {}", name_of(reason).0),
        None => name.into(),
    }
}

fn situations(model: &Model, outputs: &[Output]) -> BTreeSet<&'static str> {
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

/// What one day shows.
fn seen_on(day: &Day) -> BTreeSet<String> {
    let mut model = Model::new(&day.config);
    let mut seen = BTreeSet::new();
    for (pause, step) in &day.moves {
        let (now, input) = (pause.end(&model), step.input(&model));
        if now < model.now() {
            seen.insert("time goes back".into());
        }
        let result = model.handle(now, &input);
        let word = if result.is_ok() { "taken" } else { "refused" };
        seen.insert(format!("{} {word}", kind_of(&input)));
        let outputs = model.take_outputs();
        seen.extend(outputs.iter().map(why_of));
        seen.extend(situations(&model, &outputs).into_iter().map(String::from));
    }
    seen
}

#[test]
fn the_days_reach_everything() {
    let mut runner = TestRunner::deterministic();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..DAYS {
        let day = day().new_tree(&mut runner).unwrap().current();
        for what in seen_on(&day) {
            *counts.entry(what).or_default() += 1;
        }
    }
    let inputs = INPUTS
        .iter()
        .flat_map(|kind| [format!("{kind} taken"), format!("{kind} refused")]);
    let others = OUTPUTS.iter().chain(&SITUATIONS).map(ToString::to_string);
    for what in inputs.chain(others) {
        let count = counts.get(&what).copied().unwrap_or(0);
        assert!(
            count >= 3,
            "{what}: on {count} of {DAYS} days, of {counts:#?}"
        );
    }
}
