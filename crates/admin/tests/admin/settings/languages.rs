//! Languages, times and formats.

use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LANGUAGE, HeaderName, LOCATION, REFERER, VARY};
use rjango_core::Site;
use rjango_core::translation::gettext;
use rjango_http::client::ClientResponse;
use rjango_http::{Templates, context};
use rjango_templates::Formats;

use super::{Shown, browser, cookie, get, read, refusal};

pub const SHOWN: &[Shown] = &[
    ("USE_I18N", without_it_the_language_is_that_of_the_site),
    ("LANGUAGE_CODE", the_language_of_those_who_choose_none),
    ("LANGUAGES", a_language_that_the_site_does_not_offer_is_not_chosen),
    ("LOCALE_PATHS", texts_come_from_the_catalogs_of_its_folders),
    ("LANGUAGE_COOKIE_NAME", the_cookie_has_its_name_and_is_read_by_it),
    ("LANGUAGE_COOKIE_AGE", the_cookie_has_its_age),
    ("LANGUAGE_COOKIE_DOMAIN", the_cookie_has_its_domain),
    ("LANGUAGE_COOKIE_PATH", the_cookie_has_its_path),
    ("LANGUAGE_COOKIE_SECURE", the_cookie_may_be_for_https_alone),
    ("LANGUAGE_COOKIE_HTTPONLY", the_cookie_may_be_hidden_from_scripts),
    ("LANGUAGE_COOKIE_SAMESITE", the_cookie_may_stay_on_its_site),
    ("TIME_ZONE", a_time_zone_is_one_of_the_database),
    ("DATE_FORMAT", a_date_is_written_in_its_format),
    ("DATETIME_FORMAT", a_moment_is_written_in_its_format),
    ("TIME_FORMAT", a_time_is_written_in_its_format),
    ("YEAR_MONTH_FORMAT", a_month_is_written_in_its_format),
    ("MONTH_DAY_FORMAT", a_day_is_written_in_its_format),
    ("SHORT_DATE_FORMAT", a_short_date_is_written_in_its_format),
    ("SHORT_DATETIME_FORMAT", a_short_moment_is_written_in_its_format),
    ("FIRST_DAY_OF_WEEK", a_week_begins_with_its_day),
    ("DECIMAL_SEPARATOR", a_fraction_stands_behind_its_sign),
    ("THOUSAND_SEPARATOR", groups_of_digits_stand_apart_by_its_sign),
    ("USE_THOUSAND_SEPARATOR", numbers_are_grouped_where_it_says_so),
    ("NUMBER_GROUPING", groups_have_its_sizes),
];

/// The page for a browser that prefers German, then French.
async fn german(text: &str) -> ClientResponse {
    browser(text).with_header(ACCEPT_LANGUAGE, "de, fr;q=0.5").get("/language.html").await
}

#[tokio::test]
async fn without_it_the_language_is_that_of_the_site() {
    let chosen = german("").await;
    assert_eq!((chosen.text().as_str(), chosen.header(CONTENT_LANGUAGE)), ("de", Some("de")));
    assert!(chosen.header(VARY).unwrap().contains("Accept-Language"));
    let fixed = german("USE_I18N = false\nLANGUAGE_CODE = \"pl\"").await;
    assert_eq!((fixed.text().as_str(), fixed.header(CONTENT_LANGUAGE)), ("pl", Some("pl")));
    assert!(!fixed.header(VARY).unwrap_or_default().contains("Accept-Language"), "the answer is one for all");
    let mut with_cookie = browser("USE_I18N = false");
    with_cookie.set_cookie("django_language", "de");
    assert_eq!(with_cookie.get("/language.html").await.text(), "en-us");
}

#[tokio::test]
async fn the_language_of_those_who_choose_none() {
    assert_eq!(get("", "/language.html").await.text(), "en");
    assert_eq!(get("LANGUAGE_CODE = \"pl\"", "/language.html").await.text(), "pl");
}

#[tokio::test]
async fn a_language_that_the_site_does_not_offer_is_not_chosen() {
    let few = "LANGUAGES = [[\"en\", \"English\"], [\"fr\", \"French\"]]";
    assert_eq!(german("").await.text(), "de");
    assert_eq!(german(few).await.text(), "fr");
    let refused = browser(few).post("/i18n/setlang/", [("language", "de"), ("next", "/")]).await;
    assert!(refused.set_cookie("django_language").is_none());
}

/// The cookie of one who chooses German.
async fn choice(text: &str, name: &str) -> String {
    let chosen = browser(text).post("/i18n/setlang/", [("language", "de"), ("next", "/page/")]).await;
    assert_eq!(chosen.header(LOCATION), Some("/page/"));
    cookie(&chosen, name)
}

