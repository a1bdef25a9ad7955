extern crate rjango_orm as rjango;

#[path = "../shop.rs"]
#[allow(unused_imports, dead_code)]
mod shop;

use rjango_macros::methods;
#[allow(unused_imports)]
use shop::*;

pub struct Opaque;

#[methods]
impl Product {
    pub fn opaque(&self) -> Opaque {
        Opaque
    }

    pub async fn hidden(&self) -> Result<Opaque, std::io::Error> {
        Ok(Opaque)
    }

    pub fn failing(&self) -> Result<i64, Opaque> {
        Ok(1)
    }
}

struct NotOurs;

#[methods]
impl NotOurs {
    pub fn shown(&self) -> bool {
        true
    }
}

fn main() {}
