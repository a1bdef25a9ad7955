//! Moments in the admin are typed and shown by the clocks of the current zone.

use rjango_contrib::auth::User;
use rjango_core::timezone::Zone;
use rjango_http::Client;
use rjango_macros::{q, set};

use crate::shop::models::Product;
use crate::site::{allow, first_column, has, inside, lacks, location, log_in, product, settings, site_with, stock};

const ADD: &str = "/admin/shop/product/add/";

async fn in_berlin() -> Client {
    let mut settings = settings();
    settings.time_zone = Zone::named("Europe/Berlin").unwrap();
    let mut client = Client::new(site_with(settings).await).unwrap();
    log_in(&mut client, "root").await;
    stock(&client).await;
    client
}

fn form<'a>(day: &'a str, time: &'a str) -> [(&'a str, &'a str); 5] {
    [("name", "Cake"), ("price", "5"), ("state", "sold"), ("sold_at_0", day), ("sold_at_1", time)]
}

#[tokio::test]
async fn what_is_typed_is_what_is_shown() {
    let mut client = in_berlin().await;
    assert_eq!(location(&client.post(ADD, form("2026-07-01", "00:30:00")).await), "/admin/shop/product/");
    let id = product(&client, "Cake").await;
    let url = format!("/admin/shop/product/{id}/change/");
    for _ in 0..2 {
        let cake = inside(&client, async { Product::objects().get(q!(pk = id)).await }).await;
        assert_eq!(cake.sold_at.unwrap().to_rfc3339(), "2026-06-30T22:30:00+00:00");
        let page = client.get(&url).await;
        has(&page, "value=\"2026-07-01\"");
        has(&page, "value=\"00:30:00\"");
        // Saved as it is shown, it is the same moment.
        assert_eq!(location(&client.post(&url, form("2026-07-01", "00:30:00")).await), "/admin/shop/product/");
    }
}

#[tokio::test]
async fn what_the_clocks_skip_is_refused_at_the_field() {
    let mut client = in_berlin().await;
    let page = client.post(ADD, form("2026-03-29", "02:30:00")).await;
    has(&page, "in time zone Europe/Berlin; it may be ambiguous or it may not exist.");
    lacks(&page, "was added successfully");
    inside(&client, async {
        assert!(!Product::objects().filter(q!(name = "Cake")).exists().await?);
        Ok(())
    })
    .await;
}

/// The clocks show 2:30 twice in that night. Django shows it and refuses it where nobody touched it.
#[tokio::test]
async fn a_form_that_nobody_touched_keeps_its_moment() {
    let mut client = in_berlin().await;
    client.post(ADD, form("2026-07-01", "00:30:00")).await;
    let id = product(&client, "Cake").await;
    let second = "2026-10-25T01:30:00.250Z".parse().unwrap();
    inside(&client, async { Product::objects().filter(q!(pk = id)).update(set!(sold_at = Some(second))).await }).await;
    let url = format!("/admin/shop/product/{id}/change/");
    has(&client.get(&url).await, "value=\"02:30:00\"");
    assert_eq!(location(&client.post(&url, form("2026-10-25", "02:30:00")).await), "/admin/shop/product/");
    let cake = inside(&client, async { Product::objects().get(q!(pk = id)).await }).await;
    assert_eq!(cake.sold_at, Some(second));
    // Whoever types it anew does not say which of the two it is.
    has(&client.post(ADD, form("2026-10-25", "02:30:00")).await, "it may be ambiguous or it may not exist.");
}

#[tokio::test]
async fn lists_and_histories_show_the_clocks_of_the_zone() {
    let mut client = in_berlin().await;
    let id = product(&client, "Tea").await;
    client
        .post(&format!("/admin/shop/product/{id}/change/"), [("name", "Tea"), ("price", "3"), ("state", "draft")])
        .await;
    let moment = "2026-06-30T22:05:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    inside(&client, async { rjango_admin::LogEntry::objects().update(set!(action_time = moment)).await }).await;
    has(
        &client.get(&format!("/admin/shop/product/{id}/history/")).await,
        "<th scope=\"row\">July 1, 2026, 12:05 a.m.</th>",
    );
    inside(&client, async {
        let joe = User::objects().filter(q!(username = "joe"));
        joe.update(set!(last_login = Some(moment), date_joined = moment)).await
    })
    .await;
    let mut viewer = Client::new(client.site().clone()).unwrap();
    log_in(&mut viewer, "staff").await;
    allow(&viewer, &["view_user"]).await;
    let joe = inside(&viewer, async { Ok(User::objects().get(q!(username = "joe")).await?.id.to_string()) }).await;
    let page = viewer.get(&format!("/admin/auth/user/{joe}/change/")).await;
    has(&page, "<div class=\"readonly\">July 1, 2026, 12:05 a.m.</div>");
}

#[tokio::test]
async fn days_of_filters_and_lookups_are_days_of_the_zone() {
    let mut client = in_berlin().await;
    inside(&client, async {
        for (name, moment) in [("Tea", "2026-06-30T22:05:00Z"), ("Bread", "2026-06-30T21:55:00Z")] {
            let moment = moment.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
            Product::objects().filter(q!(name = name)).update(set!(created = moment)).await?;
        }
        Ok(())
    })
    .await;
    let names = async |client: &mut Client, query: &str| {
        first_column(&client.get(&format!("/admin/shop/product/?{query}")).await)
    };
    assert_eq!(names(&mut client, "created__gte=2026-07-01&created__lt=2026-07-02").await, ["Tea"]);
    assert_eq!(names(&mut client, "created__date=2026-06-30").await, ["Bread"]);
    assert_eq!(
        names(&mut client, "created__lt=2026-07-01+00:00:00%2B00:00&created__year=2026").await,
        ["Bread", "Tea"]
    );
    let today = Zone::named("Europe/Berlin").unwrap().local(chrono::Utc::now());
    let page = client.get("/admin/shop/product/").await;
    let midnight = today.date_naive().format("%Y-%m-%d+00%%3A00%%3A00%%2B0").to_string();
    has(&page, &format!("created__gte={midnight}"));
}
