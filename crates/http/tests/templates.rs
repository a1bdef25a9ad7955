//! Templates of a site: where they are found, what they see, and what their errors say.
#![allow(clippy::unwrap_used)]

extern crate rjango_http as rjango;

use std::collections::BTreeMap;
use std::fs;

use expect_test::{Expect, expect};
use rjango_core::{Result, Settings, Site};
use rjango_http::shortcuts::render;
use rjango_http::templates::AppTemplates;
use rjango_http::{__private::inventory, Client, Request, RequestState, Response, Templates, context, path, urls};
use rjango_macros::{context_processor, filter};

struct Loads(std::sync::atomic::AtomicU32);

#[context_processor]
async fn member(request: &RequestState) -> Result<BTreeMap<&'static str, &'static str>> {
    // A query, as it were.
    tokio::task::yield_now().await;
    request.get_or_insert_with(|| Loads(0.into())).0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Ok(BTreeMap::from([("name", "Ada")]))
}

#[context_processor]
fn shouted_path(request: &RequestState) -> Result<String> {
    Ok(request.path().to_uppercase())
}

#[filter]
fn shout(value: &str, marks: Option<usize>) -> String {
    value.to_uppercase() + &"!".repeat(marks.unwrap_or(1))
}

inventory::submit! {
    AppTemplates { app: "club", templates: &[("club/card.html", "card"), ("who.html", "from the app")] }
}

async fn page(request: Request, name: String) -> Result<Response> {
    let response = render(&request, &format!("{name}.html"), context! { items => ["a<b", "c"], name });
    assert!(request.get::<Loads>().is_none(), "nothing is loaded before a template asks");
    response
}

async fn detail(_request: Request, pk: i64) -> String {
    pk.to_string()
}

fn client(folder: &std::path::Path, debug: bool) -> Client {
    let mut settings = Settings::for_tests();
    settings.base_dir = folder.to_path_buf();
    settings.templates_dirs = vec![folder.join("templates")];
    settings.installed_apps = vec!["shop".to_owned(), "club".to_owned()];
    settings.debug = debug;
    let urls = urls![path("page/<name>/", page).name("page"), path("detail/<int:pk>/", detail).name("detail")];
    Client::new(Site::new(settings).with(urls)).unwrap()
}

fn write(folder: &std::path::Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[tokio::test]
async fn a_page_extends_links_and_sees_the_request() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "templates/base.html",
        "<title>{% block title %}{% endblock %}</title>{% block content %}{% endblock %}",
    );
    write(
        folder.path(),
        "shop/templates/list.html",
        "{% extends 'base.html' %}{% block content %}{% for item in items %}{{ item }},{% else %}none{% endfor %}\
         {{ url('detail', pk=7) }} {{ url('detail', 8) }} {{ static('css/a b.css') }} {{ request.path }} \
         {{ request.GET.q }} {{ request.resolver_match.url_name }} {% include 'club/card.html' %}{% endblock %}",
    );
    let page = client(folder.path(), false).get("/page/list/?q=%3Ctea%3E").await;
    assert_eq!(
        page.text(),
        "<title></title>a&lt;b,c,/detail/7/ /detail/8/ /static/css/a%20b.css /page/list/ &lt;tea&gt; page card"
    );
}

#[tokio::test]
async fn the_projects_templates_come_before_an_app_s() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(client(folder.path(), false).get("/page/who/").await.text(), "from the app");
    write(folder.path(), "shop/templates/who.html", "from the shop");
    assert_eq!(client(folder.path(), false).get("/page/who/").await.text(), "from the shop");
    write(folder.path(), "templates/who.html", "from the project");
    assert_eq!(client(folder.path(), false).get("/page/who/").await.text(), "from the project");
}

#[tokio::test]
async fn a_variable_is_loaded_once_and_only_where_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/asks.html", "{{ member.name }} {{ request.member.name|upper }} {{ name }}");
    write(folder.path(), "templates/not.html", "{{ name }}");
    let mut client = client(folder.path(), false);
    assert_eq!(client.get("/page/asks/").await.text(), "Ada ADA asks");
    assert_eq!(client.get("/page/not/").await.text(), "not");
}

