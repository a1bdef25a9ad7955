//! What is too large, too deep, or without an end.

use std::any::Any;
use std::fmt;

use expect_test::expect;
use rjango_templates::{Attribute, Object, Value};

use crate::site::{Files, engine, first_line, nothing, now, of_files, page, soon, told};
use rjango_templates::Locale;

#[test]
fn an_endless_include_is_an_error() {
    let told = soon(|| {
        first_line(of_files(
            &[("a.html", "a\n {% include 'b.html' %}"), ("b.html", "{% include 'a.html' %}")],
            nothing(),
        ))
    });
    expect!["a.html:2:2: the template `a.html` does not render: more than 100 templates include one another"]
        .assert_eq(&told);
    let itself = soon(|| {
        first_line(of_files(&[("a.html", "{% for x in 'ab' %}{% include 'a.html' %}{% endfor %}")], nothing()))
    });
    expect!["a.html:1:20: the template `a.html` does not render: more than 100 templates include one another"]
        .assert_eq(&itself);
    let in_filter = "{% filter upper %}{% include 'a.html' %}{% endfilter %}";
    expect!["a.html:1:1: the template `a.html` does not render: more than 100 tags with a text of their own stand inside of one another"].assert_eq(&soon(|| first_line(of_files(&[("a.html", in_filter)], nothing()))));
}

