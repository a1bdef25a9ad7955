//! Variables, constants and filters.

use super::Generator;
use super::values::{Kind, NAMES};

/// A filter: its name, the kind of value that it is for, and arguments to try; an empty one is none.
type Filter = (&'static str, &'static [Kind], &'static [&'static str]);

const TEXT: &[Kind] = &[Kind::Text, Kind::Html];
const NUMBER: &[Kind] = &[Kind::Number];
const LIST: &[Kind] = &[Kind::List, Kind::Rows];
const WHOLE: &[&str] = &["5", "0", "-2", "'12'", "i", "'x'", "1", "20", "f"];
const DATES: &[&str] = &[
    "",
    "'Y-m-d H:i:s'",
    "'D d M Y'",
    "'jS F y, P'",
    "'N j, Y, P'",
    "'SHORT_DATE_FORMAT'",
    "'c r U'",
    "'e T O Z I'",
    "'L z t W o'",
    "'\\Y\\e\\a\\r'",
    "'u f g G h A a'",
    "''",
    "'DATETIME_FORMAT'",
    "s",
    "'l b E S w'",
    "'TIME_FORMAT'",
];
const TIMES: &[&str] = &["", "'H:i:s'", "'P'", "'g:i A'", "'f.u'", "'TIME_FORMAT'", "'Y'", "'e T O'", "''"];

const FILTERS: &[Filter] = &[
    (
        "add",
        &[Kind::Number, Kind::Text, Kind::List, Kind::Moment],
        &["1", "-3", "'5'", "2.5", "i", "f", "d", "s", "xs", "nothing", "span", "'a'", "safe", "tuple"],
    ),
    ("addslashes", TEXT, &[""]),
    ("capfirst", TEXT, &[""]),
    ("center", TEXT, WHOLE),
    ("cut", TEXT, &["'a'", "' '", "''", "s", "'<'", "'&'", "';'", "i"]),
    ("date", &[Kind::Moment], DATES),
    ("default", &[Kind::Text, Kind::Number, Kind::List, Kind::Other], &["'x'", "0", "s", "nothing", "'<b>'", "xs"]),
    ("default_if_none", &[Kind::Other, Kind::Text], &["'x'", "s", "'<b>'"]),
    ("dictsort", &[Kind::Rows], &["'name'", "'n'", "0", "'1'", "'missing'", "1", "''", "'list.0'"]),
    ("dictsortreversed", &[Kind::Rows], &["'name'", "'n'", "0", "'missing'"]),
    ("divisibleby", NUMBER, &["2", "3", "'4'", "i", "j", "0", "'x'"]),
    ("escape", TEXT, &[""]),
    ("escapejs", TEXT, &[""]),
    ("escapeseq", LIST, &[""]),
    ("filesizeformat", NUMBER, &[""]),
    ("first", &[Kind::List, Kind::Text], &[""]),
    ("floatformat", NUMBER, &["", "0", "2", "-2", "'2g'", "'3u'", "'-3gu'", "'g'", "'x'", "s", "12", "1.0"]),
    ("force_escape", TEXT, &[""]),
    ("get_digit", NUMBER, &["1", "2", "0", "-1", "'x'", "'2'"]),
    ("iriencode", TEXT, &[""]),
    ("join", LIST, &["', '", "'<br>'", "s", "safe", "i", "''"]),
    ("json_script", &[Kind::List, Kind::Other, Kind::Text, Kind::Moment], &["'id'", "", "'a<b'", "s"]),
    ("last", &[Kind::List, Kind::Text], &[""]),
    ("length", &[Kind::List, Kind::Text], &[""]),
    ("linebreaks", TEXT, &[""]),
    ("linebreaksbr", TEXT, &[""]),
    ("linenumbers", TEXT, &[""]),
    ("ljust", TEXT, WHOLE),
    ("lower", TEXT, &[""]),
    ("make_list", &[Kind::Text, Kind::Number], &[""]),
    ("phone2numeric", TEXT, &[""]),
    ("pluralize", &[Kind::Number, Kind::List], &["", "'es'", "'y,ies'", "'a,b,c'", "s", "i"]),
    ("pprint", &[Kind::List, Kind::Rows, Kind::Other], &[""]),
    ("random", LIST, &[""]),
    ("rjust", TEXT, WHOLE),
    ("safe", TEXT, &[""]),
    ("safeseq", LIST, &[""]),
    (
        "slice",
        &[Kind::List, Kind::Text],
        &["':2'", "'1:'", "'::2'", "'-1:'", "'x'", "':'", "2", "'::-1'", "'2:1'", "''", "'1:2:3:4'", "'::0'"],
    ),
    ("slugify", TEXT, &[""]),
    (
        "stringformat",
        &[Kind::Number, Kind::Text],
        &[
            "'s'", "'d'", "'05d'", "'.2f'", "'x'", "'E'", "'r'", "'%'", "'10s'", "''", "'z'", "'+d'", "'-6d'", "'#x'",
            "'c'", "'g'", "'.3s'", "i", "'a'", "'5.1f'",
        ],
    ),
    ("striptags", TEXT, &[""]),
    ("time", &[Kind::Moment], TIMES),
    ("timesince", &[Kind::Moment], &["", "moment", "naive", "day", "nothing"]),
    ("timeuntil", &[Kind::Moment], &["", "moment", "naive", "day"]),
    ("title", TEXT, &[""]),
    ("truncatechars", TEXT, &["5", "0", "-1", "'7'", "s", "1", "100"]),
    ("truncatechars_html", TEXT, &["5", "0", "-1", "'7'", "s", "1", "12"]),
    ("truncatewords", TEXT, &["2", "0", "-1", "'3'", "s", "1"]),
    ("truncatewords_html", TEXT, &["2", "0", "-1", "'3'", "s", "1"]),
    ("unordered_list", LIST, &[""]),
    ("upper", TEXT, &[""]),
    ("urlencode", TEXT, &["", "''", "'/'", "'&='", "s"]),
    ("urlize", TEXT, &[""]),
    ("urlizetrunc", TEXT, &["10", "'15'", "0", "3", "'x'"]),
    ("wordcount", TEXT, &[""]),
    ("wordwrap", TEXT, &["5", "'10'", "1", "20", "'x'"]),
    ("yesno", &[Kind::Number, Kind::Other], &["", "'a,b,c'", "'a,b'", "'a'", "'<,>,&'", "s", "'a,b,c,d'"]),
    ("apnumber", NUMBER, &[""]),
    ("intcomma", NUMBER, &["", "0", "1"]),
    ("intword", NUMBER, &[""]),
    ("naturalday", &[Kind::Moment], &["", "'Y-m-d'", "'j F'"]),
    ("naturaltime", &[Kind::Moment], &[""]),
    ("ordinal", NUMBER, &[""]),
    ("localize", &[Kind::Number, Kind::Moment], &[""]),
    ("unlocalize", &[Kind::Number, Kind::Moment], &[""]),
    ("localtime", &[Kind::Moment], &[""]),
    ("utc", &[Kind::Moment], &[""]),
    (
        "timezone",
        &[Kind::Moment],
        &["'Europe/Paris'", "'UTC'", "'Nowhere/X'", "'America/New_York'", "s", "'Asia/Kolkata'"],
    ),
    ("language_name", TEXT, &[""]),
    ("language_name_local", TEXT, &[""]),
    ("language_name_translated", TEXT, &[""]),
    ("language_bidi", TEXT, &[""]),
];

