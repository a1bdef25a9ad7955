//! How the engines differ in SQL.

mod functions;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::borrow::Cow;

use rjango_core::Result;
use rjango_core::timezone::Zone;
use rjango_schema::FieldKind;

use crate::connection::Engine;
use crate::query::{AggregateFunction, BinaryOperator, Function, Lookup};
use crate::{Value, ValueType};

/// How one engine spells SQL. Everything that the compiler writes differently for two engines is asked here.
pub trait Dialect: Send + Sync {
    /// The engine.
    fn engine(&self) -> Engine;

    /// Writes a name in quotes.
    fn quote(&self, name: &str, out: &mut String);

    /// Writes the placeholder of the parameter at this position, from 1.
    fn placeholder(&self, position: usize, out: &mut String);

    /// Whether `INSERT ... RETURNING` gives the new keys.
    fn returns_inserted(&self) -> bool;

    /// The largest number of parameters of one statement.
    fn max_parameters(&self) -> usize;

    /// How many rows one INSERT has at most. A server plans a statement once for every such batch; one that holds more rows is
    /// longer to send and to read, and no faster.
    fn max_rows(&self) -> usize {
        2_000
    }

    /// Writes an empty row's values: `DEFAULT VALUES` or `() VALUES ()`.
    fn default_values(&self, out: &mut String);

    /// What stands before and after an expression of this type that is not a column, so that comparing it works as
    /// for a column.
    fn cast(&self, value_type: ValueType) -> Option<(&'static str, &'static str)>;

    /// The operator of a text or comparison lookup, with `{}` for the right side, and for the left side what stands
    /// before and after it: `("", " LIKE {} ESCAPE '\'")`.
    fn lookup(&self, lookup: Lookup, value_type: ValueType) -> LookupSql;

    /// The text that a pattern lookup binds for this value.
    fn pattern(&self, lookup: Lookup, text: &str) -> String;

    /// How many values an `IN (...)` lists with a parameter each; a longer list is a [`Dialect::long_list`].
    fn listed_values(&self) -> usize {
        2_000
    }

    /// A list too long for a parameter each, as a few parameters. The values are of one kind. `None` where the engine has
    /// no such form for them.
    fn long_list(&self, values: &[Value], beside: Option<ListedColumn<'_>>) -> Option<LongList> {
        let _ = (values, beside);
        None
    }

    /// What stands around an expression to make a pattern of its text, as [`Dialect::pattern`] does of a value.
    fn pattern_of(&self, lookup: Lookup) -> (&'static str, &'static str);

    /// Arithmetic of these operands: what stands before, between and after them.
    fn arithmetic(&self, operator: BinaryOperator, value_type: ValueType)
    -> (&'static str, &'static str, &'static str);

    /// Arithmetic of days, times and moments, with `{0}` and `{1}` for the left and the right side.
    fn temporal(&self, what: Temporal) -> &'static str;

    /// What stands around a division `{0}` by `{1}` so that a division by zero is an error, where the engine makes NULL of it.
    fn division_guard(&self) -> Option<&'static str> {
        None
    }

    /// What stands around a computed value `{0}` that an UPDATE gives a column of this kind, where the engine itself would
    /// store a value that the column cannot hold. `{1}` is the field's name, for the error.
    fn guard(&self, kind: &FieldKind) -> Option<String> {
        let _ = kind;
        None
    }

    /// The limit clause; `limit` is `None` where only rows are skipped.
    fn limit(&self, limit: Option<u64>, offset: u64, out: &mut String);

    /// `FOR UPDATE` or its like, before `OF`, `NOWAIT` and `SKIP LOCKED`; `None` where the engine has no row locks.
    fn lock(&self, lock: &crate::query::Lock) -> Option<&'static str>;

    /// Whether there is `SELECT DISTINCT ON (...)`.
    fn distinct_on(&self) -> bool {
        false
    }

    /// Whether `NULLS FIRST` and `NULLS LAST` exist.
    fn orders_nulls(&self) -> bool;

    /// A random order.
    fn random(&self) -> &'static str;

    /// Whether aggregates take `FILTER (WHERE ...)`.
    fn filters_aggregates(&self) -> bool;

