//! handover
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod hash;
mod id;
mod model;
mod table;
mod time;

pub use id::*;
pub use model::*;
pub use time::{Timestamp, TimestampError};