#[tokio::test]
async fn the_cookie_has_its_name_and_is_read_by_it() {
    assert_eq!(choice("", "django_language").await, "django_language=de; Path=/");
    assert_eq!(choice("LANGUAGE_COOKIE_NAME = \"lang\"", "lang").await, "lang=de; Path=/");
    for (text, name) in [("", "django_language"), ("LANGUAGE_COOKIE_NAME = \"lang\"", "lang")] {
        let mut client = browser(text);
        client.set_cookie(name, "de");
        assert_eq!(client.get("/language.html").await.text(), "de");
    }
}

#[tokio::test]
async fn the_cookie_has_its_age() {
    let aged = choice("LANGUAGE_COOKIE_AGE = 3600", "django_language").await;
    assert!(aged.contains("Max-Age=3600") && aged.contains("expires="), "{aged}");
}

#[tokio::test]
async fn the_cookie_has_its_domain() {
    let wide = choice("LANGUAGE_COOKIE_DOMAIN = \"example.com\"", "django_language").await;
    assert_eq!(wide, "django_language=de; Domain=example.com; Path=/");
}

#[tokio::test]
async fn the_cookie_has_its_path() {
    let narrow = choice("LANGUAGE_COOKIE_PATH = \"/shop/\"", "django_language").await;
    assert_eq!(narrow, "django_language=de; Path=/shop/");
}

#[tokio::test]
async fn the_cookie_may_be_for_https_alone() {
    let secure = choice("LANGUAGE_COOKIE_SECURE = true", "django_language").await;
    assert_eq!(secure, "django_language=de; Path=/; Secure");
}

#[tokio::test]
async fn the_cookie_may_be_hidden_from_scripts() {
    let hidden = choice("LANGUAGE_COOKIE_HTTPONLY = true", "django_language").await;
    assert_eq!(hidden, "django_language=de; HttpOnly; Path=/");
}

#[tokio::test]
async fn the_cookie_may_stay_on_its_site() {
    let strict = choice("LANGUAGE_COOKIE_SAMESITE = \"Strict\"", "django_language").await;
    assert_eq!(strict, "django_language=de; Path=/; SameSite=Strict");
}

#[tokio::test]
async fn who_chooses_a_language_stays_on_the_site() {
    let to = async |next: &str, referer: Option<&str>| {
        let mut client = browser("");
        if let Some(referer) = referer {
            client = client.with_header(REFERER, referer);
        }
        let answer = client.post("/i18n/setlang/", [("language", "de"), ("next", next)]).await;
        answer.header(LOCATION).map(str::to_owned).unwrap()
    };
    assert_eq!(to("/page/?a=1", None).await, "/page/?a=1");
    assert_eq!(to("https://evil.example/", None).await, "/");
    assert_eq!(to("//evil.example/", Some("http://testserver/page/")).await, "http://testserver/page/");
    assert_eq!(to("", Some("https://evil.example/")).await, "/");
}

#[tokio::test]
async fn a_get_chooses_nothing_and_a_script_gets_no_page() {
    let seen = get("", "/i18n/setlang/?language=de&next=/page/").await;
    assert_eq!((seen.header(LOCATION), seen.set_cookie("django_language").is_none()), (Some("/page/"), true));
    let script = |accept: &str| browser("").with_header(ACCEPT, accept);
    let done = script("application/json").post("/i18n/setlang/", [("language", "de")]).await;
    assert_eq!((done.status().as_u16(), done.set_cookie("django_language").is_some()), (204, true));
    let page = script("application/json, text/*;q=0.5").post("/i18n/setlang/", [("language", "de")]).await;
    assert_eq!(page.header(LOCATION), Some("/"));
    let asked = HeaderName::from_static("x-csrftoken");
    let forged =
        browser("").enforce_csrf_checks().with_header(asked, "x").post("/i18n/setlang/", [("language", "de")]).await;
    assert_eq!(forged.status(), 403);
}

#[test]
fn a_time_zone_is_one_of_the_database() {
    assert_eq!(read("TIME_ZONE = \"Europe/Berlin\"").time_zone.name(), "Europe/Berlin");
    assert!(refusal("TIME_ZONE = \"Europe/Berln\"").contains("expects a time zone"));
}

/// A moment as a template writes it by this filter.
async fn written(text: &str, filter: &str) -> String {
    let site = std::sync::Arc::new(Site::new(read(text)));
    let templates = Templates::new(site.settings());
    let source = format!("{{{{ moment|{filter} }}}}");
    let moment: chrono::DateTime<chrono::Utc> = "2026-11-30T14:05:00Z".parse().unwrap();
    let page = templates.render_text("moment.txt", &source, context! { moment });
    site.scope(page).await.unwrap()
}

