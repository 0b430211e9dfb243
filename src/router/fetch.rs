//! Memory that is asked for before it is needed.

use core::hint::black_box;

/// Reads a value that is not needed yet, so that its memory is on its way while other things are done.
///
/// The texts of ids are shared, and their counts change by locked operations: on x86-64 each of these waits until all memory
/// that was read before it has come, and holds up what is read after it. What several of them touch is asked for before the
/// first, which then waits for all of it at once.
#[inline]
pub(super) fn fetch<T: Copy>(place: Option<&T>) {
    black_box(place.copied());
}
