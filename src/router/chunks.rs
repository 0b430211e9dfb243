//! Values in places that do not change, of which more are made without moving those that are there.

use alloc::vec::Vec;

/// So many places are made of one piece; the pieces stay where they are.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 10;

/// Values, each in a place of its own until it is taken out.
#[derive(Clone, Debug)]
pub(super) struct Chunks<T> {
    chunks: Vec<Vec<Option<T>>>,
    free: Vec<u32>,
    len: u32,
}

impl<T> Chunks<T> {
    pub(super) fn new() -> Self {
        Self {
            chunks: Vec::new(),
            free: Vec::new(),
            len: 0,
        }
    }

    #[inline]
    pub(super) fn get(&self, place: u32) -> Option<&T> {
        let (chunk, place) = split(place);
        self.chunks.get(chunk)?.get(place)?.as_ref()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        let (chunk, place) = split(place);
        self.chunks.get_mut(chunk)?.get_mut(place)?.as_mut()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts a value into a free place, and says which.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a chunk has less places than 32 bits can count, and so have all of them together"
    )]
    pub(super) fn insert(&mut self, value: T) -> u32 {
        self.len += 1;
        if let Some(free) = self.free.pop() {
            let (chunk, place) = split(free);
            let chunk = self.chunks.get_mut(chunk);
            if let Some(slot) = chunk.and_then(|chunk| chunk.get_mut(place)) {
                *slot = Some(value);
            }
            return free;
        }
        if self.chunks.last().is_none_or(|last| last.len() == CHUNK) {
            self.chunks.push(Vec::new());
        }
        let before = (self.chunks.len() - 1) << CHUNK_BITS;
        let Some(last) = self.chunks.last_mut() else {
            return 0;
        };
        last.push(Some(value));
        (before + last.len() - 1) as u32
    }

    /// Drops a value where it is; its place is free from then on.
    #[inline]
    pub(super) fn remove(&mut self, place: u32) {
        let (chunk, index) = split(place);
        let chunk = self.chunks.get_mut(chunk);
        if let Some(slot) = chunk.and_then(|chunk| chunk.get_mut(index))
            && slot.is_some()
        {
            *slot = None;
            self.free.push(place);
            self.len -= 1;
        }
    }

    /// All values, each with its place.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let slots = self.chunks.iter().flatten();
        let places = (0_u32..).zip(slots);
        places.filter_map(|(place, slot)| Some((place, slot.as_ref()?)))
    }
}

#[inline]
fn split(place: u32) -> (usize, usize) {
    let place = place as usize;
    (place >> CHUNK_BITS, place & (CHUNK - 1))
}
