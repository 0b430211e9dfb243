//! Random work items, with facts that the configurations refer to.

use handover::{Fact, SKILLS_MAX, SkillRequest, WorkItem};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::SKILLS;

pub(super) fn request() -> impl Strategy<Value = SkillRequest> {
    (select(SKILLS.to_vec()), 1..=2_u32, any::<bool>()).prop_map(|(skill, level, mandatory)| {
        SkillRequest::new(skill).level(level).mandatory(mandatory)
    })
}

/// Returns a fact that the configurations refer to.
pub(crate) fn fact() -> impl Strategy<Value = (&'static str, Fact)> {
    let levels: Vec<Fact> = vec![
        1.into(),
        2.into(),
        "x".into(),
        true.into(),
        [1].into(),
        [1, 2].into(),
    ];
    prop_oneof![
        2 => any::<bool>().prop_map(|vip| ("vip", vip.into())),
        2 => select(vec!["spam", "talk"]).prop_map(|kind| ("kind", kind.into())),
        4 => select(vec!["open", "held"]).prop_map(|state| ("state", state.into())),
        2 => select(levels).prop_map(|level| ("level", level)),
        1 => select(vec![0, 20_000, 100_000]).prop_map(|until| ("embargo_ms", until.into())),
    ]
}

/// Returns items without id and channel. A few items are invalid.
pub(crate) fn draft() -> impl Strategy<Value = WorkItem> {
    let preferred = vec(select(vec!["kim", "asha", "ben", "nobody"]), 0..=2);
    let requester = weighted(0.7, select(vec!["+1", "+2"]));
    let size = weighted(0.4, prop_oneof![12 => 1..=3_u32, 1 => Just(0)]);
    let skills = prop_oneof![3 => vec(request(), 0), 1 => vec(request(), 1..=3)];
    let priority = prop_oneof![4 => Just(0), 1 => -1..=1_i64];
    let fault = weighted(0.05, select(vec![level_zero, many_skills, invalid_id]));
    (
        vec(fact(), 0..=2),
        skills,
        priority,
        requester,
        preferred,
        size,
        fault,
    )
        .prop_map(
            |(facts, skills, priority, requester, preferred, size, fault)| {
                let mut item = WorkItem::new("", "")
                    .priority(priority)
                    .preferred_agents(preferred);
                item.facts.extend(facts);
                item.skills = skills;
                item.requester = requester.map(Into::into);
                item.size = size;
                if let Some(fault) = fault {
                    fault(&mut item);
                }
                item
            },
        )
}

fn level_zero(item: &mut WorkItem) {
    item.skills.push(SkillRequest::new("spanish").level(0_u32));
}

fn many_skills(item: &mut WorkItem) {
    let skills = (0..=SKILLS_MAX).map(|number| SkillRequest::new(number.to_string()));
    item.skills.extend(skills);
}

fn invalid_id(item: &mut WorkItem) {
    item.requester = Some("".into());
}
