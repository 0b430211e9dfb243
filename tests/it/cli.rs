//! The command line programs in `examples`.

mod check;
mod replay;
