//! URLs: slashes, hosts behind proxies, unwanted robots, frames.

use http::header::{HeaderName, USER_AGENT};

use rjango_core::Result;
use rjango_http::shortcuts::redirect;
use rjango_http::templates::static_url;
use rjango_http::urls::mount;
use rjango_http::{Client, Handler, Request, path, reverse, urls};

use super::{Shown, browser, get, read, refusal, site_at, urlpatterns};

pub const SHOWN: &[Shown] = &[
    ("APPEND_SLASH", a_missing_slash_is_added),
    ("PREPEND_WWW", the_host_gets_its_www),
    ("FORCE_SCRIPT_NAME", a_site_may_stand_below_a_path),
    ("USE_X_FORWARDED_HOST", the_host_is_the_proxys),
    ("USE_X_FORWARDED_PORT", the_port_is_the_proxys),
    ("DISALLOWED_USER_AGENTS", an_unwanted_robot_gets_no_page),
    ("X_FRAME_OPTIONS", the_header_says_who_may_frame),
];

#[tokio::test]
async fn a_missing_slash_is_added() {
    assert_eq!(get("", "/page").await.header("location"), Some("/page/"));
    assert_eq!(get("APPEND_SLASH = false", "/page").await.status(), 404);
}

#[tokio::test]
async fn the_host_gets_its_www() {
    let mut redirected = browser("PREPEND_WWW = true").host("example.com");
    assert_eq!(redirected.get("/page/").await.header("location"), Some("http://www.example.com/page/"));
    assert_eq!(browser("").host("example.com").get("/page/").await.status(), 200);
}

#[tokio::test]
async fn a_site_may_stand_below_a_path() {
    async fn of_axum(uri: axum::http::Uri) -> String {
        uri.to_string()
    }
    async fn paths(request: Request) -> Result<String> {
        let urls = [
            reverse("home", ())?,
            static_url("a.css")?,
            redirect("home")?.headers()["location"].to_str().unwrap().to_owned(),
        ];
        Ok(format!("{} {} {}", request.path(), request.path_info(), urls.join(" ")))
    }
    let below = |text: &str| {
        let settings = read(text);
        let router = axum::Router::new().fallback(of_axum);
        let urls = urlpatterns().and(urls![path("paths/", paths), mount("op/", router)]);
        let urls = rjango_contrib::staticfiles::with_static(&settings, urls);
        Client::of(Handler::new(site_at(settings, urls)).unwrap())
    };
    let shop = "FORCE_SCRIPT_NAME = \"/shop\"\nSTATIC_URL = \"static/\"";
    let paths = "/shop/paths/ /paths/ /shop/ /shop/static/a.css /shop/";
    // The proxy may pass the prefix on or take it away.
    assert_eq!(below(shop).get("/shop/paths/").await.text(), paths);
    assert_eq!(below(shop).get("/paths/").await.text(), paths);
    assert_eq!(below("").get("/paths/").await.text(), "/paths/ /paths/ / /static/a.css /");
    assert_eq!(below("").get("/shop/paths/").await.status(), 404);
    assert_eq!(below(shop).get("/shop").await.text(), "home");
    assert_eq!(below(shop).get("/shopping/").await.status(), 404);

    let location = async |path| below(shop).get(path).await.header("location").map(str::to_owned).unwrap();
    assert_eq!(location("/shop/page?a=1").await, "/shop/page/?a=1");
    assert_eq!(location("/shop/private/").await, "/accounts/login/?next=/shop/private/");
    assert_eq!(location("/shop/admin/").await, "/shop/admin/login/?next=/shop/admin/");
    let named = "FORCE_SCRIPT_NAME = \"/shop\"\nLOGIN_URL = \"login\"";
    let sent = below(named).get("/shop/private/").await;
    assert_eq!(sent.header("location"), Some("/shop/accounts/login/?next=/shop/private/"));

    for path in ["/shop/op/deep/?a=1", "/op/deep/?a=1"] {
        assert_eq!(below(shop).get(path).await.text(), "/deep/?a=1");
    }
    assert_eq!(below(shop).get("/shop/static/admin/admin.css").await.status(), 200);
    assert_eq!(below("FORCE_SCRIPT_NAME = \"/shop\"").get("/static/admin/admin.css").await.status(), 200);
    assert!(refusal("FORCE_SCRIPT_NAME = \"shop/\"").contains("expects a path such as `/shop`"));
}

async fn behind_a_proxy(text: &str, header: &'static str, value: &str) -> String {
    browser(text).with_header(HeaderName::from_static(header), value).get("/asked/").await.text()
}

#[tokio::test]
async fn the_host_is_the_proxys() {
    let asked = async |text| behind_a_proxy(text, "x-forwarded-host", "shop.example.com").await;
    assert_eq!(asked("USE_X_FORWARDED_HOST = true").await, "http shop.example.com 80");
    assert_eq!(asked("").await, "http testserver 80");
}

#[tokio::test]
async fn the_port_is_the_proxys() {
    let asked = async |text| behind_a_proxy(text, "x-forwarded-port", "8443").await;
    assert_eq!(asked("USE_X_FORWARDED_PORT = true").await, "http testserver 8443");
    assert_eq!(asked("").await, "http testserver 80");
}

#[tokio::test]
async fn an_unwanted_robot_gets_no_page() {
    let robot = async |text| browser(text).with_header(USER_AGENT, "GreedyBot/1.0").get("/").await.status();
    assert_eq!(robot("DISALLOWED_USER_AGENTS = [\"^Greedy\"]").await, 403);
    assert_eq!(robot("").await, 200);
}

#[tokio::test]
async fn the_header_says_who_may_frame() {
    assert_eq!(get("", "/").await.header("x-frame-options"), Some("DENY"));
    let same = get("X_FRAME_OPTIONS = \"SAMEORIGIN\"", "/").await;
    assert_eq!(same.header("x-frame-options"), Some("SAMEORIGIN"));
}
