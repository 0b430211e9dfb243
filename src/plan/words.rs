//! How sentences name things.

use core::fmt;

use crate::id::GroupId;

/// Writes ``group `a` `` or ``groups `a`, `b`, `c` and 4 more``.
pub(crate) struct GroupNames<'a>(pub(crate) &'a [GroupId]);

const NAMED_MAX: usize = 3;

impl fmt::Display for GroupNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 {
            "group "
        } else {
            "groups "
        })?;
        for (place, group) in self.0.iter().take(NAMED_MAX).enumerate() {
            let joint = match place {
                0 => "",
                _ if place + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{joint}`{group}`")?;
        }
        match self.0.len().saturating_sub(NAMED_MAX) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
