//! What a waiting item asks for: those of a queue that ask for the same are a class.

use alloc::boxed::Box;
use core::hash::{BuildHasher, Hash, Hasher};

use crate::base::hash::low_half;
use crate::base::table::{Handle, QueueHandle};
use crate::plan::Tables;
use crate::router::store::item::Item;
use crate::routing::requested_skills::RequestedSkill;

/// What a search that goes past a class sees of it: what all of its items ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Requirements {
    /// The mandatory skills, as [`skill_fingerprint_bit`]s; none where a rule might not require them.
    pub(crate) skills: u64,
    pub(crate) size: u32,
    /// A hash of all that a class of the queue is told apart by.
    pub(crate) kind: u32,
}

/// What an item that belongs into a queue has in common with those of its class.
pub(crate) struct ClassKey {
    pub(crate) want: Requirements,
    pub(crate) seen: Option<Box<GateClasses>>,
}

/// What the queue's own gates see alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum GateClasses {
    /// The classes that the gates name.
    Classes(Box<[u64]>),
    /// A gate names none: the item is alone in its class.
    Alone,
}

impl ClassKey {
    #[inline]
    pub(crate) fn of(plan: &Tables, queue: QueueHandle, work: &Item) -> Self {
        let seen = seen(plan, queue, work);
        let want = Requirements {
            skills: demand(plan, queue, work),
            size: work.size(),
            kind: hash(plan, work, seen.as_deref()),
        };
        Self { want, seen }
    }

    pub(crate) fn is_alone(&self) -> bool {
        self.seen.as_deref().is_some_and(GateClasses::is_alone)
    }
}

impl GateClasses {
    pub(crate) fn is_alone(&self) -> bool {
        *self == Self::Alone
    }
}

/// Whether two items of a queue ask for the same, as far as gates do not tell them apart.
pub(crate) fn ask_alike(one: &Item, other: &Item) -> bool {
    one.size() == other.size()
        && one.wait.pools_open == other.wait.pools_open
        && mandatory(one).eq(mandatory(other))
}

fn mandatory(work: &Item) -> impl Iterator<Item = &RequestedSkill> {
    work.routed
        .requested_skills()
        .iter()
        .filter(|asked| asked.is_mandatory)
}

/// The skills that whoever takes such an item must have: none where a rule might not require them.
pub(crate) fn demand(plan: &Tables, queue: QueueHandle, work: &Item) -> u64 {
    if !plan.queue_plans.at(queue).requires_skills {
        return 0;
    }
    let bits = mandatory(work).map(|asked| match asked.skill {
        Some(skill) => skill_fingerprint_bit(skill),
        // Nobody has it.
        None => u64::MAX,
    });
    bits.fold(0, |all, bits| all | bits)
}

/// A bit that stands for a skill, and, where a plan has many, for others besides.
pub(crate) fn skill_fingerprint_bit(skill: impl Handle) -> u64 {
    1 << (skill.index() % 64)
}

fn hash(plan: &Tables, work: &Item, seen: Option<&GateClasses>) -> u32 {
    let mut state = plan.hasher.build_hasher();
    state.write_u64(u64::from(work.size()) << 32 | u64::from(work.wait.pools_open));
    mandatory(work).for_each(|asked| asked.hash(&mut state));
    if let Some(seen) = seen {
        seen.hash(&mut state);
    }
    low_half(state.finish())
}

/// What the gates of a queue's rules see of an item, if there are any.
fn seen(plan: &Tables, queue: QueueHandle, work: &Item) -> Option<Box<GateClasses>> {
    let queue = plan.queue_plans.at(queue);
    if !queue.has_gates {
        return None;
    }
    let gates = plan.pools.span(queue.pools).iter().flat_map(|pool| {
        let rule = plan.rule_plans.at(pool.rule);
        rule.gates.iter().map(|(_, gate)| gate)
    });
    let item = work.routed.item();
    // Skills that no agent has are all the same to the plan, and not to a gate.
    let is_told_apart = queue.requires_skills || mandatory(work).all(|asked| asked.skill.is_some());
    let classes: Option<Box<[u64]>> = if is_told_apart {
        gates.map(|gate| gate.class(item)).collect()
    } else {
        None
    };
    Some(Box::new(
        classes.map_or(GateClasses::Alone, GateClasses::Classes),
    ))
}
