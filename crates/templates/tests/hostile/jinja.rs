//! Words of Jinja's: what the messages say to somebody who comes from there.

use expect_test::expect;
use rjango_templates::Value;

use crate::site::{page, told};

#[test]
fn jinjas_words_have_their_answer() {
    for (text, message) in [
        (
            "{{ url('home') }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `('home')` of `url('home')` is not understood
              caused by: >    1 | {{ url('home') }}
            hint: write `{% url 'home' %}`
        "#]],
        ),
        (
            "{{ static(\"a.css\") }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `("a.css")` of `static("a.css")` is not understood
              caused by: >    1 | {{ static("a.css") }}
            hint: write `{% load static %}` once, and `{% static "a.css" %}`
        "#]],
        ),
        (
            "{% for x in xs %}{% else %}none{% endfor %}",
            expect![[r#"
            page.html:1:18: the template `page.html` does not parse: `{% else %}` does not belong here
              caused by: >    1 | {% for x in xs %}{% else %}none{% endfor %}
            hint: in a `for` write `{% empty %}`
        "#]],
        ),
        (
            "{% for x in xs %}\n  {{ loop.index }}{% endfor %}",
            expect![[r#"
            page.html:2:3: the template `page.html` does not render: `loop.index` is Jinja's
              caused by:      1 | {% for x in xs %}
            >    2 |   {{ loop.index }}{% endfor %}
            hint: write `forloop.counter`
        "#]],
        ),
        (
            "{% set a = 1 %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `set` is not a tag
              caused by: >    1 | {% set a = 1 %}
            hint: write `{% with name=value %}..{% endwith %}`, or put the value into the context in the view
        "#]],
        ),
        (
            "{{ xs[0] }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `[0]` of `xs[0]` is not understood
              caused by: >    1 | {{ xs[0] }}
            hint: write a key or a place after a dot: `rows.0`, `map.key`
        "#]],
        ),
        (
            "{{ row['name'] }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `['name']` of `row['name']` is not understood
              caused by: >    1 | {{ row['name'] }}
            hint: write a key or a place after a dot: `rows.0`, `map.key`
        "#]],
        ),
        (
            "{{ a if b else c }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: ` if b else c` of `a if b else c` is not understood
              caused by: >    1 | {{ a if b else c }}
            hint: a condition is for the tag: `{% if a == b %}..{% else %}..{% endif %}`
        "#]],
        ),
        (
            "{{ a + b }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: ` + b` of `a + b` is not understood
              caused by: >    1 | {{ a + b }}
            hint: a template does not compute; use a filter, such as `{{ a|add:b }}`, or do it in the view
        "#]],
        ),
        (
            "{{ a ~ b }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: ` ~ b` of `a ~ b` is not understood
              caused by: >    1 | {{ a ~ b }}
            hint: a template does not compute; use a filter, such as `{{ a|add:b }}`, or do it in the view
        "#]],
        ),
        (
            "{{ a == b }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: ` == b` of `a == b` is not understood
              caused by: >    1 | {{ a == b }}
            hint: a condition is for the tag: `{% if a == b %}..{% else %}..{% endif %}`
        "#]],
        ),
        (
            "{{ a|default('x') }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: the filter `default` needs an argument behind a colon
              caused by: >    1 | {{ a|default('x') }}
            hint: write `default:'x'`, without a space
        "#]],
        ),
        (
            "{{ a|tojson }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `tojson` is not a filter
              caused by: >    1 | {{ a|tojson }}
            hint: write `json_script`, which makes a whole script element
        "#]],
        ),
        (
            "{{ a is none }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: ` is none` of `a is none` is not understood
              caused by: >    1 | {{ a is none }}
            hint: a test is for the tag: `{% if value is None %}`, `{% if not value %}`
        "#]],
        ),
        (
            "{% if a is defined %}{% endif %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `is defined` is Jinja's
              caused by: >    1 | {% if a is defined %}{% endif %}
            hint: write `{% if value is not None %}`: a name that nothing has is `None` here
        "#]],
        ),
        (
            "{% if a && b %}{% endif %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `&&` stands where the condition should end
              caused by: >    1 | {% if a && b %}{% endif %}
            hint: write `and`
        "#]],
        ),
        (
            "{% if (a or b) and c %}{% endif %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `(a`: a condition has no parentheses
              caused by: >    1 | {% if (a or b) and c %}{% endif %}
            hint: `and` binds more than `or`; put one `{% if %}` into another for the rest
        "#]],
        ),
        (
            "{% elif a %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{% elif %}` does not belong here
              caused by: >    1 | {% elif a %}
            hint: no tag is open here
        "#]],
        ),
        (
            "{% macro field(x) %}{% endmacro %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `macro` is not a tag
              caused by: >    1 | {% macro field(x) %}{% endmacro %}
            hint: write a template of its own and `{% include %}` it, or a `{% partialdef %}`
        "#]],
        ),
        (
            "{% raw %}{{ x }}{% endraw %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `raw` is not a tag
              caused by: >    1 | {% raw %}{{ x }}{% endraw %}
            hint: write `{% verbatim %}..{% endverbatim %}`
        "#]],
        ),
        (
            "{% from 'a' import b %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `from` is not a tag
              caused by: >    1 | {% from 'a' import b %}
            hint: write a template of its own and `{% include %}` it; a library is loaded by `{% load name %}`
        "#]],
        ),
        (
            "{{- a -}}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `- a -` does not begin with a variable or a constant
              caused by: >    1 | {{- a -}}
            hint: write `{{` without `-`; `{% spaceless %}` takes out the space between elements
        "#]],
        ),
        (
            "{%- if a -%}{%- endif -%}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `{%-` is Jinja's
            1:13: `{%-` is Jinja's (write `{%` without a sign; `{% spaceless %}` takes out the space between elements)
              caused by: >    1 | {%- if a -%}{%- endif -%}
            hint: write `{%` without a sign; `{% spaceless %}` takes out the space between elements
        "#]],
        ),
        (
            "{{ a | default: 'x' }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: the filter `default` needs an argument
              caused by: >    1 | {{ a | default: 'x' }}
            hint: write it after a colon, without spaces: `default:".."`
        "#]],
        ),
        (
            "{% include 'a.html' ignore missing %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `ignore missing` is Jinja's
              caused by: >    1 | {% include 'a.html' ignore missing %}
            hint: look for the template in the view, or give `include` a list: it takes the first that is there
        "#]],
        ),
        (
            "{% block a scoped %}{% endblock %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `scoped` of the block `a` is Jinja's
              caused by: >    1 | {% block a scoped %}{% endblock %}
            hint: write `{% block a %}`: a block sees the names that are around it
        "#]],
        ),
        (
            "{% autoescape true %}{% endautoescape %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `autoescape` takes `on` or `off`
              caused by: >    1 | {% autoescape true %}{% endautoescape %}
            hint: write `{% autoescape on %}`
        "#]],
        ),
        (
            "{{ super() }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `()` of `super()` is not understood
              caused by: >    1 | {{ super() }}
            hint: write `{{ block.super }}`
        "#]],
        ),
        (
            "{{ not a }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: ` a` of `not a` is not understood
              caused by: >    1 | {{ not a }}
            hint: a condition is for the tag: `{% if not a %}..{% endif %}`
        "#]],
        ),
        (
            "{{ [1, 2] }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `[1, 2]` does not begin with a variable or a constant
              caused by: >    1 | {{ [1, 2] }}
            hint: write a key or a place after a dot: `rows.0`, `map.key`
        "#]],
        ),
        (
            "{{ a.b() }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `()` of `a.b()` is not understood
              caused by: >    1 | {{ a.b() }}
            hint: write `a.b`: what can be called is called without `()`
        "#]],
        ),
        (
            "{% call a() %}{% endcall %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `call` is not a tag
              caused by: >    1 | {% call a() %}{% endcall %}
            hint: write a template of its own and `{% include ".." with name=value %}` it
        "#]],
        ),
        (
            "{{ a // b }}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: ` // b` of `a // b` is not understood
              caused by: >    1 | {{ a // b }}
            hint: a template does not compute; use a filter, such as `{{ a|add:b }}`, or do it in the view
        "#]],
        ),
        (
            "{% for k, v in map.items() %}{% endfor %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `()` of `map.items()` is not understood
              caused by: >    1 | {% for k, v in map.items() %}{% endfor %}
            hint: write `map.items`: what can be called is called without `()`
        "#]],
        ),
        (
            "{% for x in xs if x %}{% endfor %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `for x in xs if x` has a condition, which is Jinja's
              caused by: >    1 | {% for x in xs if x %}{% endfor %}
            hint: put an `{% if %}` into the loop, or leave the rows out in the view
        "#]],
        ),
        (
            "{% with %}{% set a = 1 %}{% endwith %}",
            expect![[r#"
            page.html:1:1: the template `page.html` does not parse: `with` needs at least one `name=value`
            1:11: `set` is not a tag (write `{% with name=value %}..{% endwith %}`, or put the value into the context in the view)
              caused by: >    1 | {% with %}{% set a = 1 %}{% endwith %}
        "#]],
        ),
    ] {
        message.assert_eq(&told(page(text, Value::map([("xs", Value::list([1.into()]))]))));
    }
}
