//! Columns, order, search, filters, pages, and how many queries a list costs.

use rjango_core::Result;
use rjango_http::StatusCode;
use rjango_macros::q;

use crate::shop::models::{Category, Product, State};
use crate::site::{XSS, client, first_column, has, inside, lacks, location, stock};

const LIST: &str = "/admin/shop/product/";

#[tokio::test]
async fn columns_show_values_and_related_rows() {
    let mut client = client("root").await;
    has(&client.get(LIST).await, "No products yet.");
    stock(&client).await;
    let page = client.get(LIST).await;
    has(&page, "Select product to change");
    has(&page, "<td class=\"field-price\">3.50</td>");
    has(&page, "<td class=\"field-category\">Drinks</td>");
    has(&page, "<span class=\"bool yes\">Yes</span>");
    has(&page, "3 products");
    has(&client.get("/admin/shop/category/").await, "<th scope=\"row\" class=\"field-__str__\">");
}

#[tokio::test]
async fn headers_sort() {
    let mut client = client("root").await;
    stock(&client).await;
    for (query, names) in [
        ("", ["Bread", "Tea", "Coffee"]),
        ("?o=1", ["Bread", "Coffee", "Tea"]),
        ("?o=-1", ["Tea", "Coffee", "Bread"]),
        ("?o=2", ["Tea", "Coffee", "Bread"]),
        ("?o=-3.2", ["Bread", "Tea", "Coffee"]),
        ("?o=99.x", ["Bread", "Tea", "Coffee"]),
    ] {
        assert_eq!(first_column(&client.get(&format!("{LIST}{query}")).await), names, "{query}");
    }
    let page = client.get("/admin/shop/product/?o=1.-2").await;
    has(&page, "sorted ascending\"><a href=\"?o=-1.-2\">Name");
    has(&page, "sorted descending\"><a href=\"?o=2.1\">Price");
}

#[tokio::test]
async fn every_word_must_be_found() {
    let mut client = client("root").await;
    stock(&client).await;
    for (query, names) in [
        ("q=tea", vec!["Tea"]),
        ("q=drinks", vec!["Tea", "Coffee"]),
        ("q=drinks+cof", vec!["Coffee"]),
        ("q=drinks+bread", vec![]),
        ("q=%25", vec![]),
    ] {
        assert_eq!(first_column(&client.get(&format!("{LIST}?{query}")).await), names, "{query}");
    }
    let page = client.get("/admin/shop/product/?q=tea").await;
    has(&page, "1 result (<a href=\"?\">3 total</a>)");
    let page = client.get(&format!("{LIST}?q=%3Cscript%3Ealert('1')%3C/script%3E")).await;
    lacks(&page, XSS);
    has(&page, "No products match.");
}

#[tokio::test]
async fn filters_narrow_the_list() -> Result<()> {
    let mut client = client("root").await;
    stock(&client).await;
    let drinks = inside(&client, async { Category::objects().get(q!(name = "Drinks")).await }).await.id.get().unwrap();
    for (query, count) in [
        (format!("category__id__exact={drinks}"), 2),
        (format!("category__exact={drinks}"), 2),
        ("category__isnull=True".to_owned(), 0),
        ("category__isnull=0".to_owned(), 3),
        ("in_stock__exact=1".to_owned(), 3),
        ("in_stock__exact=0".to_owned(), 0),
        ("state__exact=sold".to_owned(), 0),
        ("created__gte=2020-01-01+00:00:00%2B00:00".to_owned(), 3),
        ("created__lt=2020-01-01+00:00:00%2B00:00".to_owned(), 0),
        ("price__gt=2&name__icontains=o".to_owned(), 1),
        ("name__in=Tea,Bread".to_owned(), 2),
    ] {
        let page = client.get(&format!("{LIST}?{query}")).await;
        assert_eq!(page.status(), StatusCode::OK, "{query}: {}", page.text());
        assert_eq!(first_column(&page).len(), count, "{query}");
    }
    let page = client.get(&format!("{LIST}?category__id__exact={drinks}&o=1")).await;
    has(&page, "By category");
    has(&page, "<li class=\"selected\"><a href=\"?");
    has(&page, "<a href=\"?o=1\">Clear all filters</a>");
    has(&page, "Past 7 days");
    has(&page, ">Draft</a>");
    Ok(())
}

#[tokio::test]
async fn queries_that_make_no_sense_lead_back() {
    let mut client = client("root").await;
    stock(&client).await;
    for query in ["nonsense=1", "category__id__exact=x", "created__gte=soon", "p=0", "p=99", "p=x", "price__gt="] {
        assert_eq!(location(&client.get(&format!("{LIST}?{query}")).await), "/admin/shop/product/?e=1", "{query}");
    }
    assert_eq!(client.get("/admin/shop/product/?e=1").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn nobody_guesses_at_other_models_or_passwords() {
    let mut client = client("root").await;
    for path in [
        "/admin/shop/product/?category__name__startswith=D",
        "/admin/auth/user/?password__startswith=pbkdf2",
        "/admin/auth/user/?groups__permissions__codename=x",
    ] {
        assert_eq!(client.get(path).await.status(), StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(client.get("/admin/auth/user/?groups__id__exact=1").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn long_lists_have_pages() {
    let mut client = client("root").await;
    inside(&client, async {
        let products =
            (0..25).map(|number| Product { name: format!("P{number:02}"), state: State::Draft, ..Product::default() });
        Product::objects().bulk_create(products).await
    })
    .await;
    assert_eq!(first_column(&client.get("/admin/shop/product/?o=1").await).len(), 10);
    let last = client.get("/admin/shop/product/?o=1&p=3").await;
    assert_eq!(first_column(&last), ["P20", "P21", "P22", "P23", "P24"]);
    has(&last, "aria-current=\"page\">3</span>");
    has(&last, "Show all");
    assert_eq!(first_column(&client.get("/admin/shop/product/?all=").await).len(), 25);
}

/// Session, user, count, filter's categories, rows: no more, however many rows there are.
#[tokio::test]
async fn a_list_costs_few_queries() {
    let mut client = client("root").await;
    stock(&client).await;
    let before = client.get(LIST).await;
    assert_eq!(first_column(&before).len(), 3);
    let few = crate::site::queries(&mut client, LIST).await;
    inside(&client, async {
        let food = Category::objects().get(q!(name = "Food")).await?;
        for number in 0..7 {
            let category = Some(rjango_orm::ForeignKey::to(&food));
            let name = format!("P{number}");
            Product::objects().create(Product { name, category, ..Product::default() }).await?;
        }
        Ok(())
    })
    .await;
    assert_eq!(crate::site::queries(&mut client, LIST).await, few);
    assert!(few <= 6, "{few}");
}
