//! Mistakes of a template's text, all of a file at once.

use expect_test::expect;

use crate::site::{Files, engine, nothing, now, page, told};
use rjango_templates::Locale;

#[test]
fn a_byte_that_is_not_utf8_is_an_error_with_its_place() {
    let files = Files::default();
    files.write("page.html", b"first\nab \xe9 x");
    let page = now(engine(files, true).render("page.html", nothing(), Locale::english(), true));
    expect![[r#"
        page.html:2:4: the template `page.html` is not UTF-8: it has the byte 0xe9
        hint: save the file as UTF-8
    "#]]
    .assert_eq(&told(page));
}

#[test]
fn each_unclosed_thing_is_told() {
    for (text, message) in [
        (
            "a {% if x %}b",
            expect![[r#"
            page.html:1:3: the template `page.html` does not parse: `{% if x %}` is not closed
              caused by: >    1 | a {% if x %}b
            hint: one of these is missing: `{% elif %}`, `{% else %}`, `{% endif %}`
        "#]],
        ),
        (
            "{% for x in y %}{% if x %}{% endfor %}",
            expect![[r#"
            page.html:1:17: the template `page.html` does not parse: `{% if x %}` is not closed
            1:27: `{% endfor %}` does not belong here (`{% if %}` is the tag that is open here; it must be closed first)
              caused by: >    1 | {% for x in y %}{% if x %}{% endfor %}
            hint: one of these is missing: `{% elif %}`, `{% else %}`, `{% endif %}`
        "#]],
        ),
        (
            "{% comment %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{% comment %}` is not closed
              caused by: >    1 | {% comment %}
            hint: `{% endcomment %}` is missing
        "#]],
        ),
        (
            "{% verbatim %}{% endverbatim x %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{% verbatim %}` is not closed
              caused by: >    1 | {% verbatim %}{% endverbatim x %}
            hint: one of these is missing: `{% endverbatim %}`
        "#]],
        ),
        (
            "{% block a %}{% endblock b %}",
            expect![[r#"
            page.html:1:14: the template `page.html` does not parse: `{% endblock b %}` ends the block `a`
              caused by: >    1 | {% block a %}{% endblock b %}
            hint: write `{% endblock a %}`, or leave the name out
        "#]],
        ),
        (
            "{% load i18n %}{% blocktranslate %}x",
            expect![[r#"
            page.html:1:16: the template `page.html` does not parse: `{% blocktranslate %}` is not closed
              caused by: >    1 | {% load i18n %}{% blocktranslate %}x
            hint: `{% endblocktranslate %}` is missing
        "#]],
        ),
        (
            "{% filter upper %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{% filter upper %}` is not closed
              caused by: >    1 | {% filter upper %}
            hint: one of these is missing: `{% endfilter %}`
        "#]],
        ),
        (
            "{% endif %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{% endif %}` does not belong here
              caused by: >    1 | {% endif %}
            hint: no tag is open here
        "#]],
        ),
        (
            "{% if %}{% endif %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `if` needs a condition
              caused by: >    1 | {% if %}{% endif %}
        "#]],
        ),
        (
            "{{ }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{{ }}` names no variable
              caused by: >    1 | {{ }}
        "#]],
        ),
        (
            "{% %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{% %}` names no tag
              caused by: >    1 | {% %}
        "#]],
        ),
        (
            "{{ a|default:\"x }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: the filter `default` needs an argument
              caused by: >    1 | {{ a|default:"x }}
            hint: write it after a colon, without spaces: `default:".."`
        "#]],
        ),
    ] {
        message.assert_eq(&told(page(text, nothing())));
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = "{% lod i18n %}\n{{ a|uper }}\n{% if a = b %}\n  {{ b|nope:1 }} {{ c._d }}\n{% else if %}\n{% endif %}\n{% for x y %}{{ x|lower:1 }}{% endfor %}\n{% translate 'x' %}\n{{ d(1) }}";
    expect![[r#"
        page.html:1:1: the template `page.html` does not parse: `lod` is not a tag
        2:1: `uper` is not a filter (did you mean `upper`?)
        3:1: `=` stands where the condition should end (compare with `==`)
        4:3: `nope` is not a filter
        4:18: `c._d` has a name that begins with an underscore (such names are not for templates; give the value another name in the view)
        7:1: `for x y` has too few words (write `{% for item in list %}`)
        7:14: the filter `lower` takes no argument, and one is given
        8:1: `translate` is not a tag (it is in a library: write `{% load i18n %}` first)
        9:1: `(1)` of `d(1)` is not understood (a template calls what can be called without `()`; what needs arguments is a tag, such as `{% url 'name' pk %}` and `{% static 'file' %}`, or a filter)
          caused by: >    1 | {% lod i18n %}
             2 | {{ a|uper }}
             3 | {% if a = b %}
        hint: did you mean `load`?
    "#]].assert_eq(&told(page(text, nothing())));
}
