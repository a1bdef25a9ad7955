//! The resolver: order, converters, namespaces, many routes, and the start-up check.
#![allow(clippy::unwrap_used)]

use expect_test::{Expect, expect};
use rjango_http::urls::{ReverseOptions, UrlArguments};
use rjango_http::{Converter, FromCapture, QueryDict, Request, Urls, include, path, re_path, urls};
use uuid::Uuid;

async fn plain(_request: Request) -> &'static str {
    ""
}
async fn number(_request: Request, _n: i64) -> &'static str {
    ""
}
async fn text(_request: Request, _text: String) -> &'static str {
    ""
}
fn id(_request: Request, _id: Uuid) -> &'static str {
    ""
}

fn matched(urls: &Urls, path: &str) -> String {
    match urls.resolver().unwrap().matches(path) {
        Some(found) => {
            let kwargs: Vec<String> = found.kwargs().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {}", found.view_name(), kwargs.join(" ")).trim_end().to_owned()
        }
        None => "no match".to_owned(),
    }
}

#[test]
fn converters_match_what_django_s_match() {
    let urls = urls![
        path("", plain).name("home"),
        path("n/<int:n>/", number).name("int"),
        path("s/<slug:s>/", text).name("slug"),
        path("u/<uuid:u>/", id).name("uuid"),
        path("t/<t>/", text).name("str"),
        path("p/<path:p>", text).name("path"),
        path("p/<path:p>/edit/", text).name("never"),
        path("mixed/<slug:a>-<int:b>/", rjango_http::View::into_view(plain).ignoring_captures()).name("mixed"),
    ];
    let check = |path: &str, expected: Expect| expected.assert_eq(&matched(&urls, path));
    check("/", expect!["home"]);
    check("/n/042/", expect!["int n=042"]);
    check("/n/-1/", expect!["no match"]);
    check("/n/1", expect!["no match"]);
    check("/n/1/2/", expect!["no match"]);
    check("/s/a-b_C9/", expect!["slug s=a-b_C9"]);
    check("/s/é/", expect!["no match"]);
    check("/u/39da9369-838e-4750-91a5-f7805cd82839/", expect!["uuid u=39da9369-838e-4750-91a5-f7805cd82839"]);
    check("/u/39DA9369-838E-4750-91A5-F7805CD82839/", expect!["no match"]);
    check("/t/é ü/", expect!["str t=é ü"]);
    check("/t//", expect!["no match"]);
    check("/p/a/b/c", expect!["path p=a/b/c"]);
    check("/p/a/edit/", expect!["path p=a/edit/"]);
    check("/mixed/a-b-7/", expect!["mixed a=a-b b=7"]);
    check("/u/é39da9369-838e-4750-91a5-f7805cd828", expect!["no match"]);
}

#[test]
fn the_first_route_that_matches_wins() {
    let urls = urls![
        re_path(r"^item/(?P<n>[0-9]+)/$", number).name("regex"),
        path("item/new/", plain).name("new"),
        path("item/<int:n>/", number).name("int"),
        path("item/<t>/", text).name("str"),
        path("item/late/", plain).name("late"),
    ];
    assert_eq!(matched(&urls, "/item/7/"), "regex n=7");
    assert_eq!(matched(&urls, "/item/new/"), "new");
    assert_eq!(matched(&urls, "/item/late/"), "str t=late");
}

#[test]
fn five_thousand_routes_give_what_a_walk_through_them_gives() {
    let routes = (0..5_000).map(|i| match i % 5 {
        0 => path(format!("section{}/<int:n>/", i / 10), number).name(format!("r{i}")),
        1 => path(format!("section{}/<str:t>/", i / 10), text).name(format!("r{i}")),
        2 => path(format!("section{}/", i / 10), plain).name(format!("r{i}")),
        3 => re_path(format!("^section{}/x-(?P<t>[a-z]+)/$", i / 10), text).name(format!("r{i}")),
        _ => path(format!("section{}/sub/<slug:t>/", i / 7), text).name(format!("r{i}")),
    });
    let urls = Urls::new(routes.collect());
    assert_eq!(urls.check(), []);
    for i in (0..500).step_by(7) {
        // Ten routes share a section; the first of a form wins.
        assert_eq!(matched(&urls, &format!("/section{i}/5/")), format!("r{} n=5", i * 10));
        assert_eq!(matched(&urls, &format!("/section{i}/x-y/")), format!("r{} t=x-y", i * 10 + 1));
        assert_eq!(matched(&urls, &format!("/section{i}/")), format!("r{}", i * 10 + 2));
        let first_sub = (i * 7..i * 7 + 7).find(|n| n % 5 == 4).unwrap();
        assert_eq!(matched(&urls, &format!("/section{i}/sub/a/")), format!("r{first_sub} t=a"));
        assert_eq!(matched(&urls, &format!("/section{i}/a/b/")), "no match");
    }
    let url = urls.resolver().unwrap().reverse("r4990", &UrlArguments::from((3,)), &ReverseOptions::default());
    assert_eq!(url.unwrap(), "/section499/3/");
}

struct Year;
#[derive(Clone, Debug, PartialEq)]
struct YearNumber(u16);
impl FromCapture for YearNumber {}
impl Converter for Year {
    type Value = YearNumber;
    fn regex(&self) -> &str {
        "[0-9]{4}"
    }
    fn to_value(&self, text: &str) -> Option<YearNumber> {
        text.parse().ok().filter(|year| *year >= 1900).map(YearNumber)
    }
    fn to_url(&self, argument: &str) -> Option<String> {
        argument.parse::<u16>().ok().map(|year| format!("{year:04}"))
    }
}

