//! Values in places that do not change, of which more are made without moving those that are there.

use alloc::vec::Vec;

use crate::base::hint::cold_path;

/// A piece has so many places, and stays where it is.
const PIECE: usize = 1 << PIECE_BITS;
const PIECE_BITS: u32 = 10;

/// Names the handle of a kind of things that are in chunks: none takes no more room than one.
macro_rules! place_handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(core::num::NonZeroU32);

        impl $name {
            pub(crate) fn new(place: u32) -> Self {
                Self(core::num::NonZeroU32::MIN.saturating_add(place))
            }

            pub(crate) fn place(self) -> u32 {
                self.0.get() - 1
            }
        }
    };
}

pub(crate) use place_handle;

/// Values, each in a place of its own until it is taken out.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    pieces: Vec<Vec<Option<T>>>,
    free: Vec<u32>,
    len: u32,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Self {
            pieces: Vec::new(),
            free: Vec::new(),
            len: 0,
        }
    }

    #[inline]
    pub(crate) fn get(&self, place: u32) -> Option<&T> {
        let (piece, place) = split(place);
        let found = self.pieces.get(piece).and_then(|piece| piece.get(place));
        let Some(Some(value)) = found else {
            cold_path();
            return None;
        };
        Some(value)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        let (piece, place) = split(place);
        let piece = self.pieces.get_mut(piece);
        let Some(Some(value)) = piece.and_then(|piece| piece.get_mut(place)) else {
            cold_path();
            return None;
        };
        Some(value)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts a value into a free place, and says which.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a piece has less places than 32 bits can count, and so have all of them together"
    )]
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        self.len += 1;
        if let Some(free) = self.free.pop() {
            let (piece, place) = split(free);
            let piece = self.pieces.get_mut(piece);
            if let Some(slot) = piece.and_then(|piece| piece.get_mut(place)) {
                *slot = Some(value);
            }
            return free;
        }
        if self.pieces.last().is_none_or(|last| last.len() == PIECE) {
            self.pieces.push(Vec::new());
        }
        let before = (self.pieces.len() - 1) << PIECE_BITS;
        let Some(last) = self.pieces.last_mut() else {
            return 0;
        };
        last.push(Some(value));
        (before + last.len() - 1) as u32
    }

    /// Drops a value where it is; its place is free from then on.
    #[inline]
    pub(crate) fn remove(&mut self, place: u32) {
        let (piece, index) = split(place);
        let piece = self.pieces.get_mut(piece);
        if let Some(slot) = piece.and_then(|piece| piece.get_mut(index))
            && slot.is_some()
        {
            *slot = None;
            self.free.push(place);
            self.len -= 1;
        }
    }

    /// All values, each with its place.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let slots = self.pieces.iter().flatten();
        let places = (0_u32..).zip(slots);
        places.filter_map(|(place, slot)| Some((place, slot.as_ref()?)))
    }
}

#[inline]
fn split(place: u32) -> (usize, usize) {
    let place = place as usize;
    (place >> PIECE_BITS, place & (PIECE - 1))
}
