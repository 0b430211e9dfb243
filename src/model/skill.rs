//! Skills that work asks for.

use serde::Serialize;

use crate::id::SkillId;

/// The most skills that one work item may ask for, its own and its channel's together.
pub const SKILLS_MAX: usize = 32;

/// A skill that a work item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct SkillRequest {
    /// The skill.
    pub skill: SkillId,
    /// The level asked for, from 1. By default 1.
    pub level: u32,
    /// Whether a rule that requires skills takes nobody without it. By default not.
    pub mandatory: bool,
}

impl SkillRequest {
    /// Asks for a skill at level 1, as a wish.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::SkillRequest;
    ///
    /// let spanish = SkillRequest::new("spanish").level(2).mandatory(true);
    /// assert_eq!(spanish.level, 2);
    /// ```
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

read_object!(SkillRequest, "a skill request: an object with `skill`, and `level` and `mandatory` if need be", {
    skill: required,
    level: default(1),
    mandatory: default(false),
});
