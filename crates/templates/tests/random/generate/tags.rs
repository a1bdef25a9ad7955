//! Tags and the texts between them.

use super::Generator;

const TEXTS: &[&str] = &[
    "a", " b ", "\n", "<p>", "</p>\n", "&amp;", "é", "{", "}", "{ x }", "%}", "}}", "{{", "{%", "{#", "<b> <i>", "  ",
    "'", "\"", "$", "100%", "{ {", "日",
];
const ENDLESS: &[&str] = &["{{", "{%", "{#"];

impl Generator {
    /// Some text and tags.
    pub fn body(&mut self, depth: usize) -> String {
        let count = 1 + self.chance.below(4);
        let (names, loops) = (self.names.len(), self.loops);
        let mut text = String::new();
        for _ in 0..count {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            text.push_str(&match self.chance.below(100) {
                0..18 => self.text(),
                18..55 => format!("{{{{{}}}}}", self.spaced()),
                _ if depth == 0 => self.leaf(),
                55..75 => self.leaf(),
                _ => self.nested(depth - 1),
            });
        }
        self.names.truncate(names);
        self.loops = loops;
        text
    }

    fn spaced(&mut self) -> String {
        let expression = self.expression();
        if self.chance.percent(85) { format!(" {expression} ") } else { expression }
    }

    fn text(&mut self) -> String {
        let text = self.chance.pick(TEXTS);
        // What opens a token and does not close it stays text up to the end of its line.
        if ENDLESS.contains(&text) { format!("{text} open\n") } else { text.to_owned() }
    }

    /// A name for a tag to give.
    fn target(&mut self) -> String {
        let name = self.chance.pick(&["a", "b", "c", "i", "s"]).to_owned();
        self.names.push(name.clone());
        name
    }

    /// ` as name`, sometimes.
    fn maybe_as(&mut self) -> String {
        if self.chance.percent(30) { format!(" as {}", self.target()) } else { String::new() }
    }

    /// A tag without a body.
    fn leaf(&mut self) -> String {
        let tag = match self.chance.below(36) {
            34 | 35 => self.url(),
            0 | 1 => self.cycle(),
            2 => match self.cycles.len() {
                0 if self.chance.percent(90) => return self.text(),
                0 => "resetcycle".to_owned(),
                many => format!("resetcycle {}", self.cycles[self.chance.below(many)]),
            },
            3..6 => {
                let count = 1 + self.chance.below(3);
                let words: Vec<String> = (0..count).map(|_| self.word()).collect();
                format!("firstof {}{}", words.join(" "), self.maybe_as())
            }
            6 => {
                let format = self.chance.pick(&[
                    "'Y-m-d H:i'",
                    "\"jS F\"",
                    "'SHORT_DATETIME_FORMAT'",
                    "'T e'",
                    "\"\"",
                    "'D, d M y P'",
                ]);
                format!("now {format}{}", self.maybe_as())
            }
            7..10 => {
                let by =
                    self.chance.pick(&["name", "n", "0", "1", "list", "missing", "n|add:1", "name|length", "name.0"]);
                let list = self.list();
                format!("regroup {list} by {by} as {}", self.target())
            }
            10 => {
                format!("templatetag {}", self.chance.pick(&["openblock", "closevariable", "opencomment", "openbrace"]))
            }
            11..13 => format!("widthratio {} {} {}{}", self.word(), self.word(), self.word(), self.maybe_as()),
            13..16 => self.include(),
            16..19 => self.translate(),
            19 => {
                format!("static {}{}", self.chance.pick(&["'a.css'", "'a b/ä.js'", "digits", "'x?y'"]), self.maybe_as())
            }
            20 => format!("{}{}", self.chance.pick(&["get_static_prefix", "get_media_prefix"]), self.maybe_as()),
            21 => format!("get_current_language as {}", self.target()),
            22 => format!("get_current_language_bidi as {}", self.target()),
            23 => {
                let code = self.chance.pick(&["'de'", "'ar'", "'pt-br'", "'xx'", "'zh-hans'", "s"]);
                let name = self.target();
                let shown = self.chance.pick(&["code", "name", "name_local", "name_translated", "bidi"]);
                return format!("{{% get_language_info for {code} as {name} %}}{{{{ {name}.{shown} }}}}");
            }
            24 => format!("get_available_languages as {}", self.target()),
            25 => format!("get_current_timezone as {}", self.target()),
            26 if self.partials && self.chance.percent(50) => format!("csp_nonce_attr{}", self.maybe_as()),
            26 => "csrf_token".to_owned(),
            27 => "debug".to_owned(),
            28 => format!(
                "lorem {}",
                self.chance.pick(&["1 b", "3 w", "12 w", "1 p", "0 p", "'x' w", "19 w", "-1 w", "2.7 w"])
            ),
            29 | 30 => self.querystring(),
            31 if self.partials && !self.defined.is_empty() => {
                format!("partial {}", self.defined[self.chance.below(self.defined.len())])
            }
            _ if self.extends && self.chance.percent(60) => return "{{ block.super }}".to_owned(),
            _ if self.loops > 0 => {
                let part = self.chance.pick(&[
                    "counter",
                    "counter0",
                    "revcounter",
                    "revcounter0",
                    "first",
                    "last",
                    "parentloop.counter",
                    "missing",
                    "parentloop.parentloop.first",
                ]);
                return format!("{{{{ forloop.{part} }}}}");
            }
            _ => return "{# a comment {{ x }} #}".to_owned(),
        };
        format!("{{% {tag} %}}")
    }

