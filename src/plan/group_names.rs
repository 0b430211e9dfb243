//! A list of groups in a sentence, for lints and reachability.

use core::fmt;

/// Some groups of a queue. A queue may have hundreds, so that at most three are named.
///
/// Writes ``group `a` ``, ``groups `a` and `b` ``, or ``groups `a`, `b`, `c` and 4 more``.
pub(crate) struct GroupNames<'a, G>(pub(crate) &'a [G]);

impl<G: fmt::Display> fmt::Display for GroupNames<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED_MAX: usize = 3;
        let count = self.0.len();
        f.write_str(if count == 1 { "group " } else { "groups " })?;
        for (index, group) in self.0.iter().take(NAMED_MAX).enumerate() {
            // Commas, and `and` before the last group if all are named.
            let separator = match index {
                0 => "",
                _ if index + 1 == count => " and ",
                _ => ", ",
            };
            write!(f, "{separator}`{group}`")?;
        }
        match count.saturating_sub(NAMED_MAX) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
