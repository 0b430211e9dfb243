//! What the items of a class have in common.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash, Hasher};

use crate::hash::Seeded;
use crate::plan::Compiled;
use crate::routed::AskedSkill;
use crate::router::item::Work;
use crate::table::{Handle, QueueHandle};

/// What the items of a class of a queue have in common.
#[derive(Clone, Debug)]
pub(super) struct ClassKey {
    size: u32,
    pools_open: u32,
    /// The mandatory skills, by skill.
    skills: Skills,
    own: Option<Box<Own>>,
}

/// Skills: the few that most items ask for are kept at hand.
#[derive(Clone, Debug)]
enum Skills {
    Few([Option<AskedSkill>; FEW]),
    Many(Box<[AskedSkill]>),
}

const FEW: usize = 2;

/// What the queue's own gates see alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Own {
    /// The classes that the gates name.
    Classes(Box<[u64]>),
    /// A gate names none: the item of this arrival is alone.
    Item(u64),
}

/// The same of one item that belongs into a queue.
pub(super) struct Kind<'a> {
    pub(super) queue: QueueHandle,
    pub(super) size: u32,
    pools_open: u32,
    asked: &'a [AskedSkill],
    own: Option<Box<Own>>,
}

impl<'a> Kind<'a> {
    #[inline]
    pub(super) fn of(plan: &Compiled, queue: QueueHandle, work: &'a Work) -> Self {
        Self {
            queue,
            size: work.size(),
            pools_open: work.wait.pools_open,
            asked: work.routed.asked(),
            own: own(plan, queue, work),
        }
    }

    fn mandatory(&self) -> impl Iterator<Item = AskedSkill> {
        self.asked.iter().filter(|asked| asked.mandatory).copied()
    }

    pub(super) fn has(&self, key: &ClassKey) -> bool {
        key.size == self.size
            && key.pools_open == self.pools_open
            && key.skills.iter().eq(self.mandatory())
            && key.own == self.own
    }

    pub(super) fn key(&self) -> ClassKey {
        ClassKey {
            size: self.size,
            pools_open: self.pools_open,
            skills: Skills::new(self.mandatory()),
            own: self.own.clone(),
        }
    }

    #[inline]
    pub(super) fn hash(&self, hasher: Seeded) -> u64 {
        let Self {
            queue,
            size,
            pools_open,
            ..
        } = *self;
        let own = self.own.as_deref();
        hash(hasher, queue, size, pools_open, self.mandatory(), own)
    }

    /// The skills that whoever takes such an item must have, as [`skill_bit`]s: none where a rule might not require them.
    pub(super) fn demand(&self, plan: &Compiled) -> u64 {
        if !plan.queue_plans.at(self.queue).requires_skills {
            return 0;
        }
        let bits = self.mandatory().map(|asked| match asked.skill() {
            Some(skill) => skill_bit(skill),
            // Nobody has it.
            None => u64::MAX,
        });
        bits.fold(0, |all, bits| all | bits)
    }
}

impl ClassKey {
    pub(super) fn hash(&self, queue: QueueHandle, hasher: Seeded) -> u64 {
        let Self {
            size,
            pools_open,
            ref skills,
            ref own,
        } = *self;
        hash(
            hasher,
            queue,
            size,
            pools_open,
            skills.iter(),
            own.as_deref(),
        )
    }
}

impl Skills {
    fn new(mut skills: impl Iterator<Item = AskedSkill>) -> Self {
        let few = [(); FEW].map(|()| skills.next());
        match skills.next() {
            None => Self::Few(few),
            Some(next) => {
                let rest = [next].into_iter().chain(skills);
                Self::Many(few.into_iter().flatten().chain(rest).collect())
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = AskedSkill> {
        let (few, many): (&[_], &[_]) = match self {
            Self::Few(few) => (few, &[]),
            Self::Many(many) => (&[], many),
        };
        few.iter().flatten().chain(many).copied()
    }
}

/// A bit that stands for a skill, and, where a plan has many, for others besides.
pub(super) fn skill_bit(skill: impl Handle) -> u64 {
    1 << (skill.index() % 64)
}

fn hash(
    hasher: Seeded,
    queue: QueueHandle,
    size: u32,
    pools_open: u32,
    skills: impl Iterator<Item = AskedSkill>,
    own: Option<&Own>,
) -> u64 {
    let mut state = hasher.build_hasher();
    state.write_u64((queue.index() as u64) << 32 | u64::from(size));
    state.write_u32(pools_open);
    for asked in skills {
        asked.hash(&mut state);
    }
    if let Some(own) = own {
        own.hash(&mut state);
    }
    state.finish()
}

/// What the gates of a queue's rules see of an item, if there are any.
fn own(plan: &Compiled, queue: QueueHandle, work: &Work) -> Option<Box<Own>> {
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
    let asked = work.routed.asked();
    let is_told_apart = queue.requires_skills
        || asked
            .iter()
            .all(|asked| !asked.mandatory || asked.skill().is_some());
    let classes: Option<Vec<u64>> = if is_told_apart {
        gates.map(|gate| gate.class(item)).collect()
    } else {
        None
    };
    Some(Box::new(match classes {
        Some(classes) => Own::Classes(classes.into()),
        None => Own::Item(work.arrival),
    }))
}
