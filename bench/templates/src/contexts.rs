//! The values of both pages, the same for each engine.

use chrono::NaiveDate;
use rust_decimal::Decimal;

const NAMES: [&str; 4] = ["Green tea", "Tom & Jerry's", "Coffee <strong>", "Milk"];

/// The columns of the change list.
pub const COLUMNS: [&str; 6] = ["name", "price", "stock", "added", "category", "note"];

/// A product.
pub struct Product {
    pub pk: i64,
    pub name: &'static str,
    pub price: Decimal,
    pub stock: i64,
    pub added: NaiveDate,
    pub category: &'static str,
    pub note: &'static str,
}

/// The products from 1 to this number.
pub fn products(count: i64) -> Vec<Product> {
    (1..=count)
        .map(|pk| Product {
            pk,
            name: NAMES[(pk % 4) as usize],
            price: Decimal::new(pk * 35, 2),
            stock: pk * 7,
            added: NaiveDate::from_ymd_opt(2026, 1 + (pk % 12) as u32, 1 + (pk % 28) as u32).unwrap_or_default(),
            category: "Drinks",
            note: if pk % 3 == 0 { "new" } else { "" },
        })
        .collect()
}

/// The address of a product in the admin.
pub fn admin_url(pk: i64) -> String {
    format!("/admin/shop/product/{pk}/change/")
}
