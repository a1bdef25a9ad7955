//! The field type of a column, from the engine's name for its type.

use rjango_orm::Engine;

use super::super::ColumnDescription;

/// A field's type and words.
pub(super) struct Guess {
    /// The Rust type, without `Option`.
    pub(super) rust: String,
    /// The words of `#[field(...)]`.
    pub(super) attributes: Vec<String>,
    /// What a person is to look at.
    pub(super) notes: Vec<String>,
    /// Whether it is a key that the database numbers.
    pub(super) auto: bool,
}

impl Guess {
    pub(super) fn plain(rust: impl Into<String>) -> Self {
        Self { rust: rust.into(), attributes: Vec::new(), notes: Vec::new(), auto: false }
    }

    fn with(mut self, attribute: String) -> Self {
        self.attributes.push(attribute);
        self
    }

    fn noted(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// What a condition on one column says about its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// No value is negative.
    Positive,
    /// Every value is a JSON document.
    Json,
}

/// The check that a field's kind makes on its column, where this is one.
pub(super) fn check(sql: &str, column: &str) -> Option<Check> {
    let plain: String = sql
        .chars()
        .filter(|character| !matches!(character, '"' | '`' | '(' | ')' | '[' | ']') && !character.is_whitespace())
        .collect();
    let plain = plain.to_lowercase();
    let column: String = column.to_lowercase().chars().filter(|character| !character.is_whitespace()).collect();
    if plain == format!("{column}>=0") {
        return Some(Check::Positive);
    }
    let json = [format!("json_valid{column}"), format!("json_valid{column}or{column}isnull")];
    json.contains(&plain).then_some(Check::Json)
}

/// A type's name, the numbers in its parentheses, and whether it is unsigned.
struct SqlType {
    base: String,
    numbers: Vec<u32>,
    unsigned: bool,
}

impl SqlType {
    fn parse(text: &str) -> Self {
        let (head, rest) = text.split_once('(').unwrap_or((text, ""));
        let (inside, tail) = rest.split_once(')').unwrap_or(("", rest));
        let numbers = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        let words = format!("{head} {tail}");
        let mut words: Vec<&str> = words.split_whitespace().collect();
        let unsigned = words.contains(&"unsigned");
        words.retain(|word| !matches!(*word, "unsigned" | "signed" | "zerofill"));
        Self { base: words.join(" "), numbers, unsigned }
    }

    fn length(&self) -> Option<u32> {
        self.numbers.first().copied().filter(|length| (1..=10_485_760).contains(length))
    }
}

const GUESS: &str = "This field type is a guess.";

pub(super) fn guess(column: &ColumnDescription, engine: Engine, primary: bool, checks: &[Check]) -> Guess {
    let sql_type = SqlType::parse(&column.sql_type);
    let positive = sql_type.unsigned || checks.contains(&Check::Positive);
    let is_json = checks.contains(&Check::Json);
    let mut guess = match sql_type.base.as_str() {
        "tinyint" if sql_type.numbers == [1] => Guess::plain("bool"),
        "bool" | "boolean" => Guess::plain("bool"),
        "tinyint" | "smallint" | "int2" | "year" => integer(16, positive, column, primary),
        "integer" if engine == Engine::Sqlite && column.auto && primary => integer(64, positive, column, primary),
        "mediumint" | "int" | "integer" | "int4" => integer(32, positive, column, primary),
        "bigint" | "int8" => integer(64, positive, column, primary),
        "text" | "longtext" | "json" | "jsonb" if is_json || sql_type.base.starts_with("json") => Guess::plain("Json"),
        "varchar" | "character varying" | "char" | "character" | "nvarchar" | "nchar" => match sql_type.length() {
            Some(length) => Guess::plain("String").with(format!("max_length = {length}")),
            None => Guess::plain("String"),
        },
        "text" | "tinytext" | "mediumtext" | "longtext" | "clob" | "citext" => Guess::plain("String"),
        "real" | "double" | "double precision" | "float" | "float4" | "float8" => Guess::plain("f64"),
        "decimal" | "numeric" => decimal(&sql_type),
        "date" => Guess::plain("Date"),
        "time" | "time without time zone" => Guess::plain("Time"),
        "datetime" | "timestamp" | "timestamp with time zone" | "timestamp without time zone" | "timestamptz" => {
            Guess::plain("DateTime")
        }
        "interval" => Guess::plain("Duration"),
        "uuid" => Guess::plain("Uuid"),
        "bytea" | "blob" | "tinyblob" | "mediumblob" | "longblob" | "binary" | "varbinary" => Guess::plain("Vec<u8>"),
        "inet" | "inet6" => Guess::plain("IpAddr"),
        "inet4" => Guess::plain("Ipv4Addr"),
        "" => Guess::plain("String").noted(GUESS),
        _ => Guess::plain("String").noted(format!("{GUESS} The column's is `{}`.", column.sql_type)),
    };
    if column.auto && !guess.auto {
        guess.notes.push("The database numbers the rows by this column, which is not the primary key.".to_owned());
    }
    guess
}

fn integer(bits: u32, positive: bool, column: &ColumnDescription, primary: bool) -> Guess {
    if column.auto && primary {
        let rust = match bits {
            16 => "SmallAuto",
            32 => "Auto32",
            _ => "Auto",
        };
        return Guess { auto: true, ..Guess::plain(rust) };
    }
    Guess::plain(format!("{}{bits}", if positive { 'u' } else { 'i' }))
}

/// A `Decimal` has 28 digits at most.
fn decimal(sql_type: &SqlType) -> Guess {
    let words = |digits: u32, places: u32| {
        Guess::plain("Decimal").with(format!("max_digits = {digits}")).with(format!("decimal_places = {places}"))
    };
    match sql_type.numbers.as_slice() {
        [digits @ 1..=28, places] if places <= digits => words(*digits, *places),
        [digits @ 1..=28] => words(*digits, 0),
        [digits, places] => {
            words(28, (*places).min(28)).noted(format!("The column has {digits} digits, and a `Decimal` 28 at most."))
        }
        _ => words(10, 5).noted("The digits are a guess: the database does not say how many there are."),
    }
}
