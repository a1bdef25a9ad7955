//! What is on sale.

use chrono::{DateTime, Utc};
use rjango_macros::{Choices, Model};
use rjango_orm::{Auto, ForeignKey, ManyToMany};
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone)]
#[model(ordering = "name", verbose_name_plural = "categories")]
pub struct Category {
    pub id: Auto,
    #[field(max_length = 80, unique)]
    pub name: String,
}

#[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Sold,
}

#[derive(Model, Debug, Clone)]
#[model(unique_together = "name, category")]
pub struct Product {
    pub id: Auto,
    #[field(max_length = 200)]
    pub name: String,
    #[field(max_digits = 10, decimal_places = 2)]
    pub price: Decimal,
    #[field(on_delete = "cascade", related_name = "products")]
    pub category: Option<ForeignKey<Category>>,
    #[field(blank)]
    pub tags: ManyToMany<Tag>,
    #[field(default = true)]
    pub in_stock: bool,
    pub state: State,
    pub sold_at: Option<DateTime<Utc>>,
    #[field(auto_now_add)]
    pub created: DateTime<Utc>,
}

#[derive(Model, Debug, Clone)]
pub struct Tag {
    pub id: Auto,
    #[field(slug, unique)]
    pub label: String,
}

#[derive(Model, Debug, Clone)]
pub struct Review {
    #[field(max_length = 60, primary_key)]
    pub slug: String,
    #[field(on_delete = "protect")]
    pub product: ForeignKey<Product>,
    pub text: String,
    #[field(max_length = 10, blank)]
    pub note: String,
}

impl std::fmt::Display for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}
