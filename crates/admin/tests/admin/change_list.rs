//! Columns, order, search, filters, pages, and how many queries a list costs.

use rjango_core::Result;
use rjango_http::{Client, StatusCode};
use rjango_macros::{q, set};
use rjango_orm::Databases;

use crate::engine;
use crate::shop::models::{Category, Product, State};
use crate::site::{self, XSS, client, first_column, has, inside, lacks, location, log_in, site_with, stock};

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
async fn lookups_mean_the_same_on_every_engine() {
    for engine in engine::built() {
        engine::with_settings(engine, async |database| {
            let mut settings = site::settings();
            settings.databases.insert("default".to_owned(), database);
            // The list has a bound of its own.
            settings.data_upload_max_number_fields = None;
            let mut client = Client::new(site_with(settings).await).unwrap();
            log_in(&mut client, "root").await;
            stock(&client).await;
            inside(&client, async {
                Product::objects()
                    .update(set!(
                        sold_at = Some("2026-11-22T17:44:05Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap())
                    ))
                    .await
            })
            .await;
            for (query, expected) in [
                ("sold_at__year=2026", 3),
                ("sold_at__year__gt=2026", 0),
                ("sold_at__month__in=10,11", 3),
                ("sold_at__date=2026-11-22", 3),
                ("sold_at__hour__lte=16", 0),
                ("created__week_day__gte=1", 3),
                ("name__in=Tea,Coffee", 2),
                ("name__istartswith=TE", 1),
                ("price__icontains=3.5", 1),
                ("in_stock__exact=1&in_stock__exact=0", 3),
                ("category__isnull=True", 0),
            ] {
                let page = client.get(&format!("{LIST}?{query}")).await;
                assert_eq!(page.status(), StatusCode::OK, "{engine} {query}");
                assert_eq!(first_column(&page).len(), expected, "{engine} {query}");
            }
            let many = |text: &str, count: usize| text.repeat(count);
            for query in [
                "in_stock__gt=1",
                "in_stock__icontains=1",
                "name__year=2026",
                "name__has_key=a",
                "sold_at__year=soon",
                "sold_at__date__contains=2",
                "sold_at__year__month=1",
                "price__range=1,2",
                "name__regex=(",
                "id=99999999999999999999",
                &format!("id__in={}1", many("1,", 1_000)),
                &many("id=1&", 1_001),
            ] {
                let page = client.get(&format!("{LIST}?{query}")).await;
                let shown = &query[..query.len().min(40)];
                assert_eq!(page.status(), StatusCode::FOUND, "{engine} {shown}: {}", page.text());
                assert_eq!(location(&page), "/admin/shop/product/?e=1", "{engine} {shown}");
            }
            client.site().require::<Databases>().unwrap().close().await;
        })
        .await;
    }
}

#[tokio::test]
async fn what_a_list_may_cost_is_bounded() {
    let mut client = client("root").await;
    stock(&client).await;
    let words = |count: usize| vec!["e"; count].join("+");
    // Each word of a search is a comparison for each field of each row.
    let page = client.get(&format!("{LIST}?q={}", words(32))).await;
    lacks(&page, "The search looks for");
    let page = client.get(&format!("{LIST}?q={}+zzz", words(32))).await;
    has(&page, "The search looks for the first 32 words only.");
    assert_eq!(first_column(&page).len(), 3);
    let page = client.get(&format!("{LIST}?q={}", words(20_000))).await;
    has(&page, "The search looks for the first 32 words only.");
    // A column orders once.
    let page = client.get(&format!("{LIST}?o={}", vec!["1.-1"; 5_000].join("."))).await;
    assert_eq!(first_column(&page), ["Bread", "Coffee", "Tea"]);
    let names = ["id", "name", "price", "category"];
    let lookups = ["exact", "gt", "gte", "lt", "lte", "in", "contains", "icontains", "startswith"];
    let lookups = names.into_iter().flat_map(|name| lookups.map(|lookup| format!("{name}__{lookup}=1")));
    let lookups: Vec<String> = lookups.collect();
    assert_eq!(client.get(&format!("{LIST}?{}", lookups[..32].join("&"))).await.status(), StatusCode::OK);
    let more = client.get(&format!("{LIST}?{}", lookups[..33].join("&"))).await;
    assert_eq!(location(&more), "/admin/shop/product/?e=1");
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
