//! The system checks: what the deployment of a settings file is warned of.
#![allow(clippy::unwrap_used)]

use expect_test::{Expect, expect};
use rjango_core::checks::{Check, CheckContext, CheckMessage, CheckReport, Level, all_checks, run_checks};
use rjango_core::named::{Named, SourceItem, SourceItems};
use rjango_core::settings::{Settings, Sources};
use rjango_core::{Result, Site};

fn reports_currency(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    match context.site().get::<Currency>() {
        Some(Currency(name)) => vec![CheckMessage::new(Level::Info, "shop.I001", format!("prices are in {name}"))],
        None => Vec::new(),
    }
}

struct Currency(&'static str);

inventory::submit! { Check::new("shop::currency", &["shop"], reports_currency) }

fn run(settings: &str, deploy: bool, tags: &[&str]) -> Result<CheckReport> {
    let sources = Sources::new("/site").with_file("config/settings.toml", settings);
    let site = Site::new(Settings::from_sources(&sources)?).with(Currency("EUR"));
    run_checks(&CheckContext::new(&site, deploy), tags)
}

fn check(settings: &str, deploy: bool, expected: Expect) {
    let report = run(settings, deploy, &[]).unwrap();
    let lines: Vec<_> = report.messages.iter().filter(|m| m.id != "shop.I001").map(ToString::to_string).collect();
    expected.assert_eq(&lines.join("\n"));
}

const KEY: &str = "SECRET_KEY = \"s0me-l0ng-random-key-that-nobody-has-written-down-yet-anywhere\"\n";
const MIDDLEWARE: &str = r#"MIDDLEWARE = [
    "rjango.middleware.security.SecurityMiddleware",
    "rjango.contrib.sessions.middleware.SessionMiddleware",
    "rjango.middleware.csrf.CsrfViewMiddleware",
    "rjango.middleware.clickjacking.XFrameOptionsMiddleware",
]
INSTALLED_APPS = ["rjango.contrib.sessions"]
"#;
const SAFE: &str = r#"ALLOWED_HOSTS = ["example.com"]
SECURE_SSL_REDIRECT = true
SECURE_HSTS_SECONDS = 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = true
SECURE_HSTS_PRELOAD = true
SESSION_COOKIE_SECURE = true
CSRF_COOKIE_SECURE = true
"#;

#[test]
fn a_safe_deployment_hears_nothing() {
    check(&format!("{KEY}{MIDDLEWARE}{SAFE}"), true, expect![""]);
}