const CONSTANTS: &[&str] = &[
    "1",
    "0",
    "-7",
    "+3",
    "2.5",
    "1e3",
    "-1.50",
    "'text'",
    "\"double\"",
    "'it\\'s'",
    "'<b>'",
    "\"a \\\" b\"",
    "''",
    "'a b'",
    "'%'",
    "'100%'",
    "_('Yes')",
    "_(\"January\")",
    "_('no such text')",
    "True",
    "False",
    "None",
    "1_000",
    "'de'",
    "'%s'",
    "_('%')",
    "0.1",
    "'ä'",
    ".5",
    "1.",
    "'back\\\\slash'",
];
const LANGUAGES: &[&str] = &["'de'", "'pt-br'", "'ar'", "'xx'", "'zh-hans'", "'en'", "'de-at'"];
const MISSING: &[&str] = &[
    "missing",
    "missing.x",
    "i.x",
    "m.missing",
    "xs.99",
    "s.foo",
    "row.missing",
    "nothing.x",
    "moment.none",
    "m.name.0.0.0",
];
const DOTTED: &[&str] = &[
    "m.name",
    "m.n",
    "m.list",
    "m.list.0",
    "m.items",
    "m.keys",
    "m.values",
    "m.0",
    "xs.0",
    "xs.1",
    "xs.-1",
    "rows.0.name",
    "rows.1.list.0",
    "row.name",
    "row.n",
    "row.shout",
    "row.since",
    "row.since.year",
    "row.list",
    "objects.0.shout",
    "objects.0",
    "pairs.0.1",
    "pairs.0",
    "s.upper",
    "s.0",
    "t.title",
    "u.upper",
    "u.lower",
    "u.title",
    "u.capitalize",
    "u.swapcase",
    "s.strip",
    "s.split",
    "lines.splitlines",
    "moment.year",
    "moment.hour",
    "moment.date",
    "day.year",
    "day.month",
    "naive.minute",
    "clock.hour",
    "span.days",
    "span.seconds",
    "span.total_seconds",
    "nested.0.0",
    "nested.1",
    "tuple.0",
    "s.isdigit",
    "digits.isdigit",
    "u.isalpha",
    "moment.isoformat",
    "f.is_integer",
    "uuid.hex",
    "m.name.upper",
    "day.isoformat",
    "day.weekday",
    "h.isupper",
    "s.lstrip",
    "u.casefold",
    "s.title.0",
];

