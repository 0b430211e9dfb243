//! Class keys: what the items of a class have in common.
//!
//! A class must not be too wide: if two of its items differed in who is eligible for them, a search that reads only the head
//! would miss an agent of the other. It should not be too narrow either, since the cost of a search grows with the classes.
//! The key has everything that the built-in gates read, and the classes that the custom gates give. Priority, optional
//! skills and other facts are not part of it.
//!
//! The agents who have declined an item are part of the key. So a search for one of them skips all items that it has declined
//! with their class, however many there are.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::base::hash::low_half;
use crate::base::table::{AgentHandle, QueueHandle};
use crate::plan::Tables;
use crate::router::store::item::Item;
use crate::routing::decline::Decline;
use crate::routing::requested_skills::RequestedSkill;

/// The requirements of a class: what a search compares with an agent before it reads any item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Requirements {
    /// The mandatory skills, as [`filter_bit`](crate::base::table::SkillHandle::filter_bit)s. Empty if a rule of the queue does not require them.
    pub(crate) skills: u64,
    /// Units of capacity.
    pub(crate) size: u32,
    /// The highest level of a mandatory skill. 0 if a rule of the queue does not require levels, or if there is no such skill.
    pub(crate) highest_level: u32,
    /// The number of open pools. Items that wait for a later pool have fewer agents.
    pub(crate) pools_open: u32,
    /// A hash of the parts that few items have; 0 without them. These parts are the gate classes, the agents who have declined the
    /// item, and the mandatory skills if a level is above 1 or if a rule of the queue does not require them.
    pub(crate) rare_hash: u32,
}

/// The class key of an item.
///
/// Two items of a queue are in one class if their sizes, their open pools, their mandatory skills and their gate classes are
/// equal, and the same agents have declined them. Skills and declines are compared in the items themselves
/// ([`has_same_skills`], [`has_same_declines`]).
pub(crate) struct ClassKey {
    pub(crate) requirements: Requirements,
    pub(crate) gate_classes: Option<Box<GateClasses>>,
}

/// The classes that the custom gates of a queue give to an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum GateClasses {
    /// One class per gate.
    Classes(Box<[u64]>),
    /// A gate gives none: the item is the only one of its class.
    Unique,
}

impl ClassKey {
    /// Computes the class key of an item in a queue.
    #[inline]
    pub(crate) fn new(tables: &Tables, queue: QueueHandle, item: &Item) -> Self {
        let gate_classes = gate_classes(tables, queue, item);
        let requirements = Requirements {
            skills: skill_filter(tables, queue, item),
            size: item.size(),
            highest_level: highest_level(tables, queue, item),
            // Counted before the item enters its class. When the next pool opens, a deadline moves the item to another class.
            pools_open: item.wait.pools_open,
            rare_hash: rare_hash(tables, queue, item, gate_classes.as_deref()),
        };
        Self {
            requirements,
            gate_classes,
        }
    }
}

/// Returns the hash of the parts of a class key that few items have. 0 if and only if an item has none of them.
#[inline]
fn rare_hash(
    tables: &Tables,
    queue: QueueHandle,
    item: &Item,
    gate_classes: Option<&GateClasses>,
) -> u32 {
    let request = &item.routed.request;
    let queue = tables.queue_plans.at(queue);
    // Otherwise the field `skills` differs between most classes of different skills.
    let hashes_skills = request.has_skills
        && mandatory_skills(item).any(|skill| skill.level > 1 || !queue.always_requires_skills);
    if gate_classes.is_none() && !request.has_declines && !hashes_skills {
        return 0;
    }
    let skills: Vec<_> = mandatory_skills(item).filter(|_| hashes_skills).collect();
    let declining: Vec<_> = declining_agents(item).collect();
    low_half(tables.hasher.hash_one((gate_classes, declining, skills))).max(1)
}

/// Returns `true` if two items have the same mandatory skills, at the same levels.
pub(crate) fn has_same_skills(item: &Item, other: &Item) -> bool {
    mandatory_skills(item).eq(mandatory_skills(other))
}

/// Returns `true` if the same agents have declined two items. The declines may lapse at different moments.
pub(crate) fn has_same_declines(item: &Item, other: &Item) -> bool {
    declining_agents(item).eq(declining_agents(other))
}

/// Returns the agents who have declined an item, in the order of their handles.
///
/// INVARIANT: while an item waits, its declines change only when it leaves its class.
fn declining_agents(item: &Item) -> impl Iterator<Item = AgentHandle> {
    item.routed.declines().iter().map(Decline::agent)
}

/// Returns the mandatory skills of an item, in the order of their handles.
fn mandatory_skills(item: &Item) -> impl Iterator<Item = &RequestedSkill> {
    let skills = item.routed.requested_skills().iter();
    skills.filter(|skill| skill.is_mandatory)
}

/// Returns the mandatory skills of an item as one word, so that most agents without them are excluded by one operation.
///
/// An agent who passes may still lack a skill, or its level: then the match of the class finds out.
fn skill_filter(tables: &Tables, queue: QueueHandle, item: &Item) -> u64 {
    if !tables.queue_plans.at(queue).always_requires_skills {
        return 0;
    }
    let bits = mandatory_skills(item).map(|requested| match requested.skill {
        Some(skill) => skill.filter_bit(),
        // No agent of the plan has the skill, and hardly any has all bits.
        None => u64::MAX,
    });
    bits.fold(0, |all, bits| all | bits)
}

/// Returns the highest level of a mandatory skill, if all rules of the queue require levels.
fn highest_level(tables: &Tables, queue: QueueHandle, item: &Item) -> u32 {
    if !tables.queue_plans.at(queue).always_requires_levels {
        return 0;
    }
    let levels = mandatory_skills(item).map(|requested| requested.level);
    levels.max().unwrap_or_default()
}

/// Returns the gate classes of an item, `None` if the rules of the queue have no custom gates.
fn gate_classes(tables: &Tables, queue: QueueHandle, item: &Item) -> Option<Box<GateClasses>> {
    let queue = tables.queue_plans.at(queue);
    if !queue.has_custom_gates {
        return None;
    }
    // Includes pools that are not open yet: a class can be narrower than necessary, but never too wide.
    let pools = tables.pools.span(queue.pools).iter();
    let gates = pools.flat_map(|pool| &tables.rule_plans.at(pool.rule).custom_gates);
    // The plan has no handle for a skill that no agent has, so two such skills compare as equal. A custom gate could tell them
    // apart by name, unless the rules exclude such items.
    let is_comparable = queue.always_requires_skills
        || mandatory_skills(item).all(|requested| requested.skill.is_some());
    let classes: Option<Box<[u64]>> = if is_comparable {
        gates
            .map(|(_, gate)| gate.class(item.routed.item()))
            .collect()
    } else {
        None
    };
    Some(Box::new(
        classes.map_or(GateClasses::Unique, GateClasses::Classes),
    ))
}
