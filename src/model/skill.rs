//! Skills that work items ask for. Skills are no section of the configuration: those that some agent holds exist.

use serde::{Deserialize, Serialize};

use crate::id::SkillId;

/// The maximum number of skills of a work item, its own and its channel's together.
pub const SKILLS_MAX: usize = 32;

/// A skill that a work item asks for.
///
/// The [`SkillMode`](crate::SkillMode) of the assignment rule defines the effect of a request. Under a rule that ignores
/// skills, it has no effect.
///
/// # Examples
///
/// ```
/// use handover::SkillRequest;
///
/// let request: SkillRequest = serde_json::from_str(r#"{"skill": "spanish", "mandatory": true}"#)?;
/// assert_eq!(request, SkillRequest::new("spanish").mandatory(true));
/// assert_eq!(request.level, 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(expecting = "a skill request: an object with `skill`, optionally `level` and `mandatory`")]
#[non_exhaustive]
pub struct SkillRequest {
    /// The skill.
    pub skill: SkillId,
    /// The level asked for, from 1. Default: 1.
    #[serde(default = "level_one")]
    pub level: u32,
    /// Whether rules that require skills exclude agents without the skill. Default: no.
    #[serde(default)]
    pub mandatory: bool,
}

/// Returns the level of a request that names none.
pub(crate) fn level_one() -> u32 {
    1
}

impl SkillRequest {
    /// Creates a request for a skill at level 1, not mandatory.
    pub fn new(skill: impl Into<SkillId>) -> Self {
        Self {
            skill: skill.into(),
            level: 1,
            mandatory: false,
        }
    }

    setters! {
        mandatory: bool;
    }

    number_setters! {
        level: u32;
    }
}
