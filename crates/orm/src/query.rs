//! A query as data: what the typed query sets and the dynamic objects build, and what the SQL compiler reads.
//!
//! Paths are names, as a person writes them (`category`, `name`); the compiler resolves them against the
//! [`crate::Models`] of the site and makes the joins. Nothing here touches a database.

mod expression;
mod outer;
mod rules;

use std::borrow::Cow;

use rjango_schema::FieldSchema;

use crate::ValueType;

pub use expression::{
    AggregateFunction, BinaryOperator, DatePart, Expression, Frame, Function, Prepared, Window, WindowFunction,
};
pub(crate) use rules::{no_row, only_one};

/// The way from the query's model to a field: relation names, then the field. `pk` stands for the primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(pub Vec<Cow<'static, str>>);

impl Path {
    /// The empty path: the model itself.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// This path, one name further.
    #[must_use]
    pub fn join(&self, name: impl Into<Cow<'static, str>>) -> Self {
        let mut names = Vec::with_capacity(self.0.len() + 1);
        names.extend_from_slice(&self.0);
        names.push(name.into());
        Self(names)
    }
}

/// What is to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The label of the model that the rows are of, `app.Model`.
    pub model: Cow<'static, str>,
    /// Every condition that rows must satisfy, each from one `filter` or `exclude`. The conditions inside one entry
    /// share their joins over many-valued relations, as in Django; separate entries do not.
    pub filters: Vec<Condition>,
    /// Whether the next condition speaks of the same row of a join table as the last, which says by a many-to-many relation
    /// whose rows these are: Django's sticky filter.
    pub sticky: bool,
    /// The order; empty for the model's own.
    pub ordering: Vec<Ordering>,
    /// Whether the model's own order applies where `ordering` is empty.
    pub default_ordering: bool,
    /// Rows to skip.
    pub offset: u64,
    /// The largest number of rows.
    pub limit: Option<u64>,
    /// Whether equal rows count once.
    pub distinct: bool,
    /// Of the rows with equal values at these paths, the first alone, where the engine has `DISTINCT ON`. Goes with
    /// `distinct`.
    pub distinct_on: Vec<Path>,
    /// The concrete fields to read, by name, where not all of them are. The primary key is read in any case.
    pub only: Option<Vec<Cow<'static, str>>>,
    /// The forward relations whose rows come with each row.
    pub select_related: Vec<Path>,
    /// Named expressions beside the model's columns.
    pub annotations: Vec<Annotation>,
    /// Row locks to take.
    pub lock: Option<Lock>,
    /// Whether the query is known to give nothing, so that it need not run.
    pub none: bool,
    /// The database's alias where `using` names one.
    pub using: Option<Cow<'static, str>>,
    /// Whether it is read from where writes go, though it writes nothing: to see what was just written.
    pub for_write: bool,
    /// The queries whose rows these are, in place of the model's own. Only order and slice apply to them together.
    pub combined: Option<Box<Combined>>,
}

/// A named expression beside the model's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// The name, which paths of the query may consist of.
    pub name: Cow<'static, str>,
    /// What is computed.
    pub expression: Expression,
    /// How it is read.
    pub value_type: ValueType,
    /// How many of the query's filters stand before it. An aggregate over a relation is over the rows that these leave; the
    /// filters after it do not narrow it, as in Django.
    pub after: usize,
    /// Whether it is read with each row; otherwise it is there for filters and order alone, as by Django's `alias`.
    pub selected: bool,
}

/// The rows of several queries.
#[derive(Debug, Clone, PartialEq)]
pub struct Combined {
    /// How they come together.
    pub how: Combinator,
    /// The queries, of one model.
    pub queries: Vec<Query>,
}

/// How the rows of several queries come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Combinator {
    /// The rows of either, equal ones once.
    Union,
    /// The rows of either, equal ones as often as they come.
    UnionAll,
    /// The rows of all of them.
    Intersection,
    /// The rows of the first that none of the others has.
    Difference,
}

impl Query {
    /// All rows of a model, in the model's own order.
    pub fn new(model: impl Into<Cow<'static, str>>) -> Self {
        Self {
            model: model.into(),
            filters: Vec::new(),
            sticky: false,
            ordering: Vec::new(),
            default_ordering: true,
            offset: 0,
            limit: None,
            distinct: false,
            distinct_on: Vec::new(),
            only: None,
            select_related: Vec::new(),
            annotations: Vec::new(),
            lock: None,
            none: false,
            using: None,
            for_write: false,
            combined: None,
        }
    }

