//! Models in views and templates, through the derive, as a project writes them.
#![allow(clippy::unwrap_used, missing_docs)]

extern crate rjango_http as rjango;

mod site;

use std::fmt;

use rjango_core::Result;
use rjango_http::shortcuts::{get_list_or_404, get_object_or_404, json, render};
use rjango_http::{Request, Response, Templates, context, path, urls};
use rjango_macros::{Model, q};
use rjango_orm::Auto;
use site::site;

#[derive(Model, Debug, Clone)]
pub struct Product {
    pub id: Auto,
    #[field(max_length = 200)]
    pub name: String,
    pub stock: i32,
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

async fn detail(request: Request, pk: i64) -> Result<Response> {
    let product = get_object_or_404(Product::objects().filter(q!(pk = pk))).await?;
    render(&request, "detail.html", context! { product })
}

async fn list(_request: Request) -> Result<Response> {
    let products = get_list_or_404(Product::objects().filter(q!(stock__gt = 0))).await?;
    Ok(json(context! { products }))
}

fn count(_request: Request) -> Result<Response> {
    Ok(json(Product::objects().count().sync()?))
}

#[test]
fn views_of_models_are_views() {
    let urls = urls![path("<int:pk>/", detail), path("", list), path("count/", count)];
    assert_eq!(urls.check(), []);
}

#[tokio::test]
async fn a_model_is_its_name_and_its_fields_in_a_template() {
    let products = vec![Product { name: "Tea & more".to_owned(), stock: 3, ..Default::default() }];
    let site = std::sync::Arc::new(site(urls![path("", list)], |_| {}));
    let source = "{% for product in products %}{{ product }}: {{ product.stock }}{% endfor %}";
    let inside = std::sync::Arc::clone(&site);
    let templates = site.require::<Templates>().unwrap();
    let page = templates.render_text("page.html", source, context! { products });
    assert_eq!(inside.scope(page).await.unwrap(), "Tea &amp; more: 3");
}
