//! The skills that an item requests, resolved to handles.

use alloc::boxed::Box;
use alloc::vec::Vec;

use smallvec::SmallVec;

use crate::base::table::SkillHandle;
use crate::model::SkillRequest;
use crate::plan::Tables;

/// The number of requested skills that are stored without an allocation. Most items request no more.
const INLINE_SKILLS: usize = 2;

/// A requested skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RequestedSkill {
    /// `None` if no agent of the plan has the skill.
    pub(crate) skill: Option<SkillHandle>,
    pub(crate) is_mandatory: bool,
    pub(crate) level: u32,
}

/// A sorted list of requested skills, so that equal requests have equal lists.
pub(crate) type RequestedList = SmallVec<[RequestedSkill; INLINE_SKILLS]>;

/// The requested skills of an item.
#[derive(Debug)]
pub(crate) struct RequestedSkills {
    pub(crate) list: RequestedList,
    /// All requests, by id; `None` if they are the item's own list.
    pub(crate) merged: Option<Box<[SkillRequest]>>,
}

impl RequestedSkills {
    /// Resolves the item's own list of requests.
    #[inline]
    pub(crate) fn own(tables: &Tables, requests: &mut [SkillRequest]) -> Self {
        Self {
            list: resolve_all(tables, requests),
            merged: None,
        }
    }

    /// Resolves requests that differ from the item's own list.
    pub(crate) fn merged(tables: &Tables, mut requests: Vec<SkillRequest>) -> Self {
        Self {
            list: resolve_all(tables, &mut requests),
            merged: Some(requests.into()),
        }
    }
}

#[inline]
fn resolve_all(tables: &Tables, requests: &mut [SkillRequest]) -> RequestedList {
    let mut list: RequestedList = requests
        .iter_mut()
        .map(|request| RequestedSkill::resolve(tables, request))
        .collect();
    list.sort_unstable();
    list
}

impl RequestedSkill {
    /// Resolves a request. Its id shares the text of the plan from then on.
    #[inline]
    pub(crate) fn resolve(tables: &Tables, request: &mut SkillRequest) -> Self {
        Self {
            skill: tables.skills.intern(&mut request.skill),
            is_mandatory: request.mandatory,
            level: request.level,
        }
    }
}