#[test]
fn without_a_deployment_only_what_does_not_work_is_told() {
    check(&format!("DEBUG = true\n{KEY}"), false, expect![""]);
    check(
        "",
        false,
        expect![[r#"
        error[settings.E001]: `SECRET_KEY` is empty
          hint: set it in `config/settings.toml`, or by the environment variable `SECRET_KEY`"#]],
    );
    check(
        &format!("{KEY}LANGUAGE_CODE = \"de-at\"\nLANGUAGES = [[\"en\", \"English\"]]"),
        false,
        expect![[r#"
        error[translation.E004]: `LANGUAGE_CODE = "de-at"` is not in `LANGUAGES`
          hint: add it to `LANGUAGES`, or choose one that is there"#]],
    );
    check(&format!("{KEY}LANGUAGE_CODE = \"de-at\"\nLANGUAGES = [[\"de\", \"German\"]]"), false, expect![""]);
}

#[test]
fn a_careless_deployment_hears_everything() {
    check(
        &format!(
            "DEBUG = true\nSECRET_KEY = \"rjango-insecure-x\"\nSECRET_KEY_FALLBACKS = [\"short\", \"{}\"]\n{MIDDLEWARE}",
            "ab".repeat(30)
        ),
        true,
        expect![[r#"
            warning[security.W009]: `SECRET_KEY` starts with `rjango-insecure-`, so it is the one that startproject wrote
              hint: set a long random value by the environment variable `SECRET_KEY`; who knows it can forge sessions
            warning[security.W025]: `SECRET_KEY_FALLBACKS[0]` has fewer than 50 characters
              hint: remove it as soon as what it signed is old
            warning[security.W025]: `SECRET_KEY_FALLBACKS[1]` has fewer than 5 different characters
              hint: remove it as soon as what it signed is old
            warning[security.W018]: `DEBUG` is on in a deployment
              hint: set `RJANGO_DEBUG=false`: error pages show settings, queries and source
            warning[security.W020]: `ALLOWED_HOSTS` is empty in a deployment
              hint: list the site's host names, as in `RJANGO_ALLOWED_HOSTS=example.com,www.example.com`
            warning[security.W004]: `SECURE_HSTS_SECONDS` is not set
              hint: where the whole site is on HTTPS, set it: first an hour, later a year; it cannot be taken back at once
            warning[security.W008]: `SECURE_SSL_REDIRECT` is off
              hint: set it, or let the proxy in front redirect and list `security.W008` in `SILENCED_SYSTEM_CHECKS`
            warning[security.W012]: `SESSION_COOKIE_SECURE` is off, so sessions can be overheard on HTTP
              hint: set it where the site is on HTTPS
            warning[security.W016]: `CSRF_COOKIE_SECURE` is off, so tokens can be overheard on HTTP
              hint: set it where the site is on HTTPS"#]],
    );
}

#[test]
fn headers_that_were_turned_off_are_told() {
    check(
        &format!(
            "{KEY}{MIDDLEWARE}{SAFE}SECURE_CONTENT_TYPE_NOSNIFF = false\nSECURE_REFERRER_POLICY = false\nX_FRAME_OPTIONS = \"SAMEORIGIN\"\nSESSION_COOKIE_HTTPONLY = false"
        ),
        true,
        expect![[r#"
            warning[security.W006]: `SECURE_CONTENT_TYPE_NOSNIFF` is off, so browsers guess types
              hint: set it: a guess can turn an uploaded file into a script
            warning[security.W019]: `X_FRAME_OPTIONS` is not `DENY`
              hint: set it to `DENY` unless pages of this site stand in frames of this site
            warning[security.W022]: `SECURE_REFERRER_POLICY` is off, so other sites see users' addresses here
              hint: set it, for example to `same-origin`
            warning[security.W015]: `SESSION_COOKIE_HTTPONLY` is off, so a script can steal sessions
              hint: set it: no script needs that cookie"#]],
    );
}

#[test]
fn missing_middleware_is_told_instead_of_its_settings() {
    let report = run(KEY, true, &["security"]).unwrap();
    let ids: Vec<_> = report.messages.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids, ["security.W020", "security.W001", "security.W002", "security.W003"]);
}

#[test]
fn hsts_subdomains_and_preload_matter_once_it_is_on() {
    let settings = format!("{KEY}{MIDDLEWARE}{SAFE}")
        .replace("SECURE_HSTS_INCLUDE_SUBDOMAINS = true", "")
        .replace("SECURE_HSTS_PRELOAD = true", "");
    let report = run(&settings, true, &[]).unwrap();
    let ids: Vec<_> = report.messages.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids, ["security.W005", "security.W021", "shop.I001"]);
}

#[test]
fn session_cookies_have_an_identifier_for_app_and_middleware() {
    let id = |lists: &str| {
        let report = run(&format!("{KEY}{lists}"), true, &["security"]).unwrap();
        let of_session = |m: &&CheckMessage| m.message.contains("SESSION_COOKIE_SECURE");
        report.messages.iter().find(of_session).map(|message| message.id.clone())
    };
    let (app, middleware) = (
        "INSTALLED_APPS = [\"rjango.contrib.sessions\"]\n",
        "MIDDLEWARE = [\"rjango.contrib.sessions.middleware.SessionMiddleware\"]\n",
    );
    assert_eq!(id(app).as_deref(), Some("security.W010"));
    assert_eq!(id(middleware).as_deref(), Some("security.W011"));
    assert_eq!(id(&format!("{app}{middleware}")).as_deref(), Some("security.W012"));
    assert_eq!(id(""), None);
}

#[test]
fn silenced_messages_are_counted_and_kept_back() {
    let settings = "SILENCED_SYSTEM_CHECKS = [\"settings.E001\"]";
    let report = run(settings, false, &["settings"]).unwrap();
    assert_eq!((report.messages.len(), report.silenced, report.is_serious()), (0, 1, false));
    assert!(run("", false, &["settings"]).unwrap().is_serious());
}

#[test]
fn tags_choose() {
    let report = run("", true, &["shop"]).unwrap();
    expect!["info[shop.I001]: prices are in EUR"].assert_eq(&report.messages[0].to_string());
    assert_eq!(report.messages.len(), 1);
    let error = run("", false, &["securty"]).unwrap_err();
    expect!["no check has the tag `securty`\nhint: did you mean `security`?"].assert_eq(&format!("{error:?}"));
    let error = run("", false, &["x"]).unwrap_err();
    expect!["no check has the tag `x`\nhint: the tags are `files`, `security`, `settings`, `shop`, `translation`"]
        .assert_eq(&format!("{error:?}"));
}

#[test]
fn the_most_serious_comes_first() {
    let report = run("", true, &[]).unwrap();
    let levels: Vec<_> = report.messages.iter().map(|message| message.level).collect();
    assert!(levels.is_sorted_by(|a, b| a >= b), "{levels:?}");
    assert_eq!((levels.first(), levels.last()), (Some(&Level::Error), Some(&Level::Info)));
}

#[test]
fn names_of_checks_are_unique() {
    let mut names: Vec<_> = all_checks().iter().map(|check| check.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_message_shows_place_and_hint() {
    let message = CheckMessage::error("models.E001", "two models have the table `shop_tag`")
        .at("shop/models.rs", 12, 5)
        .with_hint("give one another `#[model(table = ..)]`");
    expect![[r#"
        error[models.E001]: two models have the table `shop_tag`
          at shop/models.rs:12:5
          hint: give one another `#[model(table = ..)]`"#]]
    .assert_eq(&message.to_string());
}

static ENGINES: Named = Named {
    setting: "SESSION_ENGINE",
    noun: "session engine",
    attribute: Some("session_engine"),
    named: |settings| vec![settings.session_engine.as_str()],
    compiled: || vec!["rjango.contrib.sessions.backends.db".to_owned()],
};

inventory::submit! { &ENGINES }

/// What the check says of a name, where the source shows these items; `None` in the project's own binary.
fn check_name(name: &str, source: Option<&[(&str, bool)]>, expected: Expect) {
    let text = format!("{KEY}SESSION_ENGINE = \"{name}\"\n");
    let sources = Sources::new("/site").with_file("config/settings.toml", &text);
    let mut site = Site::new(Settings::from_sources(&sources).unwrap());
    if let Some(source) = source {
        let item = |(name, is_conditional): &(&str, bool)| SourceItem {
            attribute: "session_engine",
            name: (*name).to_owned(),
            is_conditional: *is_conditional,
            end: None,
        };
        site.insert(SourceItems(source.iter().map(item).collect()));
    }
    let report = run_checks(&CheckContext::new(&site, false), &["settings"]).unwrap();
    expected.assert_eq(&report.messages.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn names_are_held_against_what_is_compiled_in_and_what_the_source_shows() {
    check_name("rjango.contrib.sessions.backends.db", None, expect![""]);
    check_name("shop.sessions.redis", Some(&[("shop.sessions.redis", false)]), expect![""]);
    check_name("shop.sessions.redis", Some(&[("shop.sessions.redis", true)]), expect![""]);
    check_name(
        "rjango.contrib.sessions.backends.dv",
        None,
        expect![[r#"
        error[settings.E002]: `SESSION_ENGINE` names `rjango.contrib.sessions.backends.dv`, and there is no such session engine
          at config/settings.toml:2:18
          hint: did you mean `rjango.contrib.sessions.backends.db`?"#]],
    );
    check_name(
        "shop.sessions.reddis",
        Some(&[("shop.sessions.redis", false)]),
        expect![[r#"
        error[settings.E002]: `SESSION_ENGINE` names `shop.sessions.reddis`, and there is no such session engine
          at config/settings.toml:2:18
          hint: did you mean `shop.sessions.redis`?"#]],
    );
    check_name(
        "nothing.like.it",
        Some(&[]),
        expect![[r#"
        error[settings.E002]: `SESSION_ENGINE` names `nothing.like.it`, and there is no such session engine
          at config/settings.toml:2:18
          hint: write `#[session_engine]` above the item, and name it by its module and its own name: `app.module.name`"#]],
    );
}