    fn cycle(&mut self) -> String {
        if !self.cycles.is_empty() && self.chance.percent(30) {
            return format!("cycle {}", self.cycles[self.chance.below(self.cycles.len())]);
        }
        let count = 1 + self.chance.below(3);
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        let mut tag = format!("cycle {}", words.join(" "));
        if self.chance.percent(45) {
            let name = format!("cycle{}", self.cycles.len());
            tag.push_str(&format!(" as {name}"));
            if self.chance.percent(30) {
                tag.push_str(" silent");
            }
            self.names.push(name.clone());
            self.cycles.push(name);
        }
        tag
    }

    fn include(&mut self) -> String {
        let name = match self.included.len() {
            0 => "'nowhere.html'".to_owned(),
            many => {
                let name = self.included[self.chance.below(many)].clone();
                match self.chance.below(12) {
                    0 => format!("'./{name}'"),
                    1 => format!("\"{name}\"|lower"),
                    2 => "missing".to_owned(),
                    _ => format!("'{name}'"),
                }
            }
        };
        let mut tag = format!("include {name}");
        if self.chance.percent(50) {
            let given = self.chance.pick(&["i", "s", "a", "xs"]);
            tag.push_str(&format!(" with {given}={}", self.word()));
            if self.chance.percent(30) {
                tag.push_str(&format!(" b={}", self.word()));
            }
        }
        if self.chance.percent(30) {
            tag.push_str(" only");
        }
        tag
    }

    fn translate(&mut self) -> String {
        let text = match self.chance.below(10) {
            // A filter gets a lazy text in Django, which is not a number's text there.
            0 => self.operand(),
            1 => "s".to_owned(),
            2 => "_('Yes')".to_owned(),
            _ => self
                .chance
                .pick(&[
                    "'Yes'",
                    "\"January\"",
                    "'no such text'",
                    "'%(x)s 100%'",
                    "'and'",
                    "'Sunday'|upper",
                    "'<b>'",
                    "'midnight'|capfirst",
                ])
                .to_owned(),
        };
        let mut tag = format!("{} {text}", self.chance.pick(&["translate", "trans"]));
        if self.chance.percent(20) {
            tag.push_str(self.chance.pick(&[" context 'abbrev. month'", " context s", " noop"]));
        }
        tag + &self.maybe_as()
    }

    fn url(&mut self) -> String {
        let mut tag = format!("url {}", self.chance.pick(&["'home'", "'shop:item'", "'nowhere'", "s", "missing"]));
        match self.chance.below(4) {
            0 => tag.push_str(&format!(" {} {}", self.word(), self.word())),
            1 => tag.push_str(&format!(" pk={} name={}", self.word(), self.word())),
            2 => tag.push_str(&format!(" {}", self.word())),
            _ => {}
        }
        tag + &self.maybe_as()
    }

