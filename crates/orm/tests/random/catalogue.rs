//! What the generator knows of the models of `typed/oracle/models.rs`: names, kinds, relations, and values worth asking for.

/// What kind of value a column or expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    Int,
    Float,
    Decimal,
    Text,
    Date,
    Moment,
    Time,
    Span,
    Uuid,
    Json,
}

/// A field that is not a relation.
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
}

/// A relation by its name in queries, either way.
pub struct Relation {
    pub name: &'static str,
    pub to: &'static str,
    pub many: bool,
}

/// A model.
pub struct Model {
    pub name: &'static str,
    /// The kind of its primary key.
    pub key: Kind,
    pub fields: &'static [Field],
    pub relations: &'static [Relation],
    /// Its own order, where that leaves no ties.
    pub ordering: &'static [&'static str],
    /// Models, and their relations to this one.
    pub pointing: &'static [(&'static str, &'static str)],
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

const fn one(name: &'static str, to: &'static str) -> Relation {
    Relation { name, to, many: false }
}

const fn many(name: &'static str, to: &'static str) -> Relation {
    Relation { name, to, many: true }
}

pub static MODELS: [Model; 9] = [
    Model {
        name: "Book",
        key: Kind::Int,
        fields: &[
            field("id", Kind::Int),
            field("title", Kind::Text),
            field("subtitle", Kind::Text),
            field("isbn", Kind::Text),
            field("pages", Kind::Int),
            field("price", Kind::Decimal),
            field("discount", Kind::Decimal),
            field("weight", Kind::Float),
            field("in_print", Kind::Bool),
            field("published", Kind::Date),
            field("added", Kind::Moment),
            field("sold", Kind::Moment),
            field("listening", Kind::Span),
            field("data", Kind::Json),
        ],
        relations: &[
            one("publisher", "Publisher"),
            one("follows", "Book"),
            one("sequel", "Book"),
            many("genres", "Genre"),
            many("authors", "Author"),
            many("authorship", "Authorship"),
            many("reviews", "Review"),
            many("shelf", "Shelf"),
        ],
        ordering: &["title", "id"],
        pointing: &[
            ("Review", "book"),
            ("Authorship", "book"),
            ("Book", "follows"),
            ("Shelf", "books"),
            ("Genre", "books"),
        ],
    },
    Model {
        name: "Author",
        key: Kind::Int,
        fields: &[
            field("id", Kind::Int),
            field("name", Kind::Text),
            field("nickname", Kind::Text),
            field("born", Kind::Date),
            field("rating", Kind::Float),
        ],
        relations: &[
            one("country", "Country"),
            one("mentor", "Author"),
            one("portrait", "Portrait"),
            many("pupils", "Author"),
            many("book", "Book"),
            many("authorship", "Authorship"),
            many("review", "Review"),
        ],
        ordering: &["name", "id"],
        pointing: &[("Authorship", "author"), ("Review", "reviewer"), ("Book", "authors"), ("Author", "mentor")],
    },
    Model {
        name: "Publisher",
        key: Kind::Int,
        fields: &[
            field("id", Kind::Int),
            field("name", Kind::Text),
            field("founded", Kind::Int),
            field("independent", Kind::Bool),
        ],
        relations: &[one("country", "Country"), many("books", "Book")],
        ordering: &["name", "id"],
        pointing: &[("Book", "publisher")],
    },
    Model {
        name: "Review",
        key: Kind::Int,
        fields: &[
            field("id", Kind::Int),
            field("stars", Kind::Int),
            field("text", Kind::Text),
            field("written", Kind::Moment),
            field("hour", Kind::Time),
            field("helpful", Kind::Bool),
        ],
        relations: &[one("book", "Book"), one("reviewer", "Author")],
        ordering: &[],
        pointing: &[],
    },
    Model {
        name: "Country",
        key: Kind::Text,
        fields: &[field("code", Kind::Text), field("name", Kind::Text), field("population", Kind::Int)],
        relations: &[many("publisher", "Publisher"), many("authors", "Author")],
        ordering: &["name"],
        pointing: &[("Author", "country"), ("Publisher", "country")],
    },
    Model {
        name: "Genre",
        key: Kind::Int,
        fields: &[field("id", Kind::Int), field("label", Kind::Text)],
        relations: &[one("parent", "Genre"), many("children", "Genre"), many("books", "Book")],
        ordering: &["label"],
        pointing: &[("Book", "genres"), ("Genre", "parent")],
    },
    Model {
        name: "Authorship",
        key: Kind::Int,
        fields: &[field("id", Kind::Int), field("position", Kind::Int), field("role", Kind::Text)],
        relations: &[one("book", "Book"), one("author", "Author")],
        ordering: &["book", "position"],
        pointing: &[],
    },
    Model {
        name: "Portrait",
        key: Kind::Int,
        fields: &[field("caption", Kind::Text), field("width", Kind::Int)],
        relations: &[one("author", "Author")],
        ordering: &[],
        pointing: &[],
    },
    Model {
        name: "Shelf",
        key: Kind::Uuid,
        fields: &[field("key", Kind::Uuid), field("name", Kind::Text)],
        relations: &[many("books", "Book")],
        ordering: &["name"],
        pointing: &[("Book", "shelf")],
    },
];

