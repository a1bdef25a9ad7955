//! Static files over the test client.

use rjango_contrib::staticfiles::StaticTable;
use rjango_http::{Client, StatusCode};

use crate::site::{settings, site_with};

inventory::submit! {
    StaticTable { app: "rjango.contrib.staticfiles", files: &[("own/inside.js", b"let a;")] }
}

async fn client() -> (Client, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop/static/shop/style.css");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, "body {}").unwrap();
    std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let mut settings = settings();
    settings.base_dir = folder.path().to_owned();
    settings.installed_apps.push("shop".to_owned());
    (Client::new(site_with(settings).await).unwrap(), folder)
}

#[tokio::test]
async fn a_file_is_served_with_what_caches_need() {
    let (mut client, _folder) = client().await;
    let response = client.get("/static/shop/style.css").await;
    assert_eq!((response.status(), response.text().as_str()), (StatusCode::OK, "body {}"));
    assert_eq!(response.header("content-type"), Some("text/css; charset=utf-8"));
    let (etag, modified) = (response.header("etag").unwrap(), response.header("last-modified").unwrap());

    for (name, value) in [("if-none-match", etag), ("if-modified-since", modified)] {
        let mut again = Client::new(client.site().clone()).unwrap().with_header(name.parse().unwrap(), value);
        let response = again.get("/static/shop/style.css").await;
        assert_eq!((response.status(), response.content().len()), (StatusCode::NOT_MODIFIED, 0), "{name}");
        assert_eq!(response.header("etag"), Some(etag));
    }
    let mut other = Client::new(client.site().clone()).unwrap().with_header("if-none-match".parse().unwrap(), "\"x\"");
    assert_eq!(other.get("/static/shop/style.css").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_file_inside_the_program_is_served_alike() {
    let (mut client, _folder) = client().await;
    let response = client.get("/static/own/inside.js").await;
    assert_eq!(response.text(), "let a;");
    assert_eq!(response.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(response.header("etag").is_some());
}

#[tokio::test]
async fn nothing_outside_is_served() {
    let (mut client, _folder) = client().await;
    for path in [
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/%2e%2e%2fsecret.txt",
        "/static/shop/..%2f..%2f..%2fsecret.txt",
        "/static/shop/%5c..%5c..%5csecret.txt",
        "/static//etc/passwd",
        "/static/%2fetc/passwd",
        "/static/shop",
        "/static/shop/style.css%00.txt",
        "/static/missing.css",
    ] {
        assert_eq!(client.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn static_files_are_only_read() {
    let (mut client, _folder) = client().await;
    let response = client.post("/static/shop/style.css", [("a", "b")]).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(client.head("/static/shop/style.css").await.status(), StatusCode::OK);
}
