//! An allocator that counts the bytes that live, as they were asked for. It hands everything on to the system's.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// The bytes that live now.
pub(crate) fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// Makes something, and says how many bytes more live than before.
pub(crate) fn counted<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let before = live();
    let thing = make();
    (thing, live().saturating_sub(before))
}

// SAFETY: every call is handed on to the system's allocator as it came; what is counted beside it is never read here.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: what the caller promises is what is asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: what the caller promises is what is asked for.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_add(size, Ordering::Relaxed);
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: what the caller promises is what is asked for.
        unsafe { System.realloc(memory, layout, size) }
    }
}
