//! Unknown attributes of known objects: told while a site is built.

use expect_test::expect;
use rjango_templates::{Locale, Value};

use crate::site::{Files, Product, engine, now, page, told};

fn context() -> Value {
    Value::map([
        ("product", Value::object(Product)),
        ("map", Value::map([("key", 1)].map(|(key, value)| (key, Value::from(value))))),
        ("xs", Value::list([1.into(), 2.into()])),
    ])
}

#[test]
fn an_unknown_attribute_of_a_known_object_is_an_error() {
    for (text, message) in [
        (
            "{{ product.pirce }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not render: `Product` has no attribute `pirce`
              caused by: >    1 | {{ product.pirce }}
            hint: did you mean `price`? its attributes are: name, price
        "#]],
        ),
        (
            "<p>\n  {{ product.category.name|upper }}",
            expect![[r#"
            page.html:2:3: the template `page.html` does not render: `Product` has no attribute `category`
              caused by:      1 | <p>
            >    2 |   {{ product.category.name|upper }}
            hint: its attributes are: name, price
        "#]],
        ),
        (
            "{% for x in xs %}{{ forloop.count }}{% endfor %}",
            expect![[r#"
            page.html:1:18: the template `page.html` does not render: `forloop` has no attribute `count`
              caused by: >    1 | {% for x in xs %}{{ forloop.count }}{% endfor %}
            hint: did you mean `counter`? its attributes are: counter, counter0, revcounter, revcounter0, first, last, length, parentloop
        "#]],
        ),
        (
            "{% block a %}{{ block.title }}{% endblock %}",
            expect![[r#"
            page.html:1:14: the template `page.html` does not render: `block` has no attribute `title`
              caused by: >    1 | {% block a %}{{ block.title }}{% endblock %}
            hint: its attributes are: name, super
        "#]],
        ),
        (
            "{% block a %}{{ block.super }}{% endblock %}",
            expect![[r#"
            page.html:1:14: the template `page.html` does not render: `block.super` has nothing to show: `page.html` extends no template
              caused by: >    1 | {% block a %}{{ block.super }}{% endblock %}
        "#]],
        ),
        (
            "{{ product.delete }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not render: `delete` changes rows, and a template may not call it
              caused by: >    1 | {{ product.delete }}
            hint: call it in the view
        "#]],
        ),
        (
            "{% with p=product.nmae %}{{ p }}{% endwith %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not render: `Product` has no attribute `nmae`
              caused by: >    1 | {% with p=product.nmae %}{{ p }}{% endwith %}
            hint: did you mean `name`? its attributes are: name, price
        "#]],
        ),
        (
            "{{ xs|join:product.glue }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not render: the filter `join` has the argument `product.glue`, and nothing has this name
              caused by: >    1 | {{ xs|join:product.glue }}
            hint: its attributes are: name, price
        "#]],
        ),
        (
            "{% include product.template %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not render: `Product` has no attribute `template`
              caused by: >    1 | {% include product.template %}
            hint: its attributes are: name, price
        "#]],
        ),
        (
            "{% widthratio product.width 1 2 %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not render: `Product` has no attribute `width`
              caused by: >    1 | {% widthratio product.width 1 2 %}
            hint: its attributes are: name, price
        "#]],
        ),
    ] {
        message.assert_eq(&told(page(text, context())));
    }
}

#[test]
fn what_may_be_missing_is_silent() {
    for (text, expected) in [
        ("{% if product.pirce %}x{% else %}none{% endif %}", "none"),
        ("{% if product.pirce > 3 or map.none %}x{% endif %}", ""),
        ("{% firstof product.nick product.name %}", "Tea"),
        ("{{ product.nick|default:'none' }}", "none"),
        ("{{ product.nick|default_if_none:'none' }}", ""),
        ("{{ map.none }}{{ map.none.further }}{{ nothing.at.all }}", ""),
        ("{{ product.name.nothing }}{{ xs.9 }}", ""),
    ] {
        assert_eq!(page(text, context()).unwrap(), expected, "{text}");
    }
}

#[test]
fn in_production_it_is_djangos_invalid_text() {
    let files = Files::new(&[(
        "page.html",
        "[{{ product.pirce }}][{{ product.delete }}]{% for x in xs %}{{ forloop.count }}{% endfor %}",
    )]);
    assert_eq!(now(engine(files, false).render("page.html", context(), Locale::english(), true)).unwrap(), "[][]");
}
