//! A request's time zone and language: what one request activates is in force until its body is sent, and in no other request.
#![allow(clippy::unwrap_used)]

extern crate rjango_http as rjango;

mod site;

use std::time::Duration;

use futures_util::stream;
use rjango_core::timezone::{self, Zone};
use rjango_core::{Result, Site, translation};
use rjango_http::{Body, Client, Handler, Next, Request, Response, Urls, path, urls};
use rjango_macros::middleware;
use tokio::sync::Barrier;

/// Chooses the zone and the language that the query names.
#[middleware]
async fn zone_of_query(request: Request, next: Next) -> Result<Response> {
    if let Some(zone) = request.query().get("zone") {
        timezone::activate(Zone::named(zone)?)?;
        translation::activate("de")?;
    }
    let response = next.run(request).await?;
    Ok(response.with_header(http::HeaderName::from_static("x-zone"), &in_force()))
}

/// The middleware of `docs/time-zones.md`.
#[middleware]
async fn zone_of_visitor(request: Request, next: Next) -> Result<Response> {
    if let Some(zone) = request.cookies().get("zone").and_then(|name| Zone::named(name).ok()) {
        timezone::activate(zone)?;
    }
    next.run(request).await
}

fn in_force() -> String {
    format!("{} {}", timezone::current(), translation::get_language())
}

struct Together(Barrier);

/// Answers once two requests are here.
async fn together(_request: Request) -> Result<String> {
    let seen = in_force();
    let site = Site::current()?;
    site.require::<Together>()?.0.wait().await;
    Ok(format!("{seen}, {}", in_force()))
}

async fn activates(_request: Request) -> Result<String> {
    timezone::activate(Zone::named("Asia/Tokyo")?)?;
    Ok(in_force())
}

fn activates_plainly(_request: Request) -> Result<String> {
    timezone::activate(Zone::named("Asia/Kathmandu")?)?;
    Ok(in_force())
}

async fn streams(_request: Request) -> Response {
    let pieces = stream::unfold(0, |number| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        (number < 2).then(|| (Ok(format!("{};", in_force()).into()), number + 1))
    });
    Response::new(Body::stream(pieces))
}

fn urlpatterns() -> Urls {
    urls![
        path("together/", together),
        path("activates/", activates),
        path("plainly/", activates_plainly),
        path("streams/", streams),
    ]
}

fn handler() -> Handler {
    let site = site::site(urlpatterns(), |settings| {
        settings.middleware = ["zone_of_visitor", "zone_of_query"].map(str::to_owned).to_vec();
        settings.time_zone = Zone::named("Europe/Paris").unwrap();
    });
    Handler::new(site.with(Together(Barrier::new(2)))).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_requests_at_once_do_not_see_each_others_zone() {
    let handler = handler();
    for method in ["GET", "POST"] {
        let ask = |path: &'static str| {
            let mut client = Client::of(handler.clone());
            async move {
                let response = match method {
                    "GET" => client.get(path).await,
                    _ => client.post(path, [("a", "b")]).await,
                };
                response.text()
            }
        };
        let (tokyo, none) = tokio::join!(ask("/together/?zone=Asia/Tokyo"), ask("/together/"));
        assert_eq!(tokyo, "Asia/Tokyo de, Asia/Tokyo de");
        assert_eq!(none, "Europe/Paris en-us, Europe/Paris en-us");
    }
    assert_eq!(timezone::current(), Zone::UTC);
}

#[tokio::test]
async fn what_a_view_activates_holds_on_the_way_out_and_ends_with_the_request() {
    let mut client = Client::of(handler());
    let zone = http::HeaderName::from_static("x-zone");
    let asked = [
        ("/activates/", "Asia/Tokyo en-us"),
        ("/plainly/", "Asia/Kathmandu en-us"),
        ("/streams/?zone=Asia/Dubai", "Asia/Dubai de"),
        ("/streams/", "Europe/Paris en-us"),
    ];
    for (path, expected) in asked {
        let seen = client.get(path).await;
        assert_eq!(seen.header(zone.clone()), Some(expected), "{path}");
        assert!(seen.text().starts_with(expected), "{path}: {}", seen.text());
        assert!(!path.starts_with("/streams") || seen.text().matches(expected).count() == 2, "{}", seen.text());
    }
}

#[tokio::test]
async fn a_middleware_gives_each_visitor_a_zone() {
    let mut client = Client::of(handler());
    for (cookie, expected) in [("Asia/Dubai", "Asia/Dubai en-us;"), ("Middle/Earth", "Europe/Paris en-us;")] {
        client.set_cookie("zone", cookie);
        let seen = client.get("/streams/").await.text();
        assert!(seen.starts_with(expected), "{seen}");
    }
}
