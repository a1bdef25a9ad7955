//! Who takes part, a file each.

mod by_hand;
mod django;
mod rjango_orm;
mod sea_orm;

use std::sync::Arc;

use crate::Result;
use crate::contender::Contender;
use crate::place::{Engine, Place};

/// A contender's name and how it is set up.
type Entry = (&'static str, fn(Engine, &Place) -> Result<Arc<dyn Contender>>);

/// All of them; the first is what the others are measured by.
pub const ALL: [Entry; 5] = [
    ("sqlx", by_hand::open),
    ("rjango", rjango_orm::open),
    ("sea-orm", sea_orm::open),
    ("django", django::open),
    ("sqlx-values", by_hand::open_values),
];
