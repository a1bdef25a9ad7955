//! JSON's `null` in the shell, where `None` is NULL.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};

/// What `JSONNull()` gives: as the value of a field it is JSON's `null`.
#[derive(Debug, Clone, Copy)]
pub struct JsonNullObject;

impl Object for JsonNullObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSONNull()")
    }
}
