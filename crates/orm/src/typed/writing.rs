//! What a query set writes: rows created, changed and deleted, one or many.

pub(in crate::typed) mod assigned;
pub(in crate::typed) mod bulk;
pub(in crate::typed) mod write;
