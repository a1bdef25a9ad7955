extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use shop::*;

#[derive(Model, Debug, Clone)]
pub struct Event {
    pub id: Auto,
    pub day: chrono::NaiveDate,
    pub at: chrono::DateTime<chrono::Utc>,
}

fn main() {
    let _ = Event::objects().filter(q!(day = "2026-01-31"));
    let _ = Event::objects().update(set!(at = "2026-01-31"));
}
