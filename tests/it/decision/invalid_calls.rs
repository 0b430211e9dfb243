//! Invalid calls of a roster, which fail and leave the roster unchanged.

use std::fmt::Debug;

use handover::{Plan, Roster};

use crate::generators::fixture::NOW;
use crate::support::plans::at;

/// Asserts that a call fails and does not change the roster.
#[track_caller]
fn assert_refused<E: Debug>(roster: &mut Roster, call: impl FnOnce(&mut Roster) -> Result<(), E>) {
    let before = format!("{roster:?}");
    let result = call(roster);
    assert!(result.is_err(), "an invalid call succeeded");
    assert_eq!(format!("{roster:?}"), before, "{result:?}");
    roster.check_invariants().unwrap();
}

/// Makes all calls with unknown ids, and releases more units than an agent holds.
pub(crate) fn assert_invalid_calls_are_refused(plan: &Plan, roster: &mut Roster) {
    let now = at(NOW);
    assert_refused(roster, |roster| {
        roster.set_presence("nobody", "available", now)
    });
    assert_refused(roster, |roster| roster.clear_presence("nobody", now));
    assert_refused(roster, |roster| {
        roster.set_channel("nobody", "whatsapp", true)
    });
    assert_refused(roster, |roster| {
        roster.release("nobody", "whatsapp", 1, now)
    });
    assert_refused(roster, |roster| {
        roster.withdraw("nobody", "whatsapp", 1, now)
    });
    assert_refused(roster, |roster| roster.give("nobody", "whatsapp", 1));
    assert_refused(roster, |roster| roster.set_load("nobody", "whatsapp", 1));
    assert_refused(roster, |roster| {
        roster.set_capacity("nobody", "whatsapp", None)
    });
    assert_refused(roster, |roster| {
        roster.set_universal_capacity("nobody", None)
    });
    assert_refused(roster, |roster| roster.set_cursor("sales", 0, "nobody"));
    assert_refused(roster, |roster| roster.set_cursor("no-queue", 0, "kim"));
    assert_refused(roster, |roster| roster.set_cursor("sales", 99, "kim"));
    let Some(agent) = plan
        .config()
        .agents
        .keys()
        .next()
        .map(handover::AgentId::as_str)
    else {
        return;
    };
    assert_refused(roster, |roster| roster.set_presence(agent, "no-state", now));
    assert_refused(roster, |roster| roster.set_presence(agent, "retired", now));
    assert_refused(roster, |roster| {
        roster.set_channel(agent, "no-channel", false)
    });
    assert_refused(roster, |roster| roster.release(agent, "no-channel", 1, now));
    assert_refused(roster, |roster| {
        roster.withdraw(agent, "no-channel", 1, now)
    });
    assert_refused(roster, |roster| roster.give(agent, "no-channel", 1));
    assert_refused(roster, |roster| roster.set_load(agent, "no-channel", 1));
    assert_refused(roster, |roster| {
        roster.set_capacity(agent, "no-channel", None)
    });
    let load = roster.agent(agent).unwrap().load("whatsapp").unwrap();
    if let Ok(size) = u32::try_from(load + 1) {
        assert_refused(roster, |roster| {
            roster.release(agent, "whatsapp", size, now)
        });
        assert_refused(roster, |roster| {
            roster.withdraw(agent, "whatsapp", size, now)
        });
    }
}