#[tokio::test]
async fn filters_and_variables_of_the_projects_own_are_there() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/own.html", "{{ name|shout }} {{ name|shout(3)|lower }} {{ shouted_path }}");
    assert_eq!(client(folder.path(), false).get("/page/own/").await.text(), "OWN! own!!! /PAGE/OWN/");
}

#[tokio::test]
async fn in_debug_a_changed_template_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/live.html", "one");
    let mut client = client(folder.path(), true);
    assert_eq!(client.get("/page/live/").await.text(), "one");
    write(folder.path(), "templates/live.html", "two");
    let file = fs::File::options().write(true).open(folder.path().join("templates/live.html")).unwrap();
    file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(5)).unwrap();
    assert_eq!(client.get("/page/live/").await.text(), "two");
}

#[test]
fn errors_name_file_line_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, source: &str, expected: Expect| {
        if !source.is_empty() {
            write(folder.path(), &format!("templates/{name}"), source);
        }
        let client = client(folder.path(), true);
        let site = client.site().clone();
        let error = site.enter(|| site.require::<Templates>().unwrap().render(name, context! {}).unwrap_err());
        let text = format!("{error:?}").replace(&folder.path().display().to_string(), "FOLDER");
        expected.assert_eq(&text);
    };
    check(
        "nowhere.html",
        "",
        expect![[r#"
        the template `nowhere.html` does not exist
        hint: searched, in this order:
          FOLDER/templates
          FOLDER/shop/templates
          the templates of `club`"#]],
    );
    check(
        "syntax.html",
        "<ul>\n{% for item in %}\n</ul>",
        expect![[r#"
        FOLDER/templates/syntax.html:2: the template `syntax.html` does not parse: syntax error: unexpected end of block
          caused by:      1 | <ul>
        >    2 | {% for item in %}
             3 | </ul>"#]],
    );
    check(
        "link.html",
        "one\n{{ url('detial', pk=1) }}",
        expect![[r#"
        FOLDER/templates/link.html:2: the template `link.html` does not render: `detial` has no URL: no route has the name `detial`
          caused by:      1 | one
        >    2 | {{ url('detial', pk=1) }}
        hint: the names here: `detail`, `page`"#]],
    );
    check(
        "include.html",
        "{% include 'gone.html' %}",
        expect![[r#"
            FOLDER/templates/include.html:1: the template `include.html` does not render: template not found: tried to include non-existing template 'gone.html'
              caused by: >    1 | {% include 'gone.html' %}
            hint: searched, in this order:
              FOLDER/templates
              FOLDER/shop/templates
              the templates of `club`"#]],
    );
    check(
        "filter.html",
        "{{ 1|florp }}",
        expect![[r#"
        FOLDER/templates/filter.html:1: the template `filter.html` does not render: unknown filter: filter florp is unknown
          caused by: >    1 | {{ 1|florp }}"#]],
    );
    check(
        "../secret.html",
        "",
        expect![[r#"
        the template `../secret.html` does not exist
        hint: searched, in this order:
          FOLDER/templates
          FOLDER/shop/templates
          the templates of `club`"#]],
    );
}

#[tokio::test]
async fn a_template_s_error_is_a_page_with_the_lines_around_it() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/broken.html", "first\n{{ 1 / 0 }}\nlast");
    let page = client(folder.path(), true).get("/page/broken/").await;
    assert_eq!(page.status(), 500);
    assert!(page.text().contains("&gt;    2 | {{ 1 / 0 }}"), "{}", page.text());
    // One that shows only after a variable was loaded is the page's error just as well.
    write(folder.path(), "templates/late.html", "{{ member.name }}{{ url('nope') }}");
    let page = client(folder.path(), false).get("/page/late/").await;
    assert_eq!(page.status(), 500);
}

#[tokio::test]
async fn the_projects_own_pages_stand_for_errors() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/404.html", "no {{ request_path }}");
    write(folder.path(), "templates/500.html", "{{ url('nope') }}");
    write(folder.path(), "templates/broken.html", "{{ 1 / 0 }}");
    let mut client = client(folder.path(), false);
    assert_eq!(client.get("/gone/").await.text(), "no /gone/");
    let failed = client.get("/page/broken/").await;
    assert!(failed.status() == 500 && failed.text().contains("Server Error (500)"), "{}", failed.text());
}
