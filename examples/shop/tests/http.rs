//! The shop as compiled, over real HTTP: what the tour says of URLs, views, middleware, sessions and errors.
#![allow(clippy::unwrap_used)]

mod served;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use served::{Served, client, header, text};

/// The shop with its tables.
fn shop() -> Served {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts = ["config", "templates", "shop"].map(|part| (source.join(part), part));
    let shop = Served::new(env!("CARGO_BIN_EXE_mysite"), &parts);
    shop.succeeds(&["migrate"]);
    shop
}

fn served() -> Served {
    let mut shop = shop();
    shop.start();
    shop
}

#[test]
fn the_middleware_of_the_settings_does_its_documented_work() {
    let shop = served();
    let answer = client().get(shop.url("/products/")).call().unwrap();
    assert_eq!(answer.status(), 200);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("content-language", "en"),
    ] {
        assert_eq!(header(&answer, name), value, "{name}");
    }
    assert!(!header(&answer, "content-length").is_empty());
    assert!(answer.headers().get("set-cookie").is_none(), "a plain page sets no cookie");

    let slashed = client().get(shop.url("/products?page=2")).call().unwrap();
    assert_eq!((slashed.status().as_u16(), header(&slashed, "location")), (301, "/products/?page=2"));
    let german = client().get(shop.url("/shop/whoami/")).header("accept-language", "de").call().unwrap();
    assert_eq!(header(&german, "location"), "/accounts/login/?next=/shop/whoami/");
    let strange = client().get(shop.url("/products/")).header("host", "evil.example").call().unwrap();
    assert_eq!(strange.status(), 400);
}

#[test]
fn a_logged_in_person_has_a_session_a_tenant_a_language_and_a_theme() {
    let shop = served();
    let mut superuser = shop.command(&["createsuperuser", "--noinput", "--username", "ada", "--email", ""]);
    assert!(superuser.env("RJANGO_SUPERUSER_PASSWORD", "a long enough secret").status().unwrap().success());
    let client = client();
    let mut page = client.get(shop.url("/admin/login/?next=/shop/whoami/")).call().unwrap();
    let page = text(&mut page);
    let token = page.split_once("name=\"csrfmiddlewaretoken\" value=\"").unwrap().1.split('"').next().unwrap();
    let form = [
        ("csrfmiddlewaretoken", token),
        ("username", "ada"),
        ("password", "a long enough secret"),
        ("next", "/shop/whoami/"),
    ];
    let entered = client.post(shop.url("/admin/login/")).send_form(form).unwrap();
    assert_eq!((entered.status().as_u16(), header(&entered, "location")), (302, "/shop/whoami/"));
    let cookies: Vec<_> = entered.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("sessionid=")).unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Max-Age=1209600"),
        "{session}"
    );

    for visits in 1..=2 {
        let mut answer =
            client.get(shop.url("/shop/whoami/")).header("accept-language", "de-AT,de;q=0.9").call().unwrap();
        let vary = header(&answer, "vary").to_owned();
        assert!(vary.contains("Cookie") && vary.contains("Accept-Language"), "{vary}");
        let answer: serde_json::Value = answer.body_mut().read_json().unwrap();
        assert_eq!(
            answer,
            serde_json::json!({
                "user": "ada", "visits": visits, "tenant": "127", "language": "de", "theme": null,
            })
        );
    }
}