    fn querystring(&mut self) -> String {
        let mut tag = "querystring".to_owned();
        let count = self.chance.below(4);
        for place in 0..count {
            let name = ["page", "q", "x"][place % 3];
            let value = self.chance.pick(&["1", "None", "xs", "s", "'a b'", "u", "nothing", "''", "yes", "f"]);
            tag.push_str(&format!(" {name}={value}"));
        }
        tag + &self.maybe_as()
    }

    /// A tag with a body.
    fn nested(&mut self, depth: usize) -> String {
        match self.chance.below(34) {
            0..6 => self.if_tag(depth),
            6..13 => self.for_tag(depth),
            13 | 14 => self.ifchanged(depth),
            15..17 => {
                let (mut pairs, count) = (String::new(), 1 + self.chance.below(2));
                let names = self.names.len();
                for name in ["a", "s"].iter().take(count) {
                    pairs.push_str(&format!(" {name}={}", self.word()));
                }
                if self.chance.percent(10) {
                    pairs = format!(" {} as a and {} as s", self.word(), self.word());
                }
                self.names.extend(["a".to_owned(), "s".to_owned()]);
                let text = format!("{{% with{pairs} %}}{}{{% endwith %}}", self.body(depth));
                self.names.truncate(names);
                text
            }
            17 => format!(
                "{{% autoescape {} %}}{}{{% endautoescape %}}",
                self.chance.pick(&["on", "off"]),
                self.body(depth)
            ),
            18 | 19 => {
                let filters = self.chance.pick(&[
                    "upper",
                    "title",
                    "force_escape|lower",
                    "cut:' '",
                    "linebreaksbr",
                    "truncatewords:2",
                    "striptags",
                    "wordwrap:5",
                    "length",
                    "urlize",
                    "escapejs",
                    "addslashes",
                    "slugify",
                    "default:'x'",
                    "truncatechars_html:7",
                    "capfirst",
                    "linenumbers",
                    "center:20",
                ]);
                format!("{{% filter {filters} %}}{}{{% endfilter %}}", self.body(depth))
            }
            20 => format!("{{% spaceless %}}{}<b> {} </b> <i>{{% endspaceless %}}", self.body(depth), self.text()),
            21..23 => self.block(depth),
            23 => self
                .chance
                .pick(&[
                    "{% verbatim %}{{ x }}{% if %}{# c #}{% endverbatim %}",
                    "{% verbatim me %}{% endverbatim %}{% endverbatim me %}",
                    "{% comment 'note' %}{{ x|nope }}{% endcomment %}",
                    "{% verbatim %}{% endverbatim %}",
                ])
                .to_owned(),
            24 => {
                format!("{{% localize {} %}}{}{{% endlocalize %}}", self.chance.pick(&["on", "off"]), self.body(depth))
            }
            25 => format!(
                "{{% localtime {} %}}{}{{% endlocaltime %}}",
                self.chance.pick(&["on", "off"]),
                self.body(depth)
            ),
            26 => {
                let zone =
                    self.chance.pick(&["'Asia/Tokyo'", "None", "'America/St_Johns'", "'Nowhere'", "nothing", "'UTC'"]);
                format!("{{% timezone {zone} %}}{}{{% endtimezone %}}", self.body(depth))
            }
            27 => format!(
                "{{% language {} %}}{}{{% endlanguage %}}",
                self.chance.pick(&["'de'", "'fr'", "'ar'", "'en'", "'ja'"]),
                self.body(depth)
            ),
            28..31 => self.blocktranslate(),
            31 => {
                let word = self.word();
                format!(
                    "{{% cache {} part {word} %}}{}{{% endcache %}}",
                    self.chance.pick(&["500", "0", "None", "i", "s"]),
                    self.body(depth)
                )
            }
            _ if self.partials => {
                let name = format!("part{}", self.defined.len());
                let inline = self.chance.pick(&["", " inline"]);
                let text = format!("{{% partialdef {name}{inline} %}}{}{{% endpartialdef %}}", self.body(depth));
                self.defined.push(name);
                text
            }
            _ => self.for_tag(depth),
        }
    }

