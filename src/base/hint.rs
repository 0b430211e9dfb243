//! What the compiler cannot know.

/// Marks the path on which it is called as one that is hardly ever taken, or only by those who configure what few do: its code
/// lies apart from what is done with every input, which is quick as long as it lies together (see [`design`](crate::design)).
#[cold]
#[inline(never)]
pub(crate) fn cold_path() {}
