//! The filter of the classes for which a freed agent may have become eligible.

use crate::router::waiting::class_key::Requirements;

/// Selects the classes for which an agent may have become eligible, by its skills, its highest skill level, and its spare capacity
/// on one channel before and after the change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassFilter {
    /// The skills of the agent, as in [`Requirements::skills`].
    pub(crate) skills: u64,
    /// The highest level at which the agent holds any skill.
    pub(crate) highest_level: u32,
    /// Items up to this size were matched before.
    pub(crate) spare_before: u64,
    pub(crate) spare_now: u64,
}

impl ClassFilter {
    /// Returns `true` if the agent may be eligible for a class for which it was not before.
    #[inline]
    pub(crate) fn fits(&self, requirements: &Requirements) -> bool {
        let size = u64::from(requirements.size);
        // In a plan of more than 64 skills, skills share bits: an agent who passes can still lack a skill.
        self.spare_before < size
            && size <= self.spare_now
            && requirements.highest_level <= self.highest_level
            && requirements.skills & !self.skills == 0
    }

    /// Returns a filter that passes all classes that one of the two filters passes. It can pass others as well.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self {
            skills: self.skills | other.skills,
            highest_level: self.highest_level.max(other.highest_level),
            spare_before: self.spare_before.min(other.spare_before),
            spare_now: self.spare_now.max(other.spare_now),
        }
    }
}