#[test]
fn products_are_listed_shown_and_counted() {
    let shop = shop();
    let database = shop.path("db.sqlite3");
    assert!(database.is_file());
    let mut shop = shop;
    shop.start();
    let mut list = client().get(shop.url("/products/")).call().unwrap();
    assert!(text(&mut list).contains("Nothing on sale."));
    let mut count = client().get(shop.url("/shop/count/")).call().unwrap();
    assert_eq!(header(&count, "content-type"), "application/json");
    assert_eq!(text(&mut count), "0");
    for path in ["/products/99/", "/products/coffee/", "/nothing/", "/products/99999999999999999999/"] {
        assert_eq!(client().get(shop.url(path)).call().unwrap().status(), 404, "{path}");
    }
    let head = client().head(shop.url("/products/")).call().unwrap();
    assert_eq!(head.status(), 200);
    let style = client().get(shop.url("/static/admin/admin.css")).call().unwrap();
    assert_eq!((style.status().as_u16(), header(&style, "content-type")), (200, "text/css; charset=utf-8"));
    let outside =
        shop.raw(b"GET /static/../config/settings.toml HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(outside.starts_with("HTTP/1.1 404"), "{outside}");
}

#[test]
fn bad_requests_are_answered_with_a_status_and_a_reason() {
    let shop = served();
    let mut forged = client().post(shop.url("/admin/login/")).send_form([("username", "ada")]).unwrap();
    assert_eq!(forged.status(), 403);
    assert!(text(&mut forged).contains("CSRF verification failed"));
    let answer = shop.raw(b"GET /products/%ff%fe/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let answer = shop.raw(b"GET /products/\xff\xfe/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");

    let list = shop.path("shop/templates/shop/product_list.html");
    let template = fs::read_to_string(&list).unwrap();
    fs::write(&list, template.replace("{% empty %}", "{% emtpy %}")).unwrap();
    let mut broken = client().get(shop.url("/products/")).call().unwrap();
    let page = text(&mut broken);
    assert_eq!(broken.status(), 500);
    assert!(page.contains("product_list.html") && page.contains("emtpy"), "{page}");
    fs::remove_file(&list).unwrap();
    let mut missing = client().get(shop.url("/products/")).call().unwrap();
    let page = text(&mut missing);
    assert_eq!(missing.status(), 500);
    assert!(page.contains("shop/product_list.html") && page.contains("shop/templates"), "{page}");
    fs::write(&list, template).unwrap();
    assert_eq!(client().get(shop.url("/products/")).call().unwrap().status(), 200, "fixed without a restart");
}

#[test]
fn the_binary_alone_is_the_production_server() {
    let mut shop = shop();
    shop.start_production(&[]);
    let mut missing = client().get(shop.url("/nothing/")).call().unwrap();
    let page = text(&mut missing);
    assert_eq!(missing.status(), 404);
    assert!(!page.contains("urlpatterns") && !page.contains("DEBUG"), "{page}");
    let child = shop.server.as_mut().unwrap();
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "SIGTERM ends it gracefully");
}

#[test]
fn the_production_server_starts_without_its_database() {
    let mut shop = shop();
    // The folder of the file comes later, as a server or a mounted disk does.
    let later = shop.path("later");
    let place = later.join("db.sqlite3").display().to_string();
    let variables = [("RJANGO_DATABASES__DEFAULT__NAME", place.as_str())];
    shop.start_production(&variables);
    let health = || {
        let mut answer = client().get(shop.url("/healthz")).header("host", "10.0.0.7").call().unwrap();
        (answer.status().as_u16(), text(&mut answer))
    };
    let away = r#"{"status":"unavailable","databases":{"default":"does not answer"}}"#;
    assert_eq!(health(), (503, away.to_owned()));

    fs::create_dir(&later).unwrap();
    let migrated = shop.command(&["migrate"]).envs(variables).output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let deadline = Instant::now() + Duration::from_secs(10);
    while health() != (200, r#"{"status":"ok","databases":{"default":"ok"}}"#.to_owned()) {
        assert!(Instant::now() < deadline, "{:?}", health());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(client().get(shop.url("/products/")).call().unwrap().status(), 200);

    let mut server = shop.server.take().unwrap();
    server.kill().unwrap();
    let mut said = String::new();
    server.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    server.wait().unwrap();
    let warned = "warning: the database does not answer; the server starts without it. `/healthz` says when it does.\n";
    assert!(said.contains(warned) && said.contains("cannot open the database"), "{said}");
    let told = said.matches("the database `default` does not answer\n").count();
    assert_eq!((told, said.matches("the database `default` answers again\n").count()), (1, 1), "{said}");
}