impl Generator {
    /// A name of a kind.
    fn name_of(&mut self, kinds: &[Kind]) -> String {
        let names: Vec<&str> = NAMES.iter().filter(|(_, kind)| kinds.contains(kind)).map(|(name, _)| *name).collect();
        self.chance.pick(&names).to_owned()
    }

    /// What an expression begins with.
    fn base(&mut self) -> String {
        match self.chance.below(100) {
            0..45 => self.chance.pick(NAMES).0.to_owned(),
            45..62 => self.chance.pick(DOTTED).to_owned(),
            62..74 => self.chance.pick(CONSTANTS).to_owned(),
            74..80 => self.chance.pick(MISSING).to_owned(),
            _ if self.names.is_empty() => self.chance.pick(NAMES).0.to_owned(),
            _ => {
                let own = self.names[self.chance.below(self.names.len())].clone();
                match self.chance.below(10) {
                    0 => own + ".0",
                    1 => own + ".1",
                    2 => own + ".name",
                    3 => own + ".n",
                    _ => own,
                }
            }
        }
    }

    /// An expression without a filter.
    pub fn operand(&mut self) -> String {
        self.base()
    }

    /// An expression.
    pub fn expression(&mut self) -> String {
        let count = [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3][self.chance.below(12)];
        let mut text = String::new();
        for place in 0..count {
            let (name, kinds, arguments) = self.chance.pick(FILTERS);
            if place == 0 {
                text = if name.starts_with("language_") {
                    self.chance.pick(LANGUAGES).to_owned()
                } else if self.chance.percent(72) {
                    self.name_of(kinds)
                } else {
                    self.base()
                };
            }
            let argument = match self.chance.below(100) {
                // What it does not take, and what it needs.
                0 => "1",
                1 => "",
                2 => "missing",
                _ => self.chance.pick(arguments),
            };
            text.push_str(self.chance.pick(&["|", "|", "|", "|", " | "]));
            text.push_str(name);
            if !argument.is_empty() {
                text.push(':');
                text.push_str(argument);
            }
        }
        if text.is_empty() { self.base() } else { text }
    }

    /// An expression as a word of a tag.
    pub fn word(&mut self) -> String {
        self.expression().replace(" | ", "|")
    }

    /// Something to walk.
    pub fn list(&mut self) -> String {
        match self.chance.below(20) {
            0 => self.word(),
            1 => "missing".to_owned(),
            2 => "m.items".to_owned(),
            3 => "xs|slice:':2'".to_owned(),
            4 => "rows|dictsort:'n'".to_owned(),
            5 => "s".to_owned(),
            6 => "m".to_owned(),
            7 if !self.names.is_empty() => self.names[self.chance.below(self.names.len())].clone(),
            _ => self.name_of(&[Kind::List, Kind::Rows]),
        }
    }

    /// A condition.
    pub fn condition(&mut self) -> String {
        match self.chance.below(10) {
            0..4 => self.word(),
            4 => format!("not {}", self.condition()),
            5..8 => {
                let operator = self.chance.pick(&["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]);
                // What is the same object is a matter of Python's memory, but for these.
                let (left, right) = match operator {
                    "is" | "is not" => (self.operand(), self.chance.pick(&["None", "True", "False"]).to_owned()),
                    _ => (self.word(), self.word()),
                };
                format!("{left} {operator} {right}")
            }
            8 => format!("{} and {}", self.condition(), self.condition()),
            _ => format!("{} or {}", self.condition(), self.condition()),
        }
    }
}