async fn check_format(key: &str, filter: &str, default: &str) {
    assert_eq!(written("", filter).await, default);
    assert_eq!(written(&format!("{key} = \"Y.d\""), filter).await, "2026.30");
}

#[tokio::test]
async fn a_date_is_written_in_its_format() {
    check_format("DATE_FORMAT", "date", "Nov. 30, 2026").await;
}

#[tokio::test]
async fn a_moment_is_written_in_its_format() {
    check_format("DATETIME_FORMAT", "date:\"DATETIME_FORMAT\"", "Nov. 30, 2026, 2:05 p.m.").await;
}

#[tokio::test]
async fn a_time_is_written_in_its_format() {
    assert_eq!(written("", "time").await, "2:05 p.m.");
    assert_eq!(written("TIME_FORMAT = \"H.i\"", "time").await, "14.05");
}

#[tokio::test]
async fn a_month_is_written_in_its_format() {
    check_format("YEAR_MONTH_FORMAT", "date:\"YEAR_MONTH_FORMAT\"", "November 2026").await;
}

#[tokio::test]
async fn a_day_is_written_in_its_format() {
    check_format("MONTH_DAY_FORMAT", "date:\"MONTH_DAY_FORMAT\"", "November 30").await;
}

#[tokio::test]
async fn a_short_date_is_written_in_its_format() {
    check_format("SHORT_DATE_FORMAT", "date:\"SHORT_DATE_FORMAT\"", "11/30/2026").await;
}

#[tokio::test]
async fn a_short_moment_is_written_in_its_format() {
    check_format("SHORT_DATETIME_FORMAT", "date:\"SHORT_DATETIME_FORMAT\"", "11/30/2026 2:05 p.m.").await;
}

#[test]
fn texts_come_from_the_catalogs_of_its_folders() {
    let folder = tempfile::tempdir().unwrap();
    let messages = folder.path().join("de").join("LC_MESSAGES");
    std::fs::create_dir_all(&messages).unwrap();
    // One text, as `msgfmt` lays a catalog out.
    let numbers = [0x9504_12de_u32, 0, 1, 28, 36, 0, 44, 4, 44, 9, 49];
    let mut catalog: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    catalog.extend(b"Save\0Speichern\0");
    std::fs::write(messages.join("django.mo"), catalog).unwrap();
    let said = |text: &str| {
        let site = std::sync::Arc::new(Site::new(read(&format!("LANGUAGE_CODE = \"de\"\n{text}"))));
        site.enter(|| gettext("Save").into_owned())
    };
    assert_eq!(said(""), "Save");
    assert_eq!(said(&format!("LOCALE_PATHS = [{:?}]", folder.path())), "Speichern");
}

/// A number as a page in the site's language prints it.
fn number(text: &str) -> String {
    let settings = read(text);
    let value = rjango_templates::Value::from(1_234_567.5);
    Formats::of_site(&settings.language_code, &settings).localize(&value).unwrap_or_else(|| value.text().into_owned())
}

const GROUPED: &str = "USE_THOUSAND_SEPARATOR = true\n";

#[test]
fn a_week_begins_with_its_day() {
    let day = |text: &str| {
        let settings = read(text);
        Formats::of_site("en-us", &settings).get("FIRST_DAY_OF_WEEK").unwrap().to_owned()
    };
    assert_eq!([day(""), day("FIRST_DAY_OF_WEEK = 1")], ["0", "1"]);
    assert!(refusal("FIRST_DAY_OF_WEEK = 7").contains("expects a day from 0 (Sunday) to 6 (Saturday), found `7`"));
}

#[test]
fn a_fraction_stands_behind_its_sign() {
    assert_eq!([number(""), number("DECIMAL_SEPARATOR = \",\"")], ["1234567.5", "1234567,5"]);
}

#[test]
fn groups_of_digits_stand_apart_by_its_sign() {
    let apart = format!("{GROUPED}THOUSAND_SEPARATOR = \"'\"");
    assert_eq!([number(GROUPED), number(&apart)], ["1,234,567.5", "1'234'567.5"]);
}

#[test]
fn numbers_are_grouped_where_it_says_so() {
    assert_eq!([number(""), number(GROUPED)], ["1234567.5", "1,234,567.5"]);
}

#[test]
fn groups_have_its_sizes() {
    let grouped = |sizes: &str| number(&format!("{GROUPED}NUMBER_GROUPING = {sizes}"));
    assert_eq!([grouped("[3, 2]"), grouped("4"), grouped("0")], ["12,34,567.5", "123,4567.5", "1234567.5"]);
}
