//! The shop that the cases query.

pub use rjango_macros::{Choices, Model, f, q, set};
pub use rjango_orm::{Auto, F, ForeignKey, ManyToMany, Model, ModelInstance as _, OneToOne, Q, QuerySet, dec};
pub use rust_decimal::Decimal;

#[derive(Model, Debug, Clone)]
pub struct Category {
    pub id: Auto,
    #[field(max_length = 80, unique)]
    pub name: String,
}

#[derive(Model, Debug, Clone)]
pub struct Product {
    pub id: Auto,
    #[field(max_length = 200)]
    pub name: String,
    #[field(max_digits = 10, decimal_places = 2)]
    pub price: Decimal,
    #[field(on_delete = "cascade", related_name = "products")]
    pub category: Option<ForeignKey<Category>>,
}