    fn if_tag(&mut self, depth: usize) -> String {
        let mut text = format!("{{% if {} %}}{}", self.condition(), self.body(depth));
        if self.chance.percent(25) {
            text.push_str(&format!("{{% elif {} %}}{}", self.condition(), self.body(depth)));
        }
        if self.chance.percent(40) {
            text.push_str(&format!("{{% else %}}{}", self.body(depth)));
        }
        text + "{% endif %}"
    }

    fn for_tag(&mut self, depth: usize) -> String {
        let list = self.list();
        let names = match self.chance.below(12) {
            0 => vec!["k", "v"],
            1 if list.starts_with("m.items") => vec!["k", "v"],
            _ if list == "pairs" || list == "m.items" => vec!["k", "v"],
            _ => vec![self.chance.pick(&["x", "y", "s", "i"])],
        };
        let reversed = self.chance.pick(&["", "", "", " reversed"]);
        let (before, loops) = (self.names.len(), self.loops);
        self.names.extend(names.iter().map(|name| (*name).to_owned()));
        // What a loop binds is what it is for.
        self.names.extend(names.iter().map(|name| (*name).to_owned()));
        self.loops += 1;
        let body = self.body(depth);
        self.names.truncate(before);
        self.loops = loops;
        let comma = self.chance.pick(&[", ", ",", " , "]);
        let mut text = format!("{{% for {} in {list}{reversed} %}}{body}", names.join(comma));
        if self.chance.percent(25) {
            text.push_str(&format!("{{% empty %}}{}", self.body(depth)));
        }
        text + "{% endfor %}"
    }

    fn ifchanged(&mut self, depth: usize) -> String {
        let words: Vec<String> = (0..self.chance.below(3)).map(|_| self.word()).collect();
        let mut text = format!("{{% ifchanged {} %}}{}", words.join(" "), self.body(depth));
        if self.chance.percent(40) {
            text.push_str(&format!("{{% else %}}{}", self.body(depth)));
        }
        text + "{% endifchanged %}"
    }

    pub fn block(&mut self, depth: usize) -> String {
        let free: Vec<&str> =
            ["one", "two", "three"].into_iter().filter(|name| !self.blocks.iter().any(|own| own == name)).collect();
        let Some(name) = (!free.is_empty()).then(|| self.chance.pick(&free)) else { return self.text() };
        self.blocks.push(name.to_owned());
        let end = if self.chance.percent(30) { format!(" {name}") } else { String::new() };
        format!("{{% block {name} %}}{}{{% endblock{end} %}}", self.body(depth))
    }

    fn blocktranslate(&mut self) -> String {
        let tag = self.chance.pick(&["blocktranslate", "blocktrans"]);
        let mut options = String::new();
        let is_counted = self.chance.percent(40);
        if self.chance.percent(50) {
            options.push_str(&format!(" with a={}", self.word()));
        }
        if is_counted {
            options.push_str(&format!(
                " count n={}",
                self.chance.pick(&["i", "xs|length", "1", "j", "f", "d", "s", "yes"])
            ));
        }
        if self.chance.percent(15) {
            options.push_str(" context 'x'");
        }
        if self.chance.percent(25) {
            options.push_str(" trimmed");
        }
        let target = if self.chance.percent(20) { format!(" asvar {}", self.target()) } else { String::new() };
        let text = self.chance.pick(&[
            "Hello {{ a }}",
            " {{ s }} and\n  100% {{ missing }} ",
            "Yes",
            "{{ i }} of {{ n }}",
            "{{ a }}%",
            "<b>{{ h }}</b>",
            "%(a)s {{ d }}",
        ]);
        let plural = if is_counted { "{% plural %}{{ n }} things {{ a }}" } else { "" };
        format!("{{% {tag}{options}{target} %}}{text}{plural}{{% end{tag} %}}")
    }
}
