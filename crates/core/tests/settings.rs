//! The settings from sources: files, overlays, environment, and everything that can be wrong with them.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use expect_test::{Expect, expect};
use rjango_core::settings::{Settings, SettingsErrors, Sources};
use rjango_core::{ErrorKind, SameSite};

const FILE: &str = "config/settings.toml";

fn file(text: &str) -> Sources {
    Sources::new("/site").with_file(FILE, text)
}

fn read(text: &str) -> Settings {
    Settings::from_sources(&file(text)).unwrap()
}

fn environment(variables: &[(&str, &str)]) -> Sources {
    file("").with_environment(variables.iter().copied())
}

/// The settings that differ from their defaults, as `diffsettings` would list them.
fn check(sources: &Sources, expected: Expect) {
    let settings = Settings::from_sources(sources).unwrap();
    let listed = settings.listed();
    let lines = listed.iter().filter(|listed| listed.is_changed()).map(|listed| {
        let origin = listed.origin.as_ref().map_or_else(String::new, |origin| format!("  # {origin}"));
        format!("{} = {}{origin}\n", listed.name, listed.value)
    });
    expected.assert_eq(&lines.collect::<String>());
}

/// The error, as a command would print it.
fn check_error(sources: &Sources, expected: Expect) {
    let error = Settings::from_sources(sources).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ImproperlyConfigured);
    expected.assert_eq(&format!("{error:?}"));
}

#[test]
fn defaults_are_djangos() {
    let settings = Settings::new("/site");
    assert!(!settings.debug);
    assert_eq!(settings.session_cookie_age, 1_209_600);
    assert_eq!(settings.csrf_cookie_age, Some(31_449_600));
    assert_eq!(settings.session_cookie_samesite, Some(SameSite::Lax));
    assert_eq!(settings.languages.len(), 99);
    assert_eq!(settings.templates_dirs, [Path::new("/site/templates")]);
    assert_eq!(settings.databases["default"].name, "/site/db.sqlite3");
}

#[test]
fn a_file_without_a_key_is_the_defaults() {
    check(&file("# nothing yet\n"), expect![""]);
    check(&Sources::new("/site"), expect![""]);
}

