//! Routers with many waiting items, and many agents who sign in and out.

pub(crate) mod allocator;
pub(crate) mod freed;
pub(crate) mod growth;
pub(crate) mod hostile;
pub(crate) mod memory;
