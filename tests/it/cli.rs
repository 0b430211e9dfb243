//! The command line programs in `examples`.

mod check;
mod journal;
mod replay;
