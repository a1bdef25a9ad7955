//! The code of `docs/settings.md`. Its tables are held by a test of the settings themselves.

use rjango_core::Result;
use rjango_http::{Client, Request, path, urls};

use super::{handler, handler_of};
use crate::site::has;

const GUIDE: &str = include_str!("../../../../../docs/settings.md");

/// The form of the guide, as it stands there.
pub const FORM: &str = include_str!("choose.html");

fn pieces(language: &str) -> Vec<&'static str> {
    GUIDE.split(&format!("```{language}\n")).skip(1).filter_map(|piece| piece.split("```").next()).collect()
}

#[derive(serde::Deserialize)]
struct Shop {
    page_size: u32,
}

async fn page_size(request: Request) -> Result<String> {
    let shop: Shop = request.settings().section("SHOP")?;
    Ok(shop.page_size.to_string())
}

#[tokio::test]
async fn a_section_is_a_projects_own() {
    let toml = pieces("toml").concat();
    let mut client = Client::of(handler_of(&toml, urls![path("", page_size)]));
    assert_eq!(client.get("/").await.text(), "20");
    let here: String = concat!(include_str!("guide.rs"), include_str!("../settings.rs")).split_whitespace().collect();
    for line in pieces("rust").iter().flat_map(|piece| piece.lines()) {
        let line: String = line.replace("rjango::contrib", "rjango_contrib").split_whitespace().collect();
        assert!(here.contains(&line), "docs/settings.md is not what runs: {line}");
    }
}

#[tokio::test]
async fn the_form_chooses_a_language() {
    assert_eq!(pieces("html"), [FORM]);
    let mut client = Client::of(handler("")).enforce_csrf_checks();
    let page = client.get("/choose.html").await;
    has(&page, "action=\"/i18n/setlang/\"");
    let value = |name: &str| {
        let text = page.text();
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let form = ["csrfmiddlewaretoken", "next", "language"].map(|name| (name, value(name)));
    let chosen = client.post("/i18n/setlang/", form).await;
    assert_eq!(chosen.header("location"), Some("/choose.html"));
    assert_eq!(client.cookie("django_language"), Some("de"));
}