#[test]
fn an_own_converter_is_known_inside_and_gives_its_type() {
    async fn archive(_request: Request, year: YearNumber) -> String {
        format!("{year:?}")
    }
    let inner = urls![path("<yyyy:year>/", archive).name("year")].namespace("archive");
    let urls = urls![path("archive/", include(inner))].converter("yyyy", Year);
    assert_eq!(urls.check(), []);
    assert_eq!(matched(&urls, "/archive/2024/"), "archive:year year=2024");
    assert_eq!(matched(&urls, "/archive/1492/"), "no match");
    let reverse = |year: &str| {
        urls.resolver().unwrap().reverse(
            "archive:year",
            &UrlArguments::from([("year", year)]),
            &ReverseOptions::default(),
        )
    };
    assert_eq!(reverse("987").unwrap(), "/archive/0987/");
    assert!(reverse("x").is_err());
}

#[test]
fn instances_of_an_app_reverse_as_asked() {
    let polls = || urls![path("", plain).name("index")].namespace("polls");
    let urls = urls![
        path("author/", include(polls()).instance("author")),
        path("publisher/", include(polls()).instance("publisher")),
    ];
    let resolver = urls.resolver().unwrap();
    let reverse = |name: &str, current_app: &str| {
        let options = ReverseOptions { current_app, ..Default::default() };
        resolver.reverse(name, &().into(), &options).unwrap()
    };
    assert_eq!(reverse("author:index", ""), "/author/");
    assert_eq!(reverse("polls:index", ""), "/publisher/");
    assert_eq!(reverse("polls:index", "author"), "/author/");
}

#[test]
fn reverse_quotes_and_adds_query_and_fragment() {
    let urls = urls![path("t/<t>/", text).name("t"), path("/", plain).name("slash")];
    let resolver = urls.resolver().unwrap();
    let options = ReverseOptions { query: QueryDict::parse("a=1&b=x+y"), fragment: "the end", current_app: "" };
    let url = resolver.reverse("t", &("50% of é",).into(), &options).unwrap();
    assert_eq!(url, "/t/50%25%20of%20%C3%A9/?a=1&b=x+y#the%20end");
    assert_eq!(resolver.reverse("slash", &().into(), &ReverseOptions::default()).unwrap(), "/%2F");
}

#[test]
fn a_name_that_cannot_be_reversed_says_what_there_is() {
    let urls =
        urls![path("t/<t>/", text).name("t"), path("shop/", urls![path("", plain).name("list")].namespace("shop"))];
    let resolver = urls.resolver().unwrap();
    let check = |name: &str, arguments: UrlArguments, expected: Expect| {
        let error = resolver.reverse(name, &arguments, &ReverseOptions::default()).unwrap_err();
        expected.assert_eq(&format!("{error:?}"));
    };
    check(
        "u",
        ().into(),
        expect![[r#"
        `u` has no URL: no route has the name `u`
        hint: the names here: `t`"#]],
    );
    check(
        "t",
        ().into(),
        expect![[r#"
        `t` has no URL with no arguments
        hint: tried `t/%(t)s/`"#]],
    );
    check(
        "t",
        [("x", 1)].into(),
        expect![[r#"
        `t` has no URL with the keyword arguments (x=1)
        hint: tried `t/%(t)s/`"#]],
    );
    check(
        "shopp:list",
        ().into(),
        expect![[r#"
        `shopp:list` has no URL: `shopp` is not a registered namespace
        hint: the namespaces here: `shop`"#]],
    );
}

#[test]
fn the_check_lists_every_mistake_with_its_place() {
    let urls = urls![
        path("a/<str:pk>/", number),
        path("b/<int:pk>/", text),
        path("c/", number),
        path("d/<int:pk>/", plain),
        path("e/<nope:pk>/", number),
        path("f/<int:1x>/", number),
        path("g/<int:pk>/<int:pk>/", number),
        re_path("^h/(?=x)$", plain),
        path("i/<int:pk>/", id),
        path("j/", plain).name("a:b"),
        path("k/<int:pk>/", plain).extra("lang", "en"),
    ];
    let mistakes = urls.check();
    let shown: Vec<String> =
        mistakes.iter().map(|mistake| mistake.message.lines().next().unwrap_or_default().to_owned()).collect();
    expect![[r#"
        the view `urls::number` takes `i64` for `pk` of the route `a/<str:pk>/`: expected `String`, found `i64`
        the route `c/` gives 0 arguments, but the view `urls::number` takes 1 argument after the request
        the route `d/<int:pk>/` gives 1 argument, but the view `urls::plain` takes 0 arguments after the request
        the route `e/<nope:pk>/` uses the unknown converter `nope`
        the route `f/<int:1x>/` uses `1x`, which is not a valid name for a parameter
        the route `g/<int:pk>/<int:pk>/` uses the name `pk` more than once
        the route `^h/(?=x)$` is not a regular expression that works here: regex parse error:
        the view `urls::id` takes `uuid::Uuid` for `pk` of the route `i/<int:pk>/`: expected an integer or `String`, found `uuid::Uuid`
        the name `a:b` of the route `j/` has a colon
        the route `k/<int:pk>/` gives 2 arguments, but the view `urls::plain` takes 0 arguments after the request"#]]
    .assert_eq(&shown.join("\n"));
    assert!(mistakes.iter().all(|mistake| mistake.file.ends_with("tests/urls.rs") && mistake.line > 0));
    let error = urls.resolver().err().unwrap().to_string();
    assert!(error.starts_with("10 mistakes in the URLs:\n"), "{error}");
}
