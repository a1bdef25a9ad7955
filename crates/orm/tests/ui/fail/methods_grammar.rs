extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use rjango_macros::methods;
#[allow(unused_imports)]
use shop::*;

#[methods]
impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

#[methods]
fn cheap() {}

#[methods("shop")]
impl Category {}

#[methods]
impl Product {
    pub fn pk(&self) -> i64 {
        1
    }

    pub fn generic<T: Default>(&self) -> i64 {
        1
    }

    pub fn touch(&self) {}

    pub fn boxed(self: Box<Self>) -> i64 {
        1
    }

    pub unsafe fn raw(&self) -> i64 {
        1
    }

    pub fn twice(&self) -> i64 {
        1
    }

    pub fn twice(&self) -> i64 {
        2
    }

    #[alters_data(yes)]
    pub fn sell(&self) {}

    #[alters_data]
    fn inner(&self) {}

    #[alters_data]
    pub fn all() {}
}

#[methods]
impl Category {
    fn inner(&self) -> bool {
        true
    }
}

fn main() {}
