//! Django's own templates, read from an installed Django: those of its admin, its other apps, its forms and its error pages.
//!
//! All parse. The libraries of the admin, which are Python, are stubs here: tags and filters of the same names. What needs none of
//! them renders as Django renders it over the same context.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // Not each test needs all of it.
#[path = "random/case.rs"]
mod case;
#[path = "random/django.rs"]
mod django;
#[path = "random/ours.rs"]
mod ours;

use std::path::{Path, PathBuf};
use std::process::Command;

use case::Case;
use django::{Django, Version};
use ours::Ours;
use rjango_templates::{OwnFilter, OwnTag, TagCall, TagKind, Takes, Value};
use serde_json::json;

macro_rules! stub_tags {
    ($($library:literal: $($name:literal),*;)*) => {
        $($(inventory::submit! {
            OwnTag::new(
                || format!("admin.{}.{}", $library, $name),
                $name,
                &[("first", false), ("second", false), ("third", false), ("fourth", false), ("fifth", false)],
                TagKind::Simple,
                |_: TagCall| Box::pin(async { Ok(Value::from("")) }),
            )
        })*)*
    };
}

macro_rules! stub_filters {
    ($($library:literal: $($name:literal),*;)*) => {
        $($(inventory::submit! {
            OwnFilter::new(
                || format!("admin.{}.{}", $library, $name),
                $name,
                |_, value, _| Ok(value.clone()),
                Takes::Optional,
                false,
                false,
            )
        })*)*
    };
}

stub_tags! {
    "admin_list": "result_list", "pagination", "date_hierarchy", "search_form", "admin_list_filter", "admin_actions",
        "change_list_object_tools", "paginator_number", "change_form_admin_actions";
    "admin_modify": "prepopulated_fields_js", "submit_row", "change_form_object_tools";
    "admin_urls": "add_preserved_filters";
    "auth": "render_password_as_hash";
    "log": "get_admin_log";
}
stub_filters! {
    "admin_urls": "admin_urlname", "admin_urlquote";
    "admin_modify": "cell_count";
    "admin_filters": "to_object_display_value", "truncated_unordered_list";
}

/// The folders of Django that hold templates of its language.
const FOLDERS: [&str; 9] = [
    "contrib/admin/templates",
    "contrib/admindocs/templates",
    "contrib/auth/templates",
    "contrib/flatpages/templates",
    "contrib/gis/templates",
    "contrib/postgres/templates",
    "contrib/sitemaps/templates",
    "forms/templates",
    "views/templates",
];

/// Where a Django is installed.
fn installed(variable: &str) -> PathBuf {
    let python = std::env::var(variable).unwrap_or_else(|_| panic!("`scripts/test` sets `{variable}`"));
    let asked = Command::new(python).args(["-c", "import django; print(django.__path__[0])"]).output().unwrap();
    PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim())
}

