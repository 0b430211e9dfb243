//! Hints for the compiler.
//!
//! The code of one input is larger than a first-level cache. Code that runs rarely is therefore kept apart from the rest.

/// Marks the calling branch as unlikely, so that its code is placed apart from the code that every input runs.
#[cold]
#[inline(never)]
pub(crate) fn cold_path() {}
