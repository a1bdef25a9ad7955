//! What the database computes: aggregates, arithmetic, functions, `Case` and windows.

pub(in crate::typed) mod aggregates;
pub(in crate::typed) mod arithmetic;
pub(in crate::typed) mod case;
pub(in crate::typed) mod functions;
pub(in crate::typed) mod in_zone;
pub(in crate::typed) mod outside;
pub(in crate::typed) mod window;
