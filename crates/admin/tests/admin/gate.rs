//! Who comes in.

use rjango_http::{Client, StatusCode};

use crate::site::{XSS, anonymous, client, dismiss, has, lacks, location, log_in, settings, site_with};

const REFUSAL: &str = "Please enter the correct username and password for a staff account. Note that both fields may be \
                       case-sensitive.";

#[tokio::test]
async fn strangers_are_sent_to_the_login_page_from_everywhere() {
    let mut client = anonymous().await;
    for path in [
        "/admin/",
        "/admin/shop/",
        "/admin/shop/product/",
        "/admin/shop/product/1/change/",
        "/admin/auth/user/add/",
        "/admin/password_change/",
        "/admin/nowhere/at/all/",
        "/admin/nowhere",
    ] {
        let response = client.get(path).await;
        assert_eq!(location(&response), format!("/admin/login/?next={path}"));
        let response = client.post(path, [("post", "yes")]).await;
        assert_eq!(location(&response), format!("/admin/login/?next={path}"));
    }
}

#[tokio::test]
async fn staff_log_in_and_out() {
    let mut client = anonymous().await;
    let page = client.get("/admin/login/?next=/admin/shop/").await;
    has(&page, "name=\"next\" value=\"/admin/shop/\"");
    assert!(page.header("cache-control").unwrap().contains("no-store"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));

    let form = [("username", "root"), ("password", "letmein"), ("next", "/admin/shop/")];
    assert_eq!(location(&client.post("/admin/login/", form).await), "/admin/shop/");
    let index = client.get("/admin/").await;
    has(&index, "Welcome, <strong>root</strong>");
    has(&index, "/admin/shop/product/add/");
    assert_eq!(location(&client.get("/admin/login/").await), "/admin/");

    assert_eq!(client.get("/admin/logout/").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    has(&client.post("/admin/logout/", [("x", "")]).await, "Thanks for spending some quality time");
    assert_eq!(location(&client.get("/admin/").await), "/admin/login/?next=/admin/");
}

#[tokio::test]
async fn the_session_gets_a_new_key_at_login() {
    let mut client = client("root").await;
    let before = client.cookie("sessionid").unwrap().to_owned();
    log_in(&mut client, "root").await;
    assert_ne!(client.cookie("sessionid"), Some(before.as_str()));
}

#[tokio::test]
async fn everybody_else_hears_the_same() {
    let mut client = anonymous().await;
    for (username, password) in [("root", "wrong"), ("nobody", "letmein"), ("joe", "letmein"), (XSS, "x")] {
        let page = client.post("/admin/login/", [("username", username), ("password", password)]).await;
        assert_eq!(page.status(), StatusCode::OK);
        has(&page, REFUSAL);
        lacks(&page, XSS);
    }
    has(&client.post("/admin/login/", [("username", "root")]).await, "The password is required.");
}

#[tokio::test]
async fn the_way_back_leads_nowhere_else() {
    for next in ["https://evil.example/", "//evil.example/", "javascript:alert(1)"] {
        let mut client = anonymous().await;
        let form = [("username", "root"), ("password", "letmein"), ("next", next)];
        assert_eq!(location(&client.post("/admin/login/", form).await), "/admin/");
    }
}

#[tokio::test]
async fn who_is_no_longer_staff_is_out_at_once() {
    let mut client = client("staff").await;
    assert_eq!(client.get("/admin/").await.status(), StatusCode::OK);
    dismiss(&client).await;
    assert_eq!(location(&client.get("/admin/").await), "/admin/login/?next=/admin/");
    has(&client.get("/admin/login/").await, "You are authenticated as staff, but are not authorized");
}

#[tokio::test]
async fn unknown_pages_do_not_exist_for_staff() {
    let mut client = client("root").await;
    assert_eq!(client.get("/admin/nowhere/").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(client.get("/admin/nowhere").await.status(), StatusCode::NOT_FOUND);
    let response = client.get("/admin/shop/product?q=x").await;
    assert_eq!(response.status(), StatusCode::MOVED_PERMANENTLY);
    assert_eq!(location(&response), "/admin/shop/product/?q=x");
    assert_eq!(location(&client.get("/admin/shop/product/7/").await), "/admin/shop/product/7/change/");
}

#[tokio::test]
async fn forms_need_their_token() {
    let mut client = Client::new(site_with(settings()).await).unwrap().enforce_csrf_checks();
    let form = [("username", "root"), ("password", "letmein")];
    assert_eq!(client.post("/admin/login/", form).await.status(), StatusCode::FORBIDDEN);
    let page = client.get("/admin/login/").await.text();
    let token =
        page.split("name=\"csrfmiddlewaretoken\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = [("username", "root"), ("password", "letmein"), ("csrfmiddlewaretoken", &token)];
    assert_eq!(location(&client.post("/admin/login/", form).await), "/admin/");
    for path in ["/admin/shop/category/add/", "/admin/shop/category/", "/admin/password_change/", "/admin/logout/"] {
        assert_eq!(client.post(path, [("name", "x")]).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn without_its_middleware_the_admin_is_closed() {
    for missing in ["csrf", "auth.middleware"] {
        let mut settings = settings();
        settings.middleware.retain(|name| !name.contains(missing));
        let mut client = Client::new(site_with(settings).await).unwrap();
        let form = [("username", "root"), ("password", "letmein")];
        let response = client.post("/admin/login/", form).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{missing}");
        assert_ne!(client.get("/admin/").await.status(), StatusCode::OK, "{missing}");
    }
}

#[tokio::test]
async fn checks_name_what_is_missing() {
    use rjango_core::checks::{CheckContext, run_checks};
    let mut settings = settings();
    settings.installed_apps.retain(|app| !app.ends_with("messages"));
    settings.middleware.clear();
    let site = rjango_core::Site::new(settings);
    let report = run_checks(&CheckContext::new(&site, false), &["admin"]).unwrap();
    let ids: Vec<&str> = report.messages.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids, ["admin.E406", "admin.E408", "admin.E409", "admin.E410", "admin.E411"]);
}

#[tokio::test]
async fn style_and_script_are_inside() {
    let mut client = anonymous().await;
    for (path, kind) in [("/static/admin/admin.css", "text/css"), ("/static/admin/admin.js", "text/javascript")] {
        let response = client.get(path).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.header("content-type").unwrap().starts_with(kind), "{path}");
    }
}
