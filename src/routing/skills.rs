//! The skills that an item asks for, by handle.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base::table::{Handle, SkillHandle};
use crate::model::{SkillRequest, WorkItem};
use crate::plan::Tables;
pub(crate) use crate::routing::routed::Rare;

/// So many skills are kept with the item itself; most items ask for no more.
pub(crate) const INLINE_SKILLS: usize = 2;

/// A skill asked for: its handle, if any agent has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RequestedSkill {
    /// The number of the skill, [`NOBODYS`](Self::NOBODYS) if no agent has it, and, as the lowest bit, whether it is
    /// mandatory.
    skill: u32,
    pub(crate) level: u32,
}

impl RequestedSkill {
    const NOBODYS: u32 = u32::MAX >> 1;

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a plan has fewer skills than 31 bits can count"
    )]
    fn new(skill: Option<SkillHandle>, level: u32, mandatory: bool) -> Self {
        let skill = skill.map_or(Self::NOBODYS, |skill| skill.index() as u32);
        Self {
            skill: skill << 1 | u32::from(mandatory),
            level,
        }
    }

    #[inline]
    pub(crate) fn skill(self) -> Option<SkillHandle> {
        let skill = self.skill >> 1;
        (skill != Self::NOBODYS).then(|| SkillHandle::from_index(skill as usize))
    }

    #[inline]
    pub(crate) fn is_mandatory(self) -> bool {
        self.skill & 1 == 1
    }
}

/// Skills that are asked for, by handle.
pub(crate) struct SkillSet {
    pub(crate) inline: [RequestedSkill; INLINE_SKILLS],
    pub(crate) inline_len: u8,
    /// Where they are too many to have at hand, or not just those that the item names: nothing else is noted there so far.
    pub(crate) rare: Option<Box<Rare>>,
    pub(crate) has_skills: bool,
    pub(crate) has_wishes: bool,
    /// Whether agents have them all.
    pub(crate) are_known: bool,
}

impl SkillSet {
    /// Resolves skills.
    #[inline]
    pub(crate) fn of(plan: &Tables, skills: &[SkillRequest]) -> Self {
        let mut own = Self {
            inline: [RequestedSkill::new(None, 0, false); INLINE_SKILLS],
            inline_len: 0,
            rare: None,
            has_skills: !skills.is_empty(),
            has_wishes: false,
            are_known: true,
        };
        let are_few = skills.len() <= INLINE_SKILLS;
        for request in skills {
            let skill = plan.skills.find(request.skill.as_str());
            own.are_known &= skill.is_some();
            own.has_wishes |= !request.mandatory;
            let asked = RequestedSkill::new(skill, request.level, request.mandatory);
            if are_few && let Some(place) = own.inline.get_mut(usize::from(own.inline_len)) {
                *place = asked;
                own.inline_len += 1;
            } else {
                own.rare.get_or_insert_default().asked.push(asked);
            }
        }
        let [first, second] = &mut own.inline;
        if own.inline_len == 2 && first > second {
            core::mem::swap(first, second);
        }
        if let Some(rare) = &mut own.rare {
            rare.asked.sort_unstable();
        }
        own
    }

    /// Whether each skill is asked for once, where that is told by handles; none where texts have to be compared.
    #[inline]
    pub(crate) fn are_different(&self) -> Option<bool> {
        let [first, second] = self.inline;
        let is_told = self.rare.is_none() && self.are_known;
        is_told.then(|| self.inline_len < 2 || first.skill() != second.skill())
    }

    /// The same of all skills that an item asks for, which need not be just those that it names.
    pub(crate) fn of_all(plan: &Tables, item: &WorkItem, all: Vec<SkillRequest>) -> Self {
        let mut own = Self::of(plan, &all);
        if all == item.skills {
            return own;
        }
        own.rare.get_or_insert_default().skills = Some(all.into());
        own
    }
}
