//! Stale assignments: a commit fails if the agent has changed since the decision.

use handover::*;

fn now() -> Timestamp {
    Timestamp::saturating_from_millis(1_000)
}

fn plan() -> Plan {
    let queue = Queue::new("chat").active(true).routing(Routing::always());
    let config = ["chat", "mail"]
        .into_iter()
        .fold(Config::new(), |config, id| {
            config.channel(id, ServiceChannel::new().active(true).default_capacity(5))
        });
    let config = config
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(Scope::All),
        )
        .rule("fair", AssignmentRule::new())
        .queue("queue", queue.pool(EligibilityPool::new(["desk"], "fair")))
        .group("desk", AgentGroup::new(["asha"]))
        .agent("asha", Agent::new());
    Plan::new(config).unwrap()
}

fn assign_item(roster: &Roster) -> Option<Assignment> {
    let item = WorkItem::new("item", "chat");
    let routed = route(roster.plan(), item, now()).unwrap();
    assign(roster, &routed, now()).unwrap().assignment()
}

/// Asserts that a commit fails with `Stale`, and does not change the roster.
#[track_caller]
fn assert_stale(roster: &mut Roster, assignment: &Assignment) {
    let before = format!("{roster:?}");
    assert_eq!(
        roster.commit(assignment),
        Err(CommitError::Stale {
            agent: Some("asha".into())
        })
    );
    assert_eq!(format!("{roster:?}"), before);
    roster.check_invariants().unwrap();
}

#[test]
fn assignment_of_a_changed_copy_is_stale() {
    let mut roster = Roster::new(&plan());
    roster.set_presence("asha", "available", now()).unwrap();
    let mut copy = roster.clone();
    copy.set_capacity("asha", "mail", Some(Capacity::Units(9)))
        .unwrap();
    let assignment = assign_item(&copy).unwrap();
    roster.give("asha", "chat", 5).unwrap();
    assert_stale(&mut roster, &assignment);
    copy.commit(&assignment).unwrap();
}

type NamedChange = (&'static str, fn(&mut Roster) -> Result<(), RosterError>);

/// Changes of an agent, each with a different effect.
const CHANGES: [NamedChange; 18] = [
    ("off on chat", |roster| {
        roster.set_channel("asha", "chat", false)
    }),
    ("off on mail", |roster| {
        roster.set_channel("asha", "mail", false)
    }),
    ("away", |roster| roster.clear_presence("asha", now())),
    ("item on chat", |roster| roster.give("asha", "chat", 1)),
    ("item on mail", |roster| roster.give("asha", "mail", 1)),
    ("larger item on mail", |roster| {
        roster.give("asha", "mail", 2)
    }),
    ("release on chat", |roster| {
        roster.release("asha", "chat", 1, now())
    }),
    ("release on mail", |roster| {
        roster.release("asha", "mail", 1, now())
    }),
    ("larger release on mail", |roster| {
        roster.release("asha", "mail", 2, now())
    }),
    ("load on chat", |roster| roster.set_load("asha", "chat", 1)),
    ("load on mail", |roster| roster.set_load("asha", "mail", 1)),
    ("limit on chat", |roster| {
        roster.set_capacity("asha", "chat", Some(Capacity::Units(1)))
    }),
    ("limit on mail", |roster| {
        roster.set_capacity("asha", "mail", Some(Capacity::Units(1)))
    }),
    ("no limit on mail", |roster| {
        roster.set_capacity("asha", "mail", Some(Capacity::Unlimited))
    }),
    ("no load on mail", |roster| {
        roster.set_load("asha", "mail", 0)
    }),
    ("load of 2^32 on chat", |roster| {
        roster.set_load("asha", "chat", 1 << 32)
    }),
    ("universal limit", |roster| {
        roster.set_universal_capacity("asha", Some(Capacity::Units(5)))
    }),
    ("no universal limit", |roster| {
        roster.set_universal_capacity("asha", Some(Capacity::Unlimited))
    }),
];

#[test]
fn assignment_decided_after_one_change_is_stale_after_another_instead() {
    let busy = |channel: &str| ChannelRow::new(channel).items(2_u32).load(3_u64);
    let row = AgentRow::new("asha")
        .presence("available")
        .channel(busy("chat"))
        .channel(busy("mail"));
    let roster = Roster::from_rows(&plan(), [row]).unwrap();
    let mut pair_count = 0;
    for (name, change) in CHANGES {
        let mut changed = roster.clone();
        change(&mut changed).unwrap();
        let Some(assignment) = assign_item(&changed) else {
            continue;
        };
        changed.clone().commit(&assignment).unwrap();
        for (other_name, other_change) in CHANGES {
            let mut other = roster.clone();
            other_change(&mut other).unwrap();
            if name != other_name {
                assert_stale(&mut other, &assignment);
                pair_count += 1;
            }
        }
    }
    assert!(pair_count > 100, "only {pair_count} pairs were compared");
}

#[test]
fn assignment_is_stale_for_a_different_row() {
    let row = || AgentRow::new("asha").presence("available");
    let chat = || ChannelRow::new("chat");
    let rows = [
        row(),
        row().universal_capacity(9_u32),
        row().universal_capacity(1_u32),
        row().universal_capacity(Capacity::Unlimited),
        row().idle_since(now()),
        row().channel(chat().load(1_u64)),
        row().channel(chat().items(1_u32)),
        row().channel(chat().handled(1_u32)),
        row().channel(chat().last_assigned(now())),
        row().channel(chat().capacity(1_u32)),
        row().channel(chat().capacity(Capacity::Unlimited)),
        row().channel(ChannelRow::new("mail").on(false)),
    ];
    let plan = plan();
    for (index, row) in rows.iter().enumerate() {
        let assignment = assign_item(&Roster::of(&plan, "queue", [row.clone()]).unwrap()).unwrap();
        for (other_index, other) in rows.iter().enumerate() {
            let mut other = Roster::of(&plan, "queue", [other.clone()]).unwrap();
            if index == other_index {
                other.commit(&assignment).unwrap();
            } else {
                assert_stale(&mut other, &assignment);
            }
        }
    }
}

#[test]
fn assignment_of_a_router_stays_stale_after_a_reconfiguration() {
    let plan = plan();
    let mut router = Router::new(&plan);
    let reconfigure = || Input::Reconfigure {
        config: Box::new(plan.config().clone()),
    };
    let (agent, state) = ("asha".into(), Some("available".into()));
    router
        .handle(now(), Input::SetPresence { agent, state })
        .unwrap();
    router.handle(now(), reconfigure()).unwrap();
    let assignment = assign_item(router.roster()).unwrap();
    router.roster().clone().commit(&assignment).unwrap();
    let (item, queue) = (WorkItem::new("other", "chat"), None);
    router.handle(now(), Input::Route { item, queue }).unwrap();
    router.handle(now(), reconfigure()).unwrap();
    assert_stale(&mut router.roster().clone(), &assignment);
}