/// The model of this name.
pub fn model(name: &str) -> &'static Model {
    MODELS.iter().find(|model| model.name == name).expect("the catalogue has every model")
}

pub const INTS: &[i64] =
    &[-44, -5, -1, 0, 12, 31, 64, 77, 150, 280, 320, 640, 1200, 1770, 1950, 2007, 40_000, 3_000_000_000];
pub const FLOATS: &[f64] = &[-1.5, 0.0, 0.05, 0.1, 0.5, 0.52, 2.0, 2.5, 3.25, 4.5, 1_234_567.875];
pub const DECIMALS: &[&str] =
    &["-12.30", "-0.5", "0.00", "0.01", "0.1000", "0.5", "1", "5.55", "24.00", "99.90", "199.5", "1999.99", "100.005"];
pub const TEXTS: &[&str] = &[
    "",
    "a",
    "A",
    "e",
    "no",
    "NO",
    "DE",
    "br",
    "Fjord",
    "fjord",
    "Echo",
    "saga",
    "Astrid",
    "astrid",
    "Bear",
    "night",
    "Night",
    "great",
    "Great",
    "100%",
    "%",
    "_",
    "under_score",
    "a_b",
    "\\",
    "o'Brien & Sons",
    "Bjørn",
    "é",
    "É",
    "Æ",
    "crime",
    "fiction",
    "author",
    "translator",
    "Window",
    "In the",
    "  ",
    "9780000000004",
    "\"",
];
pub const PATTERNS: &[&str] = &["^a", "^[A-F]", "o$", "i.*t", "[0-9]", "^$", "(night|saga)", "\\.", "x?", "É"];
pub const DATES: &[&str] = &[
    "1899-12-31",
    "1960-02-29",
    "1970-01-01",
    "2008-12-29",
    "2010-01-03",
    "2019-12-30",
    "2020-02-29",
    "2021-01-03",
    "2024-12-30",
];
pub const MOMENTS: &[&str] = &[
    "1999-12-31T23:59:59",
    "2010-01-03T12:00:00",
    "2016-01-03T18:45:30.500000",
    "2020-12-31T23:59:59.999999",
    "2021-01-01T12:00:00",
    "2021-01-04T09:30:15",
    "2024-02-29T23:30:00",
    "2024-12-31T23:59:59.500000",
];
pub const TIMES: &[&str] = &["00:00:00", "03:00:00", "10:00:00", "12:30:00", "12:30:00.500000", "23:59:59.999999"];
pub const SPANS: &[i64] = &[-90_000_000, 0, 1_000_000, 5_400_000_001, 36_000_000_000, 43_200_000_000, 86_400_000_000];
pub const UUIDS: &[&str] = &[
    "00000000-0000-0000-0000-000000000001",
    "a0000000-0000-0000-0000-00000000000a",
    "12345678-1234-5678-1234-567812345678",
];
/// Ways into the documents of books.
pub const KEYS: &[&str] = &[
    "lang",
    "rank",
    "size",
    "size__w",
    "size__h",
    "awards",
    "awards__0",
    "signed",
    "cover",
    "nested__a__b",
    "0",
    "1",
    "nobody",
];
/// What of a day or moment a lookup may ask for, and an `Extract` gives; the numbers of a time are the last three.
pub const PARTS: &[&str] =
    &["year", "iso_year", "quarter", "month", "week", "day", "week_day", "iso_week_day", "hour", "minute", "second"];
