//! The tour's models, as its author writes them.

use crate::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(ordering = "name", verbose_name_plural = "categories")]
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
    pub tags: ManyToMany<Tag>,
    #[field(auto_now_add)]
    pub created: DateTime,
}

#[derive(Model, Debug, Clone)]
pub struct Tag {
    pub id: Auto,
    #[field(slug, unique)]
    pub label: String,
}

// Django's __str__: the admin, the shell and messages show it where a model has it.
impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

#[query_set]
impl ProductQuery for QuerySet<Product> {
    /// What costs less than this.
    fn cheaper_than(self, price: Decimal) -> Self {
        self.filter(q!(price__lt = price))
    }
}

#[query_set(pub(crate))]
impl ProductCounts for QuerySet<Product> {
    /// How many there are of each category.
    async fn per_category(self) -> Result<Vec<(Option<String>, i64)>> {
        self.order_by(f!(category__name)).values_list(|p| (p.category().name(), p.id().count())).await
    }
}
