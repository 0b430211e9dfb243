//! Arbitrary configurations, conditions and work items, for properties that hold for all values. Most values are
//! meaningless.

mod config;

use handover::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) use config::{config, unreadable_config};

/// Returns valid ids of a small domain, so that many references exist.
pub(crate) fn id() -> impl Strategy<Value = String> + Clone {
    select(vec!["a", "b", "agent-whatsapp", "ä b.c[0]", "all"]).prop_map(String::from)
}

/// Returns ids, some of them invalid.
fn any_id() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        8 => id(),
        1 => Just(String::new()),
        1 => Just("a\nb".into()),
        1 => Just("é".repeat(200)),
    ]
}

fn number() -> impl Strategy<Value = u32> + Clone {
    prop_oneof![Just(0), 1..4_u32, Just(u32::MAX)]
}

fn scalar() -> impl Strategy<Value = Scalar> + Clone {
    prop_oneof![
        any::<bool>().prop_map(Scalar::from),
        prop_oneof![-1..2_i64, Just(i64::MIN), Just(i64::MAX)].prop_map(Scalar::from),
        select(vec!["", "a", "ab", "\u{1F600}\"\\\n"]).prop_map(Scalar::from),
    ]
}

pub(crate) fn fact() -> impl Strategy<Value = Fact> + Clone {
    prop_oneof![
        scalar().prop_map(Fact::One),
        vec(scalar(), 0..3).prop_map(Fact::List)
    ]
}

pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    vec((select(vec!["", "x", "y"]), fact()), 0..3).prop_map(Facts::from_iter)
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop_oneof![
        fact().prop_map(Comparison::Is),
        fact().prop_map(Comparison::IsNot),
        vec(fact(), 0..3).prop_map(Comparison::In),
        vec(fact(), 0..3).prop_map(Comparison::NotIn),
        scalar().prop_map(Comparison::LessThan),
        scalar().prop_map(Comparison::AtMost),
        scalar().prop_map(Comparison::MoreThan),
        scalar().prop_map(Comparison::AtLeast),
        "[ab]{0,2}".prop_map(Comparison::StartsWith),
        scalar().prop_map(Comparison::Contains),
        any::<bool>().prop_map(Comparison::Exists),
    ]
}

/// Returns conditions of every form, up to a few levels deep.
pub(crate) fn condition() -> impl Strategy<Value = Condition> + Clone {
    let field = (select(vec!["", "x", "y"]), comparison()).prop_map(|(field, comparison)| {
        let field = field.into();
        Condition::Field { field, comparison }
    });
    prop_oneof![1 => Just(Condition::Always), 3 => field]
        .prop_recursive(3, 8, 3, |inside| {
            prop_oneof![
                vec(inside.clone(), 0..3).prop_map(Condition::all),
                vec(inside.clone(), 0..3).prop_map(Condition::any),
                inside.prop_map(|part| !part),
            ]
        })
        .boxed()
}

pub(crate) fn work_item() -> impl Strategy<Value = WorkItem> {
    let skill = (id(), number(), any::<bool>()).prop_map(|(skill, level, mandatory)| {
        SkillRequest::new(skill).level(level).mandatory(mandatory)
    });
    (
        (id(), id(), facts(), vec(skill, 0..3)),
        (any::<i64>(), option::of(id())),
        (vec(id(), 0..3), option::of(number())),
    )
        .prop_map(
            |((id, channel, facts, skills), (priority, requester), (agents, size))| {
                let mut item = WorkItem::new(id, channel).priority(priority);
                item.facts = facts;
                item.skills = skills;
                item.requester = requester.map(Into::into);
                item.size = size;
                item.preferred_agents(agents)
            },
        )
}
