//! The skills that an item requests, resolved to handles.
//!
//! Decisions and the waiting classes of the router read handles. The ids stay in the item, or, if the channel requests
//! skills too, in a merged list:
//!
//! ```text
//! item.skills         spanish (level 2, mandatory)                the item's own requests
//! channel's rules     vip → skill "returns"                       apply to this item
//! merged              spanish, returns                            what explanations and custom rules see
//! list                { none, 1 }, { skill 7, mandatory, 2 }      what decisions see; nobody holds "returns"
//! ```

use alloc::boxed::Box;
use alloc::vec::Vec;

use smallvec::SmallVec;

use crate::base::table::SkillHandle;
use crate::model::SkillRequest;
use crate::plan::Tables;

/// The number of requested skills that are stored without an allocation. Most items request at most two.
const INLINE_SKILLS: usize = 2;

/// A requested skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RequestedSkill {
    /// `None` if no agent of the plan has the skill.
    pub(crate) skill: Option<SkillHandle>,
    /// Whether rules that require skills exclude agents without the skill.
    pub(crate) is_mandatory: bool,
    /// The level asked for, at least 1.
    pub(crate) level: u32,
}

/// A sorted list of requested skills, so that equal requests have equal lists: items of equal lists can share a waiting
/// class.
pub(crate) type RequestedList = SmallVec<[RequestedSkill; INLINE_SKILLS]>;

/// The requested skills of an item.
#[derive(Debug)]
pub(crate) struct RequestedSkills {
    /// The requests by handle.
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

/// Resolves some requests, whose ids share the texts of the plan from then on.
#[inline]
pub(crate) fn resolve_all(tables: &Tables, requests: &mut [SkillRequest]) -> RequestedList {
    let requests = requests.iter_mut();
    let resolved = requests.map(|request| RequestedSkill::resolve(tables, request));
    let mut list: RequestedList = resolved.collect();
    list.sort_unstable();
    list
}

impl RequestedSkill {
    /// Resolves a request. Its id shares the text of the plan from then on.
    #[inline]
    pub(crate) fn resolve(tables: &Tables, request: &mut SkillRequest) -> Self {
        Self {
            // `None` for a skill that nobody holds. If it is mandatory, a rule that requires skills finds nobody.
            skill: tables.skills.intern(&mut request.skill),
            is_mandatory: request.mandatory,
            level: request.level,
        }
    }
}
