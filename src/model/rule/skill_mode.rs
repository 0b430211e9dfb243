//! The effect of skills in a rule.

use serde::{Deserialize, Serialize};

/// The effect of skills in a rule.
///
/// | mode | excludes agents | orders agents by |
/// |---|---|---|
/// | `Ignore` | | |
/// | `Prefer` | | number of skills |
/// | `Require` | without a mandatory skill | number of skills |
/// | `PreferLevels` | | number of skills, then number of skills at the level asked for |
/// | `RequireLevels` | without a mandatory skill at the level asked for | number of skills, then number at the level asked for |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SkillMode {
    /// Skills have no effect.
    Ignore,
    /// Agents with more of the skills come first.
    Prefer,
    /// Mandatory skills are required; agents with more of the skills come first.
    Require,
    /// As `Prefer`; among equals, agents with more of the skills at the level asked for come first.
    PreferLevels,
    /// As `PreferLevels`; mandatory skills are required at the level asked for.
    RequireLevels,
}

impl SkillMode {
    /// Returns whether skills have an effect.
    pub(crate) const fn has_effect(self) -> bool {
        !matches!(self, Self::Ignore)
    }

    /// Returns whether mandatory skills are required.
    pub(crate) const fn requires_mandatory(self) -> bool {
        matches!(self, Self::Require | Self::RequireLevels)
    }

    /// Returns whether mandatory skills are required at the level asked for.
    pub(crate) const fn requires_levels(self) -> bool {
        matches!(self, Self::RequireLevels)
    }

    /// Returns whether levels have an effect.
    pub(crate) const fn uses_levels(self) -> bool {
        matches!(self, Self::PreferLevels | Self::RequireLevels)
    }
}
