//! minijinja, as rjango's pages had it before.

use minijinja::{Environment, Value, context};

use crate::Result;
use crate::contexts::{COLUMNS, admin_url, products};

/// The environment with the contexts of both pages. Prices and dates are texts: minijinja has no such values.
pub struct Pages {
    environment: Environment<'static>,
    list: Value,
    changes: Value,
}

impl Pages {
    pub fn new() -> Result<Self> {
        let mut environment = Environment::new();
        environment.add_template("base.html", include_str!("../pages/jinja/base.html"))?;
        environment.add_template("product_list.html", include_str!("../pages/jinja/product_list.html"))?;
        environment.add_template("change_list.html", include_str!("../pages/jinja/change_list.html"))?;
        environment.add_function("url", |_name: &str, pk: i64| format!("/products/{pk}/"));
        let list: Vec<Value> = products(20)
            .into_iter()
            .map(|product| {
                context! {
                    pk => product.pk, name => product.name, price => product.price.to_string(),
                    category => context! { name => product.category },
                }
            })
            .collect();
        let rows: Vec<Value> = products(100)
            .into_iter()
            .map(|product| {
                let values = [
                    Value::from(product.name),
                    Value::from(product.price.to_string()),
                    Value::from(product.stock),
                    Value::from(product.added.to_string()),
                    Value::from(product.category),
                    Value::from(product.note),
                ];
                let cells: Vec<Value> = COLUMNS
                    .iter()
                    .zip(values)
                    .map(|(name, value)| context! { name => *name, value => value })
                    .collect();
                context! { url => admin_url(product.pk), cells => cells }
            })
            .collect();
        let changes = context! { title => "Products", headers => COLUMNS.to_vec(), rows => rows };
        Ok(Self { environment, list: context! { products => list }, changes })
    }

    pub fn product_list(&self) -> Result<String> {
        Ok(self.environment.get_template("product_list.html")?.render(&self.list)?)
    }

    pub fn change_list(&self) -> Result<String> {
        Ok(self.environment.get_template("change_list.html")?.render(&self.changes)?)
    }
}