#[test]
fn a_cycle_of_extends_is_an_error() {
    let files = [("a.html", "{% extends 'b.html' %}"), ("b.html", "{# b #}\n{% extends 'a.html' %}")];
    expect![[r#"
        b.html:2:1: the template `b.html` does not render: `b.html` extends `a.html`, which extends it
          caused by:      1 | {# b #}
        >    2 | {% extends 'a.html' %}
        hint: a template may extend one of the same name in a later place, and no later one has `a.html`
    "#]]
    .assert_eq(&soon(|| told(of_files(&files, nothing()))));
    expect![[r#"
        a.html:1:1: the template `a.html` does not render: `a.html` extends itself
          caused by: >    1 | {% extends 'a.html' %}
        hint: a template may extend one of the same name in a later place, and no later one has `a.html`
    "#]]
    .assert_eq(&soon(|| told(of_files(&[("a.html", "{% extends 'a.html' %}")], nothing()))));
}

#[test]
fn a_template_of_ten_megabytes_is_an_error() {
    expect![[r#"
        page.html:1:1: the template `page.html` has 10485760 bytes, and at most 4194304 are read
        hint: move what is data out of it, into the context or a static file
    "#]]
    .assert_eq(&soon(|| told(page(&"x".repeat(10 << 20), nothing()))));
}

#[test]
fn a_width_beyond_memory_is_an_error() {
    let context = || Value::map([("x", Value::from("a"))]);
    for filter in [
        "ljust:10000000000",
        "rjust:10000000000",
        "center:10000000000",
        "stringformat:'10000000000s'",
        "floatformat:10000000000",
        "ljust:999999999999999999999",
    ] {
        let told = soon(|| first_line(page(&format!("{{{{ 1|add:x }}}}\n{{{{ 1|{filter} }}}}"), context())));
        assert!(
            told.starts_with("page.html:2:1: the template `page.html` does not render: the filter `"),
            "{filter}: {told}"
        );
    }
    // Many that are allowed are bounded by the page's length.
    let many = "{% for a in '01234' %}{% for b in '01234' %}{{ 1|ljust:9000000 }}{% endfor %}{% endfor %}";
    expect!["page.html:1:45: the template `page.html` does not render: the page is longer than 128 MB"]
        .assert_eq(&soon(|| first_line(page(many, nothing()))));
}

#[test]
fn deep_nesting_is_an_error_or_a_page() {
    let deep = |depth: usize, open: &str, close: &str| format!("{}x{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [
        ("{% if 1 %}", "{% endif %}"),
        ("{% for x in 'a' %}", "{% endfor %}"),
        ("{% with a=1 %}", "{% endwith %}"),
        ("{% filter lower %}", "{% endfilter %}"),
        ("{% spaceless %}", "{% endspaceless %}"),
        ("{% autoescape on %}", "{% endautoescape %}"),
        ("{% ifchanged %}", "{% endifchanged %}"),
    ] {
        assert_eq!(soon(|| page(&deep(90, open, close), nothing())).unwrap(), "x", "{open}");
        let told = soon(|| first_line(page(&deep(100_000, open, close), nothing())));
        assert!(told.contains("more than 200 tags stand inside of one another"), "{open}: {told}");
    }
    let not = format!("{{% if {} a %}}x{{% endif %}}", "not ".repeat(100_000));
    expect!["page.html:1:1: the template `page.html` does not parse: the condition has more than 200 levels"]
        .assert_eq(&soon(|| first_line(page(&not, nothing()))));
    let and = format!("{{% if 1{} %}}x{{% endif %}}", " and 1".repeat(100_000));
    assert_eq!(soon(|| page(&and, nothing())).unwrap(), "x");
}

#[test]
fn megabytes_of_one_sign_are_read_in_time() {
    for text in [
        "{", "}", "{{", "}}", "{%", "%}", "{#", "{{ ", "{% ", "{{}", "{% %}", "{{ }}", "{{ a }}", "\n{{", "{% if",
        "'{{", "{{ '", "{{ \"|",
    ] {
        let whole = text.repeat((1 << 20) / text.len());
        soon(|| match page(&whole, nothing()) {
            Ok(page) => assert!(page.len() <= whole.len()),
            Err(error) => assert!(error.place().is_some() && error.to_string().len() < 1 << 20, "{text}"),
        });
    }
}

#[test]
fn megabytes_in_one_tag_are_read_in_time() {
    let chain = format!("{{{{ x{} }}}}", "|lower".repeat(150_000));
    assert_eq!(soon(|| page(&chain, Value::map([("x", Value::from("A"))]))).unwrap(), "a");
    for (front, part, end) in [
        ("{% firstof", " a", " %}"),
        ("{% cycle", " 'a'", " %}"),
        ("{% with", " a=1", " %}{% endwith %}"),
        ("{% include 'x'", " with", " %}"),
        ("{% if", " a", " %}{% endif %}"),
        ("{% for", " a,", " in b %}{% endfor %}"),
        ("{% load", " nothing", " %}"),
        ("{{ a", ".b", " }}"),
        ("{{ a", "|x", " }}"),
        ("{{ a|default:'", "\\'", "' }}"),
        ("{{ a|default:\"", "\\\\", " }}"),
        ("{% url 'x'", " \"", " %}"),
        ("{% trans _(\"", " a\"", " %}"),
        ("{% querystring", " a=1", " %}"),
        ("{% blocktranslate %}", "{{ a }}", "{% endblocktranslate %}"),
    ] {
        let whole = format!("{{% load i18n %}}{front}{}{end}", part.repeat((1 << 20) / part.len()));
        soon(|| match page(&whole, nothing()) {
            Ok(_) => {}
            Err(error) => assert!(error.place().is_some(), "{front}: {error:?}"),
        });
    }
}

#[test]
fn many_unclosed_tags_are_told_in_time() {
    for tag in [
        "{% block a %}",
        "{% comment %}",
        "{% verbatim %}",
        "{% cache 1 a %}",
        "{% partialdef a %}",
        "{% nonsense %}",
        "{% endif %}",
        "{% else %}",
        "{{ a|nope }}",
    ] {
        let told = soon(|| told(page(&tag.repeat(50_000), nothing())));
        assert!(told.len() < 1 << 20, "{tag}: {} bytes", told.len());
    }
}

/// A value that leads to itself: `me.me.me`, `for x in me`, printed whole.
#[derive(Debug)]
struct Endless;

impl Object for Endless {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        if name == "me" { Attribute::Value(Value::object(Self)) } else { Attribute::Unknown }
    }

    fn call(&self) -> Option<Attribute<'_>> {
        None
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(vec![Value::object(Self)])
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("endless")
    }
}

#[test]
fn a_value_that_leads_to_itself_ends() {
    let context = || Value::map([("me", Value::object(Endless))]);
    let path = format!("{{{{ me{} }}}}", ".me".repeat(100_000));
    assert_eq!(soon(|| page(&path, context())).unwrap(), "endless");
    for filter in [
        "join:''",
        "length",
        "pprint",
        "unordered_list",
        "json_script",
        "first",
        "last",
        "safeseq",
        "escapeseq",
        "slice:':2'",
        "dictsort:'me'",
        "random",
        "stringformat:'s'",
        "default:me",
    ] {
        soon(|| match page(&format!("{{{{ me|{filter} }}}}"), context()) {
            Ok(page) => assert!(page.len() < 1 << 20, "{filter}"),
            Err(error) => assert!(error.place().is_some(), "{filter}: {error:?}"),
        });
    }
}

#[test]
fn deep_values_are_printed_or_refused() {
    let mut deep = Value::list([]);
    for _ in 0..400 {
        deep = Value::list([deep]);
    }
    let context = Value::map([("deep", deep.clone())]);
    for text in [
        "{{ deep }}",
        "{{ deep|length }}",
        "{{ deep|pprint }}",
        "{{ deep|unordered_list }}",
        "{{ deep|json_script }}",
        "{% if deep == deep %}{% endif %}",
        "{{ deep|join:'' }}",
        "{{ deep|safeseq }}",
    ] {
        let context = context.clone();
        soon(|| match page(text, context) {
            Ok(_) => {}
            Err(error) => assert!(error.place().is_some(), "{text}: {error:?}"),
        });
    }
}

#[test]
fn a_template_that_changes_is_read_whole_each_time() {
    let files = Files::new(&[("page.html", "one")]);
    let engine = engine(files.clone(), true);
    let render = || now(engine.render("page.html", nothing(), Locale::english(), true));
    assert_eq!(render().unwrap(), "one");
    files.write("page.html", b"{% if x %}half");
    assert!(render().is_err());
    files.write("page.html", b"two, and whole");
    assert_eq!(render().unwrap(), "two, and whole");
    // An error is not kept either.
    files.write("page.html", b"\xff");
    assert!(render().is_err());
    files.write("page.html", b"three");
    assert_eq!(render().unwrap(), "three");
}
