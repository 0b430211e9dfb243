//! Calls that are wrong, on a roster in any state: each is refused, and the roster stays as it was.

use std::fmt::Debug;

use handover::{Plan, Roster};

use crate::generators::fixture::NOW;
use crate::oracle::conversion::at;

#[track_caller]
fn refused<E: Debug>(roster: &mut Roster, call: impl FnOnce(&mut Roster) -> Result<(), E>) {
    let before = format!("{roster:?}");
    let result = call(roster);
    assert!(result.is_err(), "a wrong call was taken");
    assert_eq!(format!("{roster:?}"), before, "{result:?}");
    roster.check_invariants().unwrap();
}

/// Every call of a roster, with a name in it that the plan does not have.
pub(crate) fn every_wrong_call(plan: &Plan, roster: &mut Roster) {
    let now = at(NOW);
    refused(roster, |roster| {
        roster.set_presence("nobody", "available", now)
    });
    refused(roster, |roster| roster.clear_presence("nobody", now));
    refused(roster, |roster| {
        roster.set_channel("nobody", "whatsapp", true)
    });
    refused(roster, |roster| {
        roster.release("nobody", "whatsapp", 1, now)
    });
    refused(roster, |roster| {
        roster.withdraw("nobody", "whatsapp", 1, now)
    });
    refused(roster, |roster| roster.give("nobody", "whatsapp", 1));
    refused(roster, |roster| roster.set_load("nobody", "whatsapp", 1));
    refused(roster, |roster| {
        roster.set_capacity("nobody", "whatsapp", None)
    });
    refused(roster, |roster| {
        roster.set_universal_capacity("nobody", None)
    });
    refused(roster, |roster| roster.set_cursor("sales", 0, "nobody"));
    refused(roster, |roster| roster.set_cursor("no-queue", 0, "kim"));
    refused(roster, |roster| roster.set_cursor("sales", 99, "kim"));
    let Some(agent) = plan
        .config()
        .agents
        .keys()
        .next()
        .map(handover::AgentId::as_str)
    else {
        return;
    };
    refused(roster, |roster| roster.set_presence(agent, "no-state", now));
    refused(roster, |roster| roster.set_presence(agent, "retired", now));
    refused(roster, |roster| {
        roster.set_channel(agent, "no-channel", false)
    });
    refused(roster, |roster| roster.release(agent, "no-channel", 1, now));
    refused(roster, |roster| {
        roster.withdraw(agent, "no-channel", 1, now)
    });
    refused(roster, |roster| roster.give(agent, "no-channel", 1));
    refused(roster, |roster| roster.set_load(agent, "no-channel", 1));
    refused(roster, |roster| {
        roster.set_capacity(agent, "no-channel", None)
    });
    let load = roster.agent(agent).unwrap().load("whatsapp").unwrap();
    if let Ok(more) = u32::try_from(load + 1) {
        refused(roster, |roster| {
            roster.release(agent, "whatsapp", more, now)
        });
        refused(roster, |roster| {
            roster.withdraw(agent, "whatsapp", more, now)
        });
    }
}
