//! What a row must be: lookups, the values that they compare with, `Q`, and queries inside of queries.

pub(in crate::typed) mod lookups;
pub(in crate::typed) mod operand;
pub(in crate::typed) mod q;
pub(in crate::typed) mod subquery;
