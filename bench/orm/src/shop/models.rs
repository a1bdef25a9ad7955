//! rjango's models.

use rjango::models::*;

#[derive(Model, Debug, Clone)]
pub struct Category {
    pub id: Auto,
    #[field(max_length = 80)]
    pub name: String,
}

#[derive(Model, Debug, Clone)]
pub struct Product {
    pub id: Auto,
    #[field(max_length = 200)]
    pub name: String,
    #[field(max_digits = 10, decimal_places = 2)]
    pub price: Decimal,
    #[field(on_delete = "cascade")]
    pub category: ForeignKey<Category>,
    pub created: DateTime,
}
