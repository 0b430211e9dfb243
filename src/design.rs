//! How it works, and why it is so.
