//! Hints for the compiler.

/// Marks the calling branch as unlikely, so that its code is placed apart from the code that every input runs.
#[cold]
#[inline(never)]
pub(crate) fn cold_path() {}