/// All templates, by name.
fn templates(django: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        let folder = django.join(folder);
        collect(&folder, &folder, &mut found);
    }
    found.sort();
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    // An app without templates has no folder.
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension != "py" && extension != "pyc") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// What the pages see: nothing that Python alone has.
fn context() -> Vec<(String, serde_json::Value)> {
    let user = json!({ "$row": [
        ["name", "Zoë <z>"], ["username", "zoe"], ["is_active", true], ["is_staff", true], ["has_usable_password", true], ["get_username", "zoe"],
        ["get_short_name", ""], ["pk", 7], ["is_authenticated", true],
    ]});
    let opts = json!({ "$map": [
        ["app_label", "shop"], ["model_name", "product"], ["verbose_name", "product"], ["verbose_name_plural", "products & more"],
        ["object_name", "Product"], ["app_config", {"$map": [["verbose_name", "The shop"]]}],
    ]});
    let app = json!({ "$map": [
        ["name", "Shop"], ["app_label", "shop"], ["app_url", "/admin/shop/"], ["has_module_perms", true],
        ["models", [{"$map": [
            ["name", "Products"], ["object_name", "Product"], ["admin_url", "/admin/shop/product/"], ["add_url", "/admin/shop/product/add/"],
            ["view_only", false], ["perms", {"$map": [["add", true], ["change", true], ["delete", true], ["view", true]]}],
        ]}]],
    ]});
    let widget = json!({ "$map": [
        ["name", "price"], ["type", "number"], ["value", {"$dec": "1234.50"}], ["template_name", "django/forms/widgets/input.html"], ["required", true],
        ["is_hidden", false], ["attrs", {"$map": [["id", "id_price"], ["step", {"$f": "0.5"}], ["required", true], ["disabled", false]]}],
        ["subwidgets", []], ["optgroups", []], ["is_initial", true], ["input_text", "Change"], ["checkbox_name", "c"], ["checkbox_id", "c_id"],
    ]});
    let values = [
        ("title", json!("Tea & cake")),
        ("subtitle", json!("Green <tea>")),
        ("site_title", json!("The site")),
        ("site_header", json!("Our \"site\"")),
        ("site_url", json!("/")),
        ("has_permission", json!(true)),
        ("is_popup", json!(false)),
        ("is_nav_sidebar_enabled", json!(true)),
        ("available_apps", json!([app.clone()])),
        ("app_list", json!([app])),
        ("user", user),
        ("opts", opts),
        ("object", json!("Green tea")),
        ("object_name", json!("product")),
        ("model_count", json!([["products", 3]])),
        ("deleted_objects", json!(["One", ["Two & a half"]])),
        ("perms_lacking", json!(["tax"])),
        ("protected", json!([])),
        ("queryset", json!([])),
        ("widget", widget),
        ("errors", json!(["It is <wrong>."])),
        ("error_class", json!("errorlist")),
        ("field", json!({ "$map": [["name", "price"], ["errors", []]] })),
        ("fields", json!([])),
        ("hidden_fields", json!([])),
        ("messages", json!(["Saved."])),
        ("form", json!({ "$map": [["errors", []], ["non_field_errors", []]] })),
        ("email", json!("zoe@example.com")),
        ("protocol", json!("https")),
        ("domain", json!("example.com")),
        ("site_name", json!("Example")),
        ("uid", json!("MQ")),
        ("token", json!("abc-def")),
        (
            "urlset",
            json!([{"$map": [["location", "https://a.b/?x=1&y=2"], ["lastmod", {"$d": "2026-11-30"}], ["changefreq", "daily"], ["priority", "0.5"]]}]),
        ),
        (
            "sitemaps",
            json!([{"$map": [["location", "https://a.b/"], ["last_mod", {"$dt": "2026-11-30T05:54:55+00:00"}]]}]),
        ),
        ("main", json!("Forbidden")),
        ("reason", json!("no token")),
        ("no_referer", json!(true)),
        ("DEBUG", json!(true)),
        ("docs_version", json!("5.2")),
        ("more", json!("More")),
        ("directory", json!("/srv")),
        ("file_list", json!(["a b.txt", "c&d/"])),
        ("catalog_str", json!("{}")),
        ("csrf_token", json!("token<1>")),
        ("request", json!({ "$request": [["q", ["a b"]]] })),
        ("number", json!({"$f": "1234.5"})),
        ("module", json!("map")),
        ("geom_type", json!("POINT")),
        ("action_list", json!({ "$map": [] })),
        ("choices", json!([])),
        ("spec", json!("s")),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn compare(version: Version, variable: &str) {
    let installed = installed(variable);
    let all = templates(&installed);
    assert!(all.len() > 110, "{} templates", all.len());
    // The apps that `ask.py` has.
    let ours = Ours::new(&[installed.join("conf/locale"), installed.join("contrib/humanize/locale")]);
    let mut wrong = Vec::new();
    let unread: Vec<String> = ours.mistakes(&all);
    assert!(unread.is_empty(), "{}", unread.join("\n"));
    let mut django = Django::start(version);
    let (mut pages, mut refused) = (0, Vec::new());
    for language in ["en-us", "de"] {
        for (name, _) in &all {
            let mut templates = all.clone();
            templates.push(("main".to_owned(), format!("{{% extends '{name}' %}}")));
            let case = Case {
                templates,
                context: context(),
                autoescape: !name.ends_with(".txt"),
                invalid: String::new(),
                language: language.to_owned(),
                zone: "Europe/Berlin".to_owned(),
                grouped: false,
            };
            match (django.page(&case), ours.page(&case)) {
                (Ok(theirs), Ok(ours)) if theirs == ours => pages += 1,
                // The admin's own libraries are not there when Django is asked.
                (Err(error), _) if error.contains("is not a registered tag library") => {}
                (Err(error), Err(_)) => refused.push(format!("{name}: {error}")),
                (theirs, ours) => wrong.push(format!("{name} in {language}\nrjango: {ours:?}\nDjango: {theirs:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(refused.len() < 12, "both refuse these:\n{}", refused.join("\n"));
    assert!(pages > 160, "{pages} pages");
}

#[test]
fn djangos_own_templates_parse_and_render() {
    compare(Version::V5_2, "RJANGO_TEST_PYTHON");
}

#[cfg(feature = "django-6-1-tested")]
#[test]
fn the_templates_of_django_6_1_parse_and_render() {
    compare(Version::V6_1, "RJANGO_TEST_PYTHON_6_1");
}
