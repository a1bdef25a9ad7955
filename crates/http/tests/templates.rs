//! Templates of a site: where they are found, what they see, and what their errors say.
#![allow(clippy::unwrap_used)]

extern crate rjango_http as rjango;

use std::collections::BTreeMap;
use std::fs;

use expect_test::{Expect, expect};
use rjango_core::checks::{CheckContext, run_checks};
use rjango_core::{Result, Settings, Site};
use rjango_http::shortcuts::{render, render_streaming};
use rjango_http::templates::{AppTemplates, unknown_references};
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

mod extras {
    use rjango_core::Result;
    use rjango_http::context;
    use rjango_http::templates::{TagContext, Value};
    use rjango_macros::{inclusion_tag, tag};

    #[tag]
    async fn greeting(context: &TagContext, name: &str, mark: Option<char>) -> Result<String> {
        tokio::task::yield_now().await;
        let page = context.get("name").unwrap_or_default();
        Ok(format!("Hello <{name}> on {}{}", page.text(), mark.unwrap_or('.')))
    }

    #[tag(end = "endframe")]
    fn frame(content: Value, sign: &str) -> Value {
        Value::safe(format!("{sign}{}{sign}", content.text()))
    }

    #[inclusion_tag("row.html")]
    fn row(item: Value, label: Option<&str>) -> Value {
        context! { item, label => label.unwrap_or("none") }
    }
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
    settings.middleware = vec!["rjango.middleware.common.CommonMiddleware".to_owned()];
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
        "{% extends 'base.html' %}{% block content %}{% for item in items %}{{ item }},{% empty %}none{% endfor %}\
         {% url 'detail' pk=7 %} {% url 'detail' 8 %} {% load static %}{% static 'css/a b.css' %} {{ request.path }} \
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
    write(folder.path(), "templates/own.html", "{{ name|shout }} {{ name|shout:3|lower }} {{ shouted_path }}");
    assert_eq!(client(folder.path(), false).get("/page/own/").await.text(), "OWN! own!!! /PAGE/OWN/");
}

#[tokio::test]
async fn tags_of_the_projects_own_are_there() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "templates/own.html",
        "{% load extras %}{% greeting 'Ada' %} {% greeting name='<' mark='!' as told %}[{{ told }}] \
         {% frame '*' %}{{ name }}<{% endframe %} {% for item in items %}{% row item label='L' %}{% endfor %}",
    );
    write(folder.path(), "templates/row.html", "({{ item }} {{ label }} {{ name }}{% csrf_token %})");
    let page = client(folder.path(), true).get("/page/own/").await;
    let token =
        page.text().split("value=\"").nth(1).unwrap_or_default().split('"').next().unwrap_or_default().to_owned();
    let field = format!("<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"{token}\">");
    assert_eq!(
        page.text().replace(&field, "T"),
        "Hello &lt;Ada&gt; on own. [Hello &lt;&lt;&gt; on own!] *own<* (a&lt;b L T)(c L T)"
    );
    for (source, told) in [
        ("{% greeting %}", "`greeting` needs the argument `name`"),
        ("{% greeting 'a' nme='b' %}", "`greeting` has no argument `nme`"),
        ("{% greeting 'a' name='b' %}", "`greeting` has the argument `name` twice"),
        ("{% row 1 2 3 %}", "`row` has too many arguments"),
        ("{% frame '*' %}", "`{% frame &#x27;*&#x27; %}` is not closed"),
        ("{% load nowhere %}", "`nowhere` is not a library of tags and filters"),
    ] {
        write(folder.path(), "templates/wrong.html", source);
        let page = client(folder.path(), true).get("/page/wrong/").await;
        assert!(page.status() == 500 && page.text().contains(told), "{source}: {}", page.text());
    }
}