#[test]
fn the_shops_file_is_read() {
    check(
        &file(
            r#"
DEBUG = true
SECRET_KEY = "rjango-insecure-replace-me-before-deploying"
ALLOWED_HOSTS = []
INSTALLED_APPS = [
    "rjango.contrib.admin",
    "shop",
]
MIDDLEWARE = ["rjango.middleware.common.CommonMiddleware"]

[DATABASES.default]
ENGINE = "sqlite"
NAME = "data/db.sqlite3"
"#,
        ),
        expect![[r#"
            DEBUG = true  # config/settings.toml:2:9
            SECRET_KEY = "********"  # config/settings.toml:3:14
            INSTALLED_APPS = ["rjango.contrib.admin", "shop"]  # config/settings.toml:5:18
            MIDDLEWARE = ["rjango.middleware.common.CommonMiddleware"]  # config/settings.toml:9:14
            DATABASES = { default = { ENGINE = "sqlite", NAME = "/site/data/db.sqlite3" } }  # config/settings.toml:11:2
        "#]],
    );
}

#[test]
fn false_stands_for_pythons_none() {
    let settings = read("CSRF_COOKIE_AGE = false\nSESSION_COOKIE_SAMESITE = false\nLOGOUT_REDIRECT_URL = \"/\"");
    assert_eq!(settings.csrf_cookie_age, None);
    assert_eq!(settings.session_cookie_samesite, None);
    assert_eq!(settings.logout_redirect_url.as_deref(), Some("/"));
    let none = read("SESSION_COOKIE_SAMESITE = \"none\"");
    assert_eq!(none.session_cookie_samesite, Some(SameSite::None));
}

#[test]
fn pairs_paths_and_validators_are_read() {
    check(
        &file(
            r#"
LANGUAGES = [["de", "German"], ["en", "English"]]
STATIC_ROOT = "/srv/static"
STATICFILES_DIRS = ["assets", "/srv/more"]
SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]
AUTH_PASSWORD_VALIDATORS = ["a.B", { NAME = "c.D", OPTIONS = { min_length = 9 } }]
"#,
        ),
        expect![[r#"
            STATIC_ROOT = "/srv/static"  # config/settings.toml:3:15
            STATICFILES_DIRS = ["/site/assets", "/srv/more"]  # config/settings.toml:4:20
            LANGUAGES = [["de", "German"], ["en", "English"]]  # config/settings.toml:2:13
            SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]  # config/settings.toml:5:27
            AUTH_PASSWORD_VALIDATORS = ["a.B", { NAME = "c.D", OPTIONS = { min_length = 9 } }]  # config/settings.toml:6:28
        "#]],
    );
}

#[test]
fn an_unknown_key_is_reported_with_the_nearest() {
    check_error(
        &file("\n  DEBG = true"),
        expect![[r#"
            config/settings.toml:2:3: unknown setting `DEBG`
            hint: did you mean `DEBUG`? a key of your own goes into a section, such as `[SHOP]`"#]],
    );
    check_error(
        &file("allowed_hosts = []"),
        expect![[r#"
            config/settings.toml:1:1: unknown setting `allowed_hosts`
            hint: did you mean `ALLOWED_HOSTS`? a key of your own goes into a section, such as `[SHOP]`"#]],
    );
    check_error(
        &file("XYZZY = 1"),
        expect![[r#"
        config/settings.toml:1:1: unknown setting `XYZZY`
        hint: a key of your own goes into a section, such as `[SHOP]`"#]],
    );
    check_error(
        &file("[[SHOPS]]\nA = 1"),
        expect![[r#"
        config/settings.toml:1:3: unknown setting `SHOPS`
        hint: a key of your own goes into a section, such as `[SHOP]`"#]],
    );
}

#[test]
fn everything_wrong_is_reported_at_once_in_the_files_order() {
    let sources = file(
        r#"TIME_ZONES = "UTC"
DEBUG = "yes"
ALLOWED_HOSTS = "example.com"
SESSION_COOKIE_AGE = -1
INTERNAL_IPS = ["127.0.0.1", 7]

[DATABASES.default]
ENGIN = "sqlite"
NAME = "db"
PORT = 70000
"#,
    )
    .with_environment([("RJANGO_USE_I18N", "maybe")]);
    check_error(
        &sources,
        expect![[r#"
            the settings have 9 errors
              config/settings.toml:1:1: unknown setting `TIME_ZONES`
                hint: did you mean `TIME_ZONE`? a key of your own goes into a section, such as `[SHOP]`
              config/settings.toml:2:9: `DEBUG` expects `true` or `false`, found the string `yes`
              config/settings.toml:3:17: `ALLOWED_HOSTS` expects a list, each entry a string, found the string `example.com`
              config/settings.toml:4:22: `SESSION_COOKIE_AGE` expects an integer from 0 on, found the integer `-1`
              config/settings.toml:5:30: `INTERNAL_IPS` expects a string, found the integer `7`
              config/settings.toml:7:1: `DATABASES.default` has no `ENGINE`
              config/settings.toml:8:1: unknown setting `DATABASES.default.ENGIN`
                hint: did you mean `DATABASES.default.ENGINE`?
              config/settings.toml:10:8: `DATABASES.default.PORT` expects an integer from 0 to 65535, found the integer `70000`
              environment variable RJANGO_USE_I18N: `USE_I18N` expects `true` or `false`, found the string `maybe`"#]],
    );
    let error = Settings::from_sources(&sources).unwrap_err();
    let problems = error.downcast_ref::<SettingsErrors>().unwrap().problems();
    assert_eq!((problems[1].key(), problems[1].place().line), ("DEBUG", 2));
}

#[test]
fn a_syntax_error_has_its_line_and_the_parsers_words() {
    check_error(
        &file("DEBUG = true\nALLOWED_HOSTS = [\"a\"\n"),
        expect![[r#"
            config/settings.toml:2:21: unclosed array, expected `]`
            hint: TOML writes `KEY = value`: text in quotes, `true` or `false`, lists in `[ ]`"#]],
    );
    check_error(
        &file("DEBUG = true\nDEBUG = false\n"),
        expect![[r#"
        config/settings.toml:2:1: duplicate key
        hint: TOML writes `KEY = value`: text in quotes, `true` or `false`, lists in `[ ]`"#]],
    );
    check_error(
        &file("DEBUG = True\n"),
        expect![[r#"
        config/settings.toml:1:9: invalid boolean, expected `true`
        hint: write `true`"#]],
    );
    check_error(
        &file("SECURE_SSL_HOST = None\nDEBUG = False"),
        expect![[r#"
        the settings have 2 errors
          config/settings.toml:1:19: invalid float, expected `nan`
            hint: leave the key out, or write `false` where the default is not none
          config/settings.toml:2:9: invalid boolean, expected `false`
            hint: write `false`"#]],
    );
    // What the broken file would have said is not reported as missing.
    let overlay = file("DEBUG\n").with_file("config/settings.test.toml", "[DATABASES.default]\nNAME = \"x\"");
    check_error(
        &overlay,
        expect![[r#"
        config/settings.toml:1:6: key with no value, expected `=`
        hint: TOML writes `KEY = value`: text in quotes, `true` or `false`, lists in `[ ]`"#]],
    );
}

#[test]
fn columns_count_characters() {
    check_error(
        &file("LANGUAGES = [[\"is\", \"íslenska\"], 7]"),
        expect![[
            r#"config/settings.toml:1:34: `LANGUAGES` expects a pair of strings, as `["..", ".."]`, found the integer `7`"#
        ]],
    );
}

#[test]
fn django_settings_that_are_not_here_say_what_is() {
    check_error(
        &file("ROOT_URLCONF = \"config.urls\""),
        expect![[r#"
            config/settings.toml:1:1: `ROOT_URLCONF` is a setting of Django's that rjango does not have
            hint: the URLs are named in `manage.rs`: `rjango::project!().urls(...)`"#]],
    );
}

#[test]
fn what_would_have_no_effect_is_refused_wherever_it_is_set() {
    let sources = file("MEDIA_ROOT = \"media\"\n[CACHES.default]\nBACKEND = \"redis\"")
        .with_file("config/settings.production.toml", "USE_TZ = false")
        .with_environment([("RJANGO_EMAIL_HOST_PASSWORD", "hunter2"), ("RJANGO_ROOT_URLCONF", "config.urls")]);
    check_error(
        &sources,
        expect![[r#"
            the settings have 5 errors
              config/settings.production.toml:1:10: `USE_TZ` expects `true`, found the boolean `false`
                hint: remove it: a moment always carries its zone; a field of type `DateTime` is in UTC
              config/settings.toml:1:1: `MEDIA_ROOT` is a setting of Django's that rjango does not have
                hint: save uploads with `UploadedFile::save`, and serve their folder by a route of your own; a section of your own, such as `[UPLOADS]`, can name the folder
              config/settings.toml:2:2: `CACHES` is a setting of Django's that rjango does not have
                hint: remove it: rjango does not have a cache yet; a reverse proxy can keep whole pages
              environment variable RJANGO_EMAIL_HOST_PASSWORD: `EMAIL_HOST_PASSWORD` is a setting of Django's that rjango does not have
                hint: remove it: rjango does not send e-mail yet; keep the values in a section of your own, such as `[MAIL]`
              environment variable RJANGO_ROOT_URLCONF: `ROOT_URLCONF` is a setting of Django's that rjango does not have
                hint: the URLs are named in `manage.rs`: `rjango::project!().urls(...)`"#]],
    );
}

#[test]
fn the_commands_own_variables_are_not_settings() {
    check(&environment(&[("RJANGO_BASE_DIR", "/srv"), ("RJANGO_BIND", "0.0.0.0:80")]), expect![""]);
}

#[test]
fn what_rjango_does_anyway_may_be_said() {
    let said = "USE_TZ = true\nDEFAULT_AUTO_FIELD = \"django.db.models.BigAutoField\"\nCSRF_USE_SESSIONS = false";
    check(&file(said).with_environment([("RJANGO_USE_TZ", "on")]), expect![""]);
    check_error(
        &file("DEFAULT_AUTO_FIELD = \"django.db.models.AutoField\""),
        expect![[r#"
            config/settings.toml:1:22: `DEFAULT_AUTO_FIELD` expects `"BigAutoField"`, found the string `django.db.models.AutoField`
            hint: each model declares its own key: `id: Auto` is Django's `BigAutoField`, `id: Auto32` is `AutoField`"#]],
    );
}

#[test]
fn an_app_may_bear_the_name_of_a_setting_that_is_refused() {
    let tasks = read("INSTALLED_APPS = [\"tasks\"]\n[TASKS]\nEVERY = 5");
    assert_eq!(tasks.section::<std::collections::BTreeMap<String, u32>>("TASKS").unwrap()["EVERY"], 5);
    assert!(Settings::from_sources(&file("[TASKS]\nEVERY = 5")).is_err());
}

#[test]
fn a_misspelt_time_zone_is_refused_with_the_nearest_one() {
    check_error(
        &file("TIME_ZONE = \"Europe/Berln\""),
        expect![[r#"
        config/settings.toml:1:13: `TIME_ZONE` expects a time zone such as `Europe/Berlin`, found `Europe/Berln`
        hint: did you mean `Europe/Berlin`?"#]],
    );
    assert_eq!(read("TIME_ZONE = \"Europe/Berlin\"").time_zone.name(), "Europe/Berlin");
}

#[test]
fn values_are_validated() {
    let cases = [
        ("STATIC_URL = \"ftp://a/\"", "`STATIC_URL` expects a path, `http://` or `https://`, found `ftp://a/`"),
        ("FORCE_SCRIPT_NAME = \"shop/\"", "`FORCE_SCRIPT_NAME` expects a path such as `/shop`, found `shop/`"),
        ("STATIC_URL = \"/static\"", "`STATIC_URL` must end with `/`, found `/static`"),
        ("LANGUAGE_CODE = \"en_US\"", "`LANGUAGE_CODE` expects a language code such as `en-us`, found `en_US`"),
        (
            "TIME_ZONE = \"Europe/Berln\"",
            "`TIME_ZONE` expects a time zone such as `Europe/Berlin`, found `Europe/Berln`",
        ),
        (
            "INTERNAL_IPS = [\"::1\", \"localhost\"]",
            "`INTERNAL_IPS` expects addresses such as `127.0.0.1` and `::1`, found `localhost`",
        ),
        ("HEALTH_PATH = \"healthz\"", "`HEALTH_PATH` expects a path such as `/healthz`, found `healthz`"),
        ("HEALTH_PATH = \"/\"", "`HEALTH_PATH` expects a path such as `/healthz`, found `/`"),
        ("HEALTH_PATH = \"/up?now\"", "`HEALTH_PATH` expects a path such as `/healthz`, found `/up?now`"),
        (
            "SERVER_MAX_CONNECTIONS = 0",
            "`SERVER_MAX_CONNECTIONS` expects at least 1, or `false` for no limit, found `0`",
        ),
        ("SERVER_MAX_HEADER_BYTES = 100", "`SERVER_MAX_HEADER_BYTES` expects at least 8192, found `100`"),
        (
            "ABANDONED_REQUEST_TIMEOUT = -1",
            "`ABANDONED_REQUEST_TIMEOUT` expects an integer from 0 on, found the integer `-1`",
        ),
        ("SESSION_COOKIE_NAME = \"a b\"", "`SESSION_COOKIE_NAME` is no name for a cookie: `a b`"),
        (
            "CSRF_HEADER_NAME = \"X-CSRFToken\"",
            "`CSRF_HEADER_NAME` expects a header such as `HTTP_X_CSRFTOKEN`, found `X-CSRFToken`",
        ),
        (
            "CSRF_TRUSTED_ORIGINS = [\"example.com\"]",
            "`CSRF_TRUSTED_ORIGINS` lists `example.com` without a scheme; write `https://example.com`",
        ),
        (
            "SECURE_REFERRER_POLICY = \"same-origin, nowhere\"",
            "`SECURE_REFERRER_POLICY` expects one of `no-referrer`, `no-referrer-when-downgrade`, `origin`, `origin-when-cross-origin`, `same-origin`, `strict-origin`, `strict-origin-when-cross-origin`, `unsafe-url`, found `nowhere`",
        ),
        (
            "SECURE_CROSS_ORIGIN_OPENER_POLICY = \"x\"",
            "`SECURE_CROSS_ORIGIN_OPENER_POLICY` expects one of `same-origin`, `same-origin-allow-popups`, `unsafe-none`, found `x`",
        ),
        ("INSTALLED_APPS = [\"shop\", \"shop\"]", "`INSTALLED_APPS` lists `shop` twice"),
        (
            "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"d\"\n\
             [DATABASES.a]\nENGINE = \"sqlite\"\nNAME = \"a\"\nAPPS = [\"shop\"]\n\
             [DATABASES.b]\nENGINE = \"sqlite\"\nNAME = \"b\"\nAPPS = [\"shop\"]",
            "`DATABASES` lists `shop` in the APPS of both `a` and `b`",
        ),
        (
            "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"d\"\n\
             [DATABASES.a]\nENGINE = \"sqlite\"\nNAME = \"a\"\nREPLICA_OF = \"b\"",
            "`DATABASES` makes `a` a replica of `b`, which is not there",
        ),
        (
            "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"d\"\n\
             [DATABASES.a]\nENGINE = \"sqlite\"\nNAME = \"a\"\nREPLICA_OF = \"b\"\n\
             [DATABASES.b]\nENGINE = \"sqlite\"\nNAME = \"b\"\nREPLICA_OF = \"default\"",
            "`DATABASES` makes `a` a replica of `b`, which is itself a replica",
        ),
        (
            "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"d\"\n\
             [DATABASES.a]\nENGINE = \"sqlite\"\nNAME = \"a\"\nREPLICA_OF = \"default\"\nAPPS = [\"shop\"]",
            "`DATABASES` gives `a` both APPS and REPLICA_OF; a replica has the apps of `default`",
        ),
        ("PASSWORD_HASHERS = []", "`PASSWORD_HASHERS` must not be empty"),
        ("AUTH_USER_MODEL = \"User\"", "`AUTH_USER_MODEL` expects `app.Model`, found `User`"),
        (
            "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"d\"\n\
             [DATABASES.a]\nENGINE = \"sqlite\"\nNAME = \"a\"\nREPLICA_OF = \"default\"\nATOMIC_REQUESTS = true",
            "`DATABASES` gives `a` both ATOMIC_REQUESTS and REPLICA_OF; set ATOMIC_REQUESTS of `default`",
        ),
        (
            "[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"d\"\nHOST = \"db.internal\"",
            "`DATABASES.default.HOST` means nothing to SQLite, which is a file",
        ),
        (
            "[DATABASES.default]\nENGINE = \"postgres\"\nNAME = \"d\"\nCONN_HEALTH_CHECKS = true",
            "rjango does not have `DATABASES.default.CONN_HEALTH_CHECKS`",
        ),
        (
            "SESSION_COOKIE_SAMESITE = \"Loose\"",
            "`SESSION_COOKIE_SAMESITE` expects `\"Lax\"`, `\"Strict\"` or `\"None\"`, found the string `Loose`",
        ),
        ("AUTH_PASSWORD_VALIDATORS = [{ OPTIONS = {} }]", "`AUTH_PASSWORD_VALIDATORS` has an entry without `NAME`"),
        ("SESSION_COOKIE_AGE = 99999999999999999999", "the integer does not fit 64 bits"),
    ];
    for (text, message) in cases {
        assert_eq!(Settings::from_sources(&file(text)).unwrap_err().to_string(), message, "{text}");
    }
    for text in
        ["LANGUAGE_CODE = \"zh-Hant\"", "LANGUAGE_CODE = \"ca@valencia\"", "STATIC_URL = \"https://cdn.example.com/\""]
    {
        read(text);
    }
}

#[test]
fn a_relative_url_of_static_files_is_below_the_script_name() {
    assert_eq!(read("STATIC_URL = \"static/\"").static_url, "/static/");
    assert_eq!(read("STATIC_URL = \"static/\"\nFORCE_SCRIPT_NAME = \"/shop\"").static_url, "/shop/static/");
    assert_eq!(read("FORCE_SCRIPT_NAME = \"/shop\"").static_url, "/static/");
}

#[test]
fn an_overlay_adds_to_tables_and_replaces_the_rest() {
    check(
        &file("DEBUG = true\nALLOWED_HOSTS = [\"a\", \"b\"]\n[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"/db\"")
            .with_file(
                "config/settings.production.toml",
                "DEBUG = false\nALLOWED_HOSTS = [\"c\"]\n[DATABASES.default]\nNAME = \"/live\"",
            ),
        expect![[r#"
            ALLOWED_HOSTS = ["c"]  # config/settings.production.toml:2:17
            DATABASES = { default = { ENGINE = "sqlite", NAME = "/live" } }  # config/settings.toml:3:2
        "#]],
    );
}

#[test]
fn problems_of_two_files_name_their_files() {
    check_error(
        &file("DEBUG = 1").with_file("config/settings.test.toml", "[DATABASES.default]\nENGINE = 2\nNAME = \"x\""),
        expect![[r#"
            the settings have 2 errors
              config/settings.test.toml:2:10: `DATABASES.default.ENGINE` expects a string, found the integer `2`
              config/settings.toml:1:9: `DEBUG` expects `true` or `false`, found the integer `1`"#]],
    );
}

#[test]
fn the_names_of_overlays() {
    assert_eq!(Sources::file_names(None).unwrap(), [FILE]);
    assert_eq!(Sources::file_names(Some("")).unwrap(), [FILE]);
    assert_eq!(Sources::file_names(Some("eu-1")).unwrap(), [FILE, "config/settings.eu-1.toml"]);
    let error = Sources::file_names(Some("../x")).unwrap_err();
    assert_eq!(error.to_string(), "`RJANGO_ENV=../x` names no environment");
}

#[test]
fn variables_win_over_files() {
    check(
        &file("DEBUG = true\nSESSION_COOKIE_AGE = 5").with_environment([
            ("RJANGO_DEBUG", "off"),
            ("RJANGO_SESSION_COOKIE_AGE", "60"),
            ("RJANGO_ALLOWED_HOSTS", "example.com, www.example.com,"),
            ("RJANGO_INTERNAL_IPS", r#"["127.0.0.1"]"#),
            ("RJANGO_LANGUAGES", r#"[["de", "German"]]"#),
            ("RJANGO_CSRF_COOKIE_AGE", ""),
            ("RJANGO_LANGUAGE_COOKIE_SAMESITE", "Strict"),
            ("RJANGO_SECURE_PROXY_SSL_HEADER", "HTTP_X_FORWARDED_PROTO,https"),
            ("RJANGO_STATIC_ROOT", "static"),
        ]),
        expect![[r#"
            ALLOWED_HOSTS = ["example.com", "www.example.com"]  # environment variable RJANGO_ALLOWED_HOSTS
            INTERNAL_IPS = ["127.0.0.1"]  # environment variable RJANGO_INTERNAL_IPS
            STATIC_ROOT = "/site/static"  # environment variable RJANGO_STATIC_ROOT
            LANGUAGES = [["de", "German"]]  # environment variable RJANGO_LANGUAGES
            LANGUAGE_COOKIE_SAMESITE = "Strict"  # environment variable RJANGO_LANGUAGE_COOKIE_SAMESITE
            SESSION_COOKIE_AGE = 60  # environment variable RJANGO_SESSION_COOKIE_AGE
            CSRF_COOKIE_AGE = false  # environment variable RJANGO_CSRF_COOKIE_AGE
            SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]  # environment variable RJANGO_SECURE_PROXY_SSL_HEADER
        "#]],
    );
}

#[test]
fn words_for_booleans() {
    let debug = |text| Settings::from_sources(&environment(&[("RJANGO_DEBUG", text)])).map(|settings| settings.debug);
    for text in ["true", "True", "1", "yes", "on", " on "] {
        assert!(debug(text).unwrap(), "{text}");
    }
    for text in ["false", "FALSE", "0", "no", "off"] {
        assert!(!debug(text).unwrap(), "{text}");
    }
    for text in ["", "2", "ja"] {
        assert!(debug(text).is_err(), "{text}");
    }
}

#[test]
fn the_secret_key_is_read_with_and_without_prefix() {
    let key = |variables: &[(&str, &str)]| Settings::from_sources(&environment(variables)).unwrap().secret_key;
    assert_eq!(key(&[("SECRET_KEY", "plain")]), "plain");
    assert_eq!(key(&[("SECRET_KEY", "plain"), ("RJANGO_SECRET_KEY", "prefixed")]), "prefixed");
    assert_eq!(key(&[("SECRET_KEY", "[1]")]), "[1]");
}

#[test]
fn the_server_is_set_by_the_environment_too() {
    check(
        &environment(&[
            ("RJANGO_ABANDONED_REQUEST_TIMEOUT", "5"),
            ("RJANGO_ABANDONED_REQUEST_MAX_NUMBER", "false"),
            ("RJANGO_HEALTH_PATH", "/up"),
        ]),
        expect![[r#"
            ABANDONED_REQUEST_TIMEOUT = 5  # environment variable RJANGO_ABANDONED_REQUEST_TIMEOUT
            ABANDONED_REQUEST_MAX_NUMBER = false  # environment variable RJANGO_ABANDONED_REQUEST_MAX_NUMBER
            HEALTH_PATH = "/up"  # environment variable RJANGO_HEALTH_PATH
        "#]],
    );
    check(
        &file("HEALTH_PATH = false"),
        expect![[r#"
        HEALTH_PATH = false  # config/settings.toml:1:15
    "#]],
    );
}

#[test]
fn nothing_else_of_the_environment_counts() {
    check(
        &environment(&[("DEBUG", "true"), ("PATH", "/bin"), ("RJANGO_ENV", "x"), ("RJANGO_SUPERUSER_PASSWORD", "x")]),
        expect![""],
    );
}

#[test]
fn a_misspelt_variable_is_reported() {
    check_error(
        &environment(&[("RJANGO_ALOWED_HOSTS", "x")]),
        expect![[r#"
            environment variable RJANGO_ALOWED_HOSTS: `RJANGO_ALOWED_HOSTS` sets no known setting
            hint: did you mean `RJANGO_ALLOWED_HOSTS`?"#]],
    );
    check_error(
        &environment(&[("RJANGO_DATABASE__DEFAULT__NAME", "x")]),
        expect![[r#"
            environment variable RJANGO_DATABASE__DEFAULT__NAME: `RJANGO_DATABASE__DEFAULT__NAME` sets no known setting
            hint: did you mean `RJANGO_DATABASES`?"#]],
    );
    check_error(
        &environment(&[("RJANGO_ALLOWED_HOSTS", "[\"a\"")]),
        expect![
            "environment variable RJANGO_ALLOWED_HOSTS: `ALLOWED_HOSTS` is no list in TOML: unclosed array, expected `]`"
        ],
    );
}

#[test]
fn variables_reach_into_databases() {
    check(
        &file("[DATABASES.default]\nENGINE = \"postgres\"\nNAME = \"shop\"").with_environment([
            ("RJANGO_DATABASES__DEFAULT__NAME", "live"),
            ("RJANGO_DATABASES__DEFAULT__PASSWORD", "hunter2"),
            ("RJANGO_DATABASES__DEFAULT__PORT", "5433"),
            ("RJANGO_DATABASES__DEFAULT__OPTIONS__sslmode", "require"),
            ("RJANGO_DATABASES__REPLICA__ENGINE", "sqlite"),
            ("RJANGO_DATABASES__REPLICA__NAME", ":memory:"),
        ]),
        expect![[r#"
            DATABASES = { default = { ENGINE = "postgres", NAME = "live", OPTIONS = { sslmode = "require" }, PASSWORD = "********", PORT = 5433 }, replica = { ENGINE = "sqlite", NAME = ":memory:" } }  # config/settings.toml:1:2
        "#]],
    );
    check(
        &environment(&[("RJANGO_DATABASES", r#"{ default = { ENGINE = "sqlite", NAME = "x" } }"#)]),
        expect![[r#"
            DATABASES = { default = { ENGINE = "sqlite", NAME = "/site/x" } }  # environment variable RJANGO_DATABASES
        "#]],
    );
}

#[test]
fn engines_of_other_names_are_translated() {
    check_error(
        &file("[DATABASES.default]\nENGINE = \"django.db.backends.postgresql\"\nNAME = \"shop\""),
        expect![[r#"
            config/settings.toml:2:10: `DATABASES.default.ENGINE` expects `sqlite`, `postgres` or `mysql`, found the string `django.db.backends.postgresql`
            hint: write `ENGINE = "postgres"`"#]],
    );
    check_error(
        &file("[DATABASES.default]\nENGINE = \"oracle\"\nNAME = \"shop\""),
        expect![
            "config/settings.toml:2:10: `DATABASES.default.ENGINE` expects `sqlite`, `postgres` or `mysql`, found the string `oracle`"
        ],
    );
    check_error(
        &file("[DATABASES.other]\nENGINE = \"sqlite\"\nNAME = \"x\""),
        expect![[r#"
            config/settings.toml:1:2: `DATABASES` has no `default`
            hint: write `[DATABASES.default]`"#]],
    );
}

#[test]
fn passwords_are_never_shown() {
    let text = "[DATABASES.default]\nENGINE = \"postgres\"\nNAME = \"x\"\nPASSWORD = \"hunter2\"";
    let sources = file(text).with_environment([("SECRET_KEY", "hunter2")]);
    let settings = Settings::from_sources(&sources).unwrap();
    assert_eq!(settings.databases["default"].password, "hunter2");
    let shown = format!("{settings:?} {:?} {:?} {sources:?}", settings.databases, settings.listed());
    assert!(!shown.contains("hunter2"), "{shown}");
    let wrong = "SECRET_KEY_FALLBACKS = [\"x\", 4242]\nSECRET_KEY = 4242\n[DATABASES.default]\nENGINE = \"sqlite\"\nNAME = \"x\"\nPASSWORD = 4242";
    let error = Settings::from_sources(&file(wrong)).unwrap_err();
    assert!(!format!("{error:?}").contains("4242"), "{error:?}");
    check_error(
        &file("[DATABASES]\ndefault = \"postgres://u:hunter2@h/x\""),
        expect![[r#"
        config/settings.toml:2:11: `DATABASES.default` expects a table with `ENGINE` and `NAME`, found a string
        hint: a URL belongs into the environment variable `DATABASE_URL`"#]],
    );
    check_error(
        &file("DATABASES = \"postgres://u:hunter2@h/x\""),
        expect![[r#"
        config/settings.toml:1:13: `DATABASES` expects a table of databases by alias, found a string
        hint: write `[DATABASES.default]`"#]],
    );
}

#[test]
fn loading_reads_the_projects_folder() {
    let project = tempfile::tempdir().unwrap();
    let missing = Settings::load(project.path()).unwrap_err();
    assert_eq!(missing.to_string(), "there is no `config/settings.toml`");
    assert!(missing.hint().unwrap().contains("rjango startproject"));
    std::fs::create_dir(project.path().join("config")).unwrap();
    std::fs::write(project.path().join(FILE), "ALLOWED_HOSTS = [\"example.com\"]").unwrap();
    let settings = Settings::load(project.path()).unwrap();
    assert_eq!(settings.allowed_hosts, ["example.com"]);
    assert_eq!(settings.base_dir, project.path());
    assert_eq!(settings.origin("ALLOWED_HOSTS").unwrap().to_string(), "config/settings.toml:1:17");
    assert_eq!(settings.origin("DEBUG"), None);
}

#[test]
fn the_overlay_is_named_by_the_caller_or_by_the_environment() {
    let project = tempfile::tempdir().unwrap();
    std::fs::create_dir(project.path().join("config")).unwrap();
    std::fs::write(project.path().join(FILE), "DEBUG = true").unwrap();
    std::fs::write(project.path().join("config/settings.live.toml"), "DEBUG = false").unwrap();
    let live = Settings::from_sources(&Sources::gather_for(project.path(), Some("live")).unwrap()).unwrap();
    assert!(!live.debug);
    let missing = Sources::gather_for(project.path(), Some("test")).unwrap_err();
    assert_eq!(missing.to_string(), "there is no `config/settings.test.toml`");
    assert_eq!(missing.hint(), Some("write that file, or unset `RJANGO_ENV`"));
    assert!(missing.downcast_ref::<std::io::Error>().is_some());
}

#[test]
fn a_file_that_is_not_text_is_reported() {
    let project = tempfile::tempdir().unwrap();
    std::fs::create_dir(project.path().join("config")).unwrap();
    std::fs::write(project.path().join(FILE), b"DEBUG = \xff").unwrap();
    let error = Settings::load(project.path()).unwrap_err();
    assert_eq!(error.to_string(), "cannot read `config/settings.toml`");
    assert_eq!(error.source().unwrap().to_string(), "stream did not contain valid UTF-8");
}

#[test]
fn a_binary_carries_its_files() {
    let files = [(FILE, "DEBUG = true"), ("config/settings.live.toml", "ALLOWED_HOSTS = [\"a\"]")];
    let read = |variables: &[(&str, &str)], overlay| {
        let sources = Sources::new("/site").with_environment(variables.iter().copied());
        Settings::from_sources(&sources.with_embedded(&files, overlay)?)
    };
    let hosts = |variables: &[(&str, &str)], overlay| read(variables, overlay).unwrap().allowed_hosts.len();
    assert_eq!(hosts(&[], None), 0);
    assert_eq!(hosts(&[("RJANGO_ENV", "live")], None), 1);
    assert_eq!(hosts(&[("RJANGO_ENV", "test")], Some("live")), 1);
    let error = read(&[("RJANGO_ENV", "test")], None).unwrap_err();
    assert_eq!(error.to_string(), "there is no `config/settings.test.toml` in this binary");
}

#[test]
fn every_default_is_read_back_from_a_file_and_from_the_environment() {
    let listed = Settings::new("/site").listed();
    let text: String = listed.iter().map(|key| format!("{} = {}\n", key.name, key.default)).collect();
    check(&file(&text), expect![""]);
    // A variable holds a string without its quotes.
    let variables = listed.iter().map(|key| (key.variable.clone(), key.default.trim_matches('"').to_owned()));
    check(&file("").with_environment(variables), expect![""]);
    let settings = Settings::from_sources(&file(&text)).unwrap();
    assert!(listed.iter().all(|key| settings.origin(key.name).is_some()));
}

#[test]
fn every_key_says_what_it_means() {
    for key in Settings::new("/site").listed() {
        assert!(key.doc.ends_with('.') && !key.doc.contains("  "), "{}: {}", key.name, key.doc);
        assert_eq!(key.variable, format!("RJANGO_{}", key.name));
    }
}

#[test]
fn logging_is_a_section() {
    let text = "[LOGGING]\nLEVEL = \"WARNING\"\nFORMAT = \"json\"\nACCESS = true\nREQUEST_ID_HEADER = \"X-Request-ID\"\n\
                SLOW_QUERY_MILLISECONDS = false\n[LOGGING.TARGETS]\n\"rjango.db\" = \"debug\"\n";
    let sources = file(text).with_environment([("RJANGO_LOGGING__LEVEL", "trace")]);
    let logging = Settings::from_sources(&sources).unwrap().logging;
    expect![[r#"LoggingSettings { level: Trace, targets: {"rjango.db": Debug}, format: Json, access: true, request_id_header: Some("X-Request-ID"), slow_query_milliseconds: None }"#]]
        .assert_eq(&format!("{logging:?}"));
    let wrong = "[LOGGING]\nLEVEL = \"loud\"\nFORMAT = 1\nREQUEST_ID_HEADER = \"X: Y\"\nLEVELS = \"info\"\nTARGETS = { a = \"b\" }\n";
    check_error(
        &file(wrong),
        expect![[r#"
        the settings have 5 errors
          config/settings.toml:2:9: `LOGGING.LEVEL` expects `"off"`, `"error"`, `"warn"`, `"info"`, `"debug"` or `"trace"`, found the string `loud`
          config/settings.toml:3:10: `LOGGING.FORMAT` expects `"text"` or `"json"`, found the integer `1`
          config/settings.toml:4:21: `LOGGING.REQUEST_ID_HEADER` expects a header such as `X-Request-ID`, found `X: Y`
          config/settings.toml:5:1: unknown setting `LOGGING.LEVELS`
            hint: did you mean `LOGGING.LEVEL`?
          config/settings.toml:6:17: `LOGGING.TARGETS.a` expects `"off"`, `"error"`, `"warn"`, `"info"`, `"debug"` or `"trace"`, found the string `b`"#]],
    );
    check_error(
        &file("LOGGING = true"),
        expect![[r#"
        config/settings.toml:1:11: `LOGGING` expects a table with `LEVEL`, `FORMAT` and the like, found the boolean `true`
        hint: write `[LOGGING]`"#]],
    );
}

#[test]
fn permissions_are_octal_in_the_environment_too() {
    let read = |text: &str| {
        let sources =
            file("FILE_UPLOAD_PERMISSIONS = 0o600").with_environment([("RJANGO_FILE_UPLOAD_PERMISSIONS", text)]);
        Settings::from_sources(&sources).map(|settings| settings.file_upload_permissions)
    };
    assert_eq!(read("0o640").unwrap(), Some(0o640));
    assert_eq!(read("").unwrap(), None);
    assert!(read("0o17777").is_err() && read("0o9").is_err());
    assert_eq!(
        Settings::from_sources(&file("FILE_UPLOAD_PERMISSIONS = 0o600")).unwrap().file_upload_permissions,
        Some(0o600)
    );
}
