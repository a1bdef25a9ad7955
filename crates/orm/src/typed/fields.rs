//! What a query speaks of: a model's fields, their columns, its relations, and what the derive says of them.

pub(in crate::typed) mod at;
pub(in crate::typed) mod column;
pub(in crate::typed) mod columns;
pub(in crate::typed) mod describe;
pub(in crate::typed) mod field;
pub(in crate::typed) mod json;
pub(in crate::typed) mod null;
pub(in crate::typed) mod place;
pub(in crate::typed) mod relation;
pub(in crate::typed) mod unknown;