    /// An aggregate: `@` stands for what it is over, `[` and `]` for the parentheses of each aggregate in it, where
    /// DISTINCT and FILTER belong.
    fn aggregate(&self, function: AggregateFunction) -> &'static str {
        functions::aggregate(function)
    }

    /// A function whose first argument has this type: `{0}`, `{1}` stand for the arguments, `{*}` for all of them.
    fn function(&self, function: Function, of: ValueType) -> Cow<'static, str> {
        functions::function(self.engine(), function, of)
    }

    /// What the clocks of a zone show at the moment `{0}`, as a moment without a zone. Functions that read clocks are given it in the
    /// moment's place.
    fn local(&self, zone: Zone) -> Cow<'static, str> {
        functions::local(self.engine(), zone)
    }

    /// The moment at which the clocks of a zone show `{0}`: the first one of two, and one that they skip is counted on from
    /// before the gap. It is [`Zone::make_aware`].
    fn moment(&self, zone: Zone) -> Cow<'static, str> {
        functions::moment(self.engine(), zone)
    }

    /// Whether a row that is there is changed by `ON DUPLICATE KEY UPDATE`; otherwise by standard `ON CONFLICT`.
    fn updates_on_duplicate_key(&self) -> bool {
        false
    }

    /// What stands around each SELECT of a UNION.
    fn combined(&self) -> (&'static str, &'static str) {
        ("(", ")")
    }

    /// What stands before a statement to have its plan, and the types of the plan's columns.
    fn explain(&self) -> (&'static str, &'static [ValueType]) {
        ("EXPLAIN ", &[ValueType::Text])
    }

    /// One step of a JSON path, a text for a key and an integer for an index, as the parameter that stands for it.
    fn json_step(&self, step: Value) -> Value {
        super::json::path(step)
    }

    /// What stands at `{0}` in a document, to order by, where documents have no order of their own.
    fn json_order(&self) -> Option<&'static str> {
        None
    }

    /// Whether the document `{0}` has the key `{1}`, a [`Dialect::json_step`].
    fn json_has_key(&self) -> &'static str;

    /// `contains` or `contained_by` of the document `{0}` and `{1}`; `None` where the engine has no such thing.
    fn json_contains(&self, lookup: Lookup) -> Option<&'static str> {
        let _ = lookup;
        None
    }

    /// The comparison of what the document `{0}` holds with the plain number or text `{1}`; `None` where documents
    /// compare as other columns do.
    fn json_comparison(&self, operator: &str, kind: JsonKind) -> Option<String> {
        let _ = (operator, kind);
        None
    }

    /// Whether foreign keys are checked row by row, and not at the end of the statement or transaction.
    fn checks_references_at_once(&self) -> bool {
        false
    }

    /// Whether a statement may change the table that its own subquery reads.
    fn updates_from_itself(&self) -> bool;

    /// Whether a list of an `IN` may be a subquery with a LIMIT.
    fn slices_subqueries(&self) -> bool {
        true
    }

    /// Whether a query in an EXISTS needs a LIMIT of its own.
    fn limits_exists(&self) -> bool {
        false
    }

    /// Whether placeholders have numbers, so that one parameter can stand at several places.
    fn numbers_parameters(&self) -> bool {
        false
    }

    /// The value as the engine is to receive it in place of this one.
    fn adapt(&self, value: Value) -> Value {
        value
    }
}

/// What is computed of days, times, moments and durations. A day counts as its midnight in UTC; a time of day starts anew
/// after 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // Left, right, and the sign between them.
pub enum Temporal {
    BetweenMoments,
    BetweenDays,
    BetweenTimes,
    MomentAndDuration,
    DurationAndMoment,
    MomentLessDuration,
    DayAndDuration,
    DurationAndDay,
    DayLessDuration,
    TimeAndDuration,
    DurationAndTime,
    TimeLessDuration,
}

/// What a document is compared with as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// A number.
    Numeric,
    /// A text.
    Text,
}

/// A list of values as a few parameters, however long it is.
#[derive(Debug, Clone, PartialEq)]
pub struct LongList {
    /// What stands around the left side of the `IN`.
    pub left: (&'static str, &'static str),
    /// What stands inside each `IN (...)`, of which one holds: the text before a parameter, the parameter, the text after it.
    pub parts: Vec<(Cow<'static, str>, Value, Cow<'static, str>)>,
}

impl LongList {
    /// One parameter.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    fn one(before: &'static str, items: Vec<serde_json::Value>, after: &'static str) -> Self {
        Self { left: ("", ""), parts: vec![(before.into(), Value::Json(items.into()), after.into())] }
    }
}

/// The column beside a list.
#[derive(Debug, Clone, Copy)]
pub struct ListedColumn<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// Whether it holds IP addresses.
    pub is_address: bool,
}

/// How a lookup is written around its two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookupSql {
    /// Before the left side.
    pub before: &'static str,
    /// Between the sides.
    pub between: &'static str,
    /// After the right side.
    pub after: &'static str,
}

/// The text as a LIKE pattern that matches it where the lookup says, its own wildcards escaped by backslashes.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn escaped_pattern(lookup: Lookup, text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    if matches!(lookup, Lookup::Contains | Lookup::IContains | Lookup::EndsWith | Lookup::IEndsWith) {
        pattern.push('%');
    }
    for character in text.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    if matches!(lookup, Lookup::Contains | Lookup::IContains | Lookup::StartsWith | Lookup::IStartsWith) {
        pattern.push('%');
    }
    pattern
}

/// The engine's dialect.
///
/// # Errors
/// `ImproperlyConfigured` where this build lacks the engine.
pub fn dialect(engine: Engine) -> Result<&'static dyn Dialect> {
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => Ok(&sqlite::SqliteDialect),
        #[cfg(feature = "postgres")]
        Engine::Postgres => Ok(&postgres::PostgresDialect),
        #[cfg(feature = "mysql")]
        Engine::MySql => Ok(&mysql::MySqlDialect),
        #[allow(unreachable_patterns)] // Reachable unless every engine is built.
        other => Err(other.not_built()),
    }
}
