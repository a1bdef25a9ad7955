//! The site: its key, its names, its apps and its middleware.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use rjango_contrib::staticfiles::{EmbeddedFiles, Finder};
use rjango_core::checks::{CheckContext, run_checks};
use rjango_core::signing::TimestampSigner;
use rjango_core::{Settings, Site};

use super::{Shown, browser, get, handler, read, refusal};
use crate::site::{has, lacks};

pub const SHOWN: &[Shown] = &[
    ("DEBUG", debug_shows_the_insides_of_an_error),
    ("SECRET_KEY", the_secret_key_signs),
    ("SECRET_KEY_FALLBACKS", an_earlier_key_still_counts),
    ("ALLOWED_HOSTS", only_allowed_hosts_are_answered),
    ("INTERNAL_IPS", a_developers_address_has_debug_in_templates),
    ("INSTALLED_APPS", an_app_that_is_installed_brings_its_files),
    ("MIDDLEWARE", the_middleware_is_the_list),
    ("SILENCED_SYSTEM_CHECKS", a_silenced_check_is_not_shown),
];

#[tokio::test]
async fn debug_shows_the_insides_of_an_error() {
    has(&get("DEBUG = true", "/boom/").await, "the boiler is cold");
    lacks(&get("", "/boom/").await, "the boiler is cold");
}

#[test]
fn the_secret_key_signs() {
    let signer = |text: &str| TimestampSigner::from_settings(&read(text));
    let signed = signer("SECRET_KEY = \"one\"").sign("value");
    assert_eq!(signer("SECRET_KEY = \"one\"").unsign(&signed, None).unwrap(), "value");
    assert!(signer("SECRET_KEY = \"two\"").unsign(&signed, None).is_err());
    assert!(signer("").unsign(&signed, None).is_err());
}

#[test]
fn an_earlier_key_still_counts() {
    let signed = TimestampSigner::from_settings(&read("SECRET_KEY = \"one\"")).sign("value");
    let changed = "SECRET_KEY = \"two\"\nSECRET_KEY_FALLBACKS = [\"one\"]";
    assert_eq!(TimestampSigner::from_settings(&read(changed)).unsign(&signed, None).unwrap(), "value");
}

#[tokio::test]
async fn only_allowed_hosts_are_answered() {
    let strict = "ALLOWED_HOSTS = [\".example.com\"]";
    assert_eq!(browser(strict).host("www.example.com").get("/").await.status(), 200);
    assert_eq!(browser(strict).host("example.org").get("/").await.status(), 400);
    assert_eq!(browser("").host("example.org").get("/").await.status(), 200);
    assert_eq!(Settings::new("/site").allowed_hosts, [""; 0], "without the setting nobody is");
}

/// The page of `debug.html` for a client at this address.
async fn debug_at(text: &str, address: &str) -> String {
    let mut request = http::Request::builder().uri("/debug.html").header("host", "a").body(Body::empty()).unwrap();
    let address: SocketAddr = address.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    let response = handler(text).handle(request).await;
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8_lossy(&body).into_owned()
}

#[tokio::test]
async fn a_developers_address_has_debug_in_templates() {
    let own = "DEBUG = true\nALLOWED_HOSTS = [\"*\"]\nINTERNAL_IPS = [\"10.0.0.7\", \"::1\"]";
    assert_eq!(debug_at(own, "10.0.0.7:4000").await, "True");
    assert_eq!(debug_at(own, "[::1]:4000").await, "True");
    assert_eq!(debug_at(own, "[::ffff:10.0.0.7]:4000").await, "True", "IPv4 on a socket for both");
    assert_eq!(debug_at(own, "10.0.0.8:4000").await, "False");
    assert_eq!(debug_at("INTERNAL_IPS = [\"10.0.0.7\"]", "10.0.0.7:4000").await, "False", "without DEBUG");
    assert_eq!(debug_at("DEBUG = true", "127.0.0.1:4000").await, "False");
    assert!(refusal("INTERNAL_IPS = [\"localhost\"]").contains("expects addresses"));
}

#[test]
fn an_app_that_is_installed_brings_its_files() {
    let has_admin = |text: &str| {
        let files = Finder::new(&read(text), EmbeddedFiles::default()).list().unwrap();
        files.keys().any(|path| path.starts_with("admin/"))
    };
    assert!(has_admin(""));
    assert!(!has_admin("INSTALLED_APPS = [\"rjango.contrib.auth\"]"));
}

#[tokio::test]
async fn the_middleware_is_the_list() {
    assert!(get("", "/").await.header("x-frame-options").is_some());
    assert!(get("MIDDLEWARE = []", "/").await.header("x-frame-options").is_none());
}

#[test]
fn a_silenced_check_is_not_shown() {
    let ids = |text: &str| {
        let site = Site::new(read(text));
        let report = run_checks(&CheckContext::new(&site, false), &["settings"]).unwrap();
        (report.messages.iter().map(|message| message.id.to_string()).collect::<Vec<_>>(), report.silenced)
    };
    assert_eq!(ids("SECRET_KEY = \"\""), (vec!["settings.E001".to_owned()], 0));
    assert_eq!(ids("SECRET_KEY = \"\"\nSILENCED_SYSTEM_CHECKS = [\"settings.E001\"]"), (vec![], 1));
}