    /// Whether rows bring the column of this field of the model.
    pub(crate) fn reads(&self, field: &FieldSchema) -> bool {
        field.primary_key || self.only.as_ref().is_none_or(|only| only.contains(&Cow::Borrowed(field.name.as_str())))
    }

    /// One more condition: that of a `filter` or `exclude`.
    pub fn filter(&mut self, condition: Condition) {
        match self.filters.last_mut().filter(|_| std::mem::take(&mut self.sticky)) {
            Some(whose) => {
                let before = std::mem::replace(whose, Condition::All(Vec::new()));
                // Side by side, so that those about groups can be told from those about rows.
                let mut all = vec![before];
                match condition {
                    Condition::All(conditions) => all.extend(conditions),
                    other => all.push(other),
                }
                *whose = Condition::All(all);
            }
            None => self.filters.push(condition),
        }
    }
}

/// `select_for_update`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lock {
    /// Fail at once where another transaction holds a row.
    pub nowait: bool,
    /// Leave such rows out.
    pub skip_locked: bool,
    /// Let others insert rows that refer to the locked ones: PostgreSQL's `FOR NO KEY UPDATE`. The other engines lock as
    /// without it.
    pub no_key: bool,
    /// The relations of `select_related` whose rows are locked, the empty path for the query's own; where there are none,
    /// every row that is read is locked. MariaDB has no such choice.
    pub of: Vec<Path>,
}

/// A condition on a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All of them hold; true when empty.
    All(Vec<Condition>),
    /// One of them holds; false when empty.
    Any(Vec<Condition>),
    /// It does not hold. Over a many-valued relation: no related row satisfies it, as Django's `exclude`.
    Not(Box<Condition>),
    /// A boolean expression is true, such as [`Expression::Exists`].
    Holds(Expression),
    /// A lookup.
    Lookup {
        /// What is compared.
        left: Expression,
        /// How.
        lookup: Lookup,
        /// With what.
        right: Operand,
    },
}

/// The right side of a lookup.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// One value or expression.
    One(Expression),
    /// A list, for `in` (any length) and `range` (two).
    Many(Vec<Expression>),
    /// The rows of another query, for `in`: its primary key, or the one expression given.
    Query(Box<Query>, Option<Box<Expression>>),
}

/// The lookups, by Django's names in [`Lookup::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // Each is Django's lookup of that name.
pub enum Lookup {
    Exact,
    IExact,
    Contains,
    IContains,
    StartsWith,
    IStartsWith,
    EndsWith,
    IEndsWith,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Range,
    IsNull,
    Regex,
    IRegex,
    ContainedBy,
    HasKey,
    HasKeys,
    HasAnyKeys,
}

impl Lookup {
    /// Every lookup.
    pub const ALL: [Self; 21] = [
        Self::Exact,
        Self::IExact,
        Self::Contains,
        Self::IContains,
        Self::StartsWith,
        Self::IStartsWith,
        Self::EndsWith,
        Self::IEndsWith,
        Self::Gt,
        Self::Gte,
        Self::Lt,
        Self::Lte,
        Self::In,
        Self::Range,
        Self::IsNull,
        Self::Regex,
        Self::IRegex,
        Self::ContainedBy,
        Self::HasKey,
        Self::HasKeys,
        Self::HasAnyKeys,
    ];

    /// Django's name, as it stands after `__`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::IExact => "iexact",
            Self::Contains => "contains",
            Self::IContains => "icontains",
            Self::StartsWith => "startswith",
            Self::IStartsWith => "istartswith",
            Self::EndsWith => "endswith",
            Self::IEndsWith => "iendswith",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::In => "in",
            Self::Range => "range",
            Self::IsNull => "isnull",
            Self::Regex => "regex",
            Self::IRegex => "iregex",
            Self::ContainedBy => "contained_by",
            Self::HasKey => "has_key",
            Self::HasKeys => "has_keys",
            Self::HasAnyKeys => "has_any_keys",
        }
    }

    /// The lookup of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lookup| lookup.name() == name)
    }
}

/// One term of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordering {
    /// By what. A path that ends at a relation means that model's own order, as in Django.
    pub by: Expression,
    /// Whether the largest comes first.
    pub descending: bool,
    /// Where NULLs stand, unless left to the engine: `Some(true)` first, `Some(false)` last.
    pub nulls_first: Option<bool>,
}

/// One assignment of an update or of a new row: a field of the model itself, and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The field's name.
    pub field: Cow<'static, str>,
    /// The new value.
    pub value: Expression,
}