#[tokio::test]
async fn a_page_is_made_before_middleware_sees_it_and_an_error_is_a_page_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/half.html", "first half {{ member.name }}{% url 'nope' %}");
    let page = client(folder.path(), false).get("/page/half/").await;
    assert!(page.status() == 500 && !page.text().contains("first half"), "{}", page.text());
    write(folder.path(), "templates/whole.html", "{{ member.name }}");
    let page = client(folder.path(), false).get("/page/whole/").await;
    assert_eq!(page.header("content-length"), Some("3"));
}

async fn long(request: Request) -> Result<Response> {
    render_streaming(&request, "long.html", context! { rows => (0..20_000).collect::<Vec<_>>() })
}

#[tokio::test]
async fn a_page_may_be_sent_while_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "templates/long.html",
        "{% for row in rows %}{{ row }},{% endfor %}{{ member.name }}{% if request.GET.wrong %}{% url 'nope' %}{% endif %}",
    );
    let mut settings = Settings::for_tests();
    settings.base_dir = folder.path().to_path_buf();
    settings.templates_dirs = vec![folder.path().join("templates")];
    let mut client = Client::new(Site::new(settings).with(urls![path("long/", long)])).unwrap();
    let page = client.get("/long/").await;
    assert_eq!(page.header("content-length"), None);
    let text = page.text();
    assert!(text.starts_with("0,1,2,") && text.ends_with(",19998,19999,Ada"), "{}", text.len());
    assert_eq!(text.split(',').count(), 20_001);
}

#[tokio::test]
async fn pages_of_errors_see_the_request() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/404.html", "{{ request.path }} {{ member.name }} {{ exception }}");
    let page = client(folder.path(), false).get("/gone/").await;
    assert_eq!(page.text(), "/gone/ Ada no route matches `/gone/`");
}

#[tokio::test]
async fn html_escapes_whatever_its_file_is_called_and_plain_text_does_not() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["page.html", "page.HTML", "page.j2", "page.txt", "page"] {
        write(folder.path(), &format!("templates/{name}"), "{{ text }}");
        let site = client(folder.path(), false).site().clone();
        let templates = site.require::<Templates>().unwrap();
        let context = context! { text => "<b>" };
        assert_eq!(site.clone().scope(templates.render(name, context.clone())).await.unwrap(), "&lt;b&gt;", "{name}");
        assert_eq!(site.clone().scope(templates.render_plain(name, context)).await.unwrap(), "<b>", "{name}");
    }
}

#[tokio::test]
async fn a_template_that_extends_its_own_name_finds_the_next_place() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "templates/who.html",
        "{% extends 'who.html' %}{% block a %}project {{ block.super }}{% endblock %}",
    );
    write(folder.path(), "shop/templates/who.html", "<{% block a %}shop{% endblock %}>");
    assert_eq!(client(folder.path(), true).get("/page/who/").await.text(), "<project shop>");
}

#[test]
fn the_check_reads_every_template_and_names_what_nothing_has() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/wrong.html", "{{ a|upper }}\n{% if %}{% endif %}{{ b|florp }}");
    write(folder.path(), "templates/mail/text.txt", "{% greeting 'Ada' %}{{ a|shout }}{% frame '*' %}{% endframe %}");
    write(
        folder.path(),
        "shop/templates/links.html",
        "{% load static %}{% url 'page' 'x' %}{% url 'pag' 'x' %}{% url 'gone' as there %}{% url name %}\n\
         {% static 'there.css' %}{% static 'gone.css' %}{% include './card.html' %}{% include 'links.html#part' %}",
    );
    let site = client(folder.path(), false).site().clone();
    let report = run_checks(&CheckContext::new(&site, false), &["templates"]).unwrap();
    let told: Vec<String> = report.messages.iter().map(|message| format!("{message}")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("[templates.E006]")
            && told[0].ends_with("wrong.html:2:1")
            && told[0].contains("`florp` is not a filter"),
        "{told:?}"
    );
    let found = site.enter(|| unknown_references(&site, |path| path == "there.css"));
    let told: Vec<String> = found.iter().map(|message| format!("{message}")).collect();
    let expected = [
        ("[templates.E007]", "links.html:1:38", "`pag` has no URL: no route has the name `pag`"),
        ("[templates.E008]", "links.html:2:25", "there is no static file `gone.css`"),
        ("[templates.E009]", "links.html:2:48", "the template `./card.html` does not exist"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, (id, place, what)) in told.iter().zip(expected) {
        assert!(told.contains(id) && told.contains(place) && told.contains(what), "{told}");
    }
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

#[tokio::test]
async fn errors_name_file_line_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let check = async |name: &str, source: &str, expected: Expect| {
        if !source.is_empty() {
            write(folder.path(), &format!("templates/{name}"), source);
        }
        let client = client(folder.path(), true);
        let site = client.site().clone();
        let templates = site.require::<Templates>().unwrap();
        let error = site.clone().scope(templates.render(name, context! {})).await.unwrap_err();
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
    )
    .await;
    check(
        "syntax.html",
        "<ul>\n{% for item in %}\n</ul>",
        expect![[r#"
            FOLDER/templates/syntax.html:2:1: the template `syntax.html` does not parse: `for item in` has too few words
            2:1: `{% for item in %}` is not closed (`{% endfor %}` is missing)
              caused by:      1 | <ul>
            >    2 | {% for item in %}
                 3 | </ul>
            hint: write `{% for item in list %}`"#]],
    )
    .await;
    check(
        "link.html",
        "one\n{% url 'detial' pk=1 %}",
        expect![[r#"
            FOLDER/templates/link.html:2:1: the template `link.html` does not render: `detial` has no URL: no route has the name `detial`
              caused by:      1 | one
            >    2 | {% url 'detial' pk=1 %}
            hint: the names here: `detail`, `page`"#]],
    )
    .await;
    check(
        "include.html",
        "{% include 'gone.html' %}",
        expect![[r#"
            FOLDER/templates/include.html:1:1: the template `include.html` does not render: the template `gone.html` does not exist
              caused by: >    1 | {% include 'gone.html' %}
            hint: searched, in this order:
              FOLDER/templates
              FOLDER/shop/templates
              the templates of `club`"#]],
    )
    .await;
    check(
        "filter.html",
        "{{ 1|florp }}",
        expect![[r#"
            FOLDER/templates/filter.html:1:1: the template `filter.html` does not parse: `florp` is not a filter
              caused by: >    1 | {{ 1|florp }}"#]],
    )
    .await;
    check(
        "../secret.html",
        "",
        expect![[r#"
        the template `../secret.html` does not exist
        hint: searched, in this order:
          FOLDER/templates
          FOLDER/shop/templates
          the templates of `club`"#]],
    )
    .await;
}

#[tokio::test]
async fn a_template_s_error_is_a_page_with_the_lines_around_it() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/broken.html", "first\n{% url 'nope' %}\nlast");
    let page = client(folder.path(), true).get("/page/broken/").await;
    assert_eq!(page.status(), 500);
    assert!(page.text().contains("&gt;    2 | {% url &#x27;nope&#x27; %}"), "{}", page.text());
    // One that shows only after a variable was loaded is the page's error just as well.
    write(folder.path(), "templates/late.html", "{{ member.name }}{% url 'nope' %}");
    let page = client(folder.path(), false).get("/page/late/").await;
    assert_eq!(page.status(), 500);
}

#[tokio::test]
async fn the_projects_own_pages_stand_for_errors() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "templates/404.html", "no {{ request_path }}");
    write(folder.path(), "templates/500.html", "{% url 'nope' %}");
    write(folder.path(), "templates/broken.html", "{% url 'nope' %}");
    let mut client = client(folder.path(), false);
    assert_eq!(client.get("/gone/").await.text(), "no /gone/");
    let failed = client.get("/page/broken/").await;
    assert!(failed.status() == 500 && failed.text().contains("Server Error (500)"), "{}", failed.text());
}
