//! A query as the generator makes it. `python` writes it in Django's words, `data` makes an ORM query of it, and `named`
//! asks by names.

use super::catalogue::{Kind, Model, model};

/// A whole query.
#[derive(Debug, Clone)]
pub struct Ask {
    pub rows: Rows,
    pub give: Give,
    /// What is done that makes no sense, after everything else.
    pub wrong: Option<Wrong>,
}

/// The rows of a query, before it is said what is read of them.
#[derive(Debug, Clone)]
pub struct Rows {
    pub model: &'static str,
    pub steps: Vec<Step>,
    /// Other queries whose rows come to these, or go.
    pub combined: Option<(How, Box<Rows>)>,
    /// The order without what breaks ties; the model's own if `None`.
    pub order: Option<Vec<Term>>,
    pub reverse: bool,
    pub distinct: bool,
    pub slice: Option<(u64, Option<u64>)>,
}

#[derive(Debug, Clone)]
pub enum Step {
    Filter(Vec<Condition>),
    Exclude(Condition),
    Annotate { name: String, with: Expression },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Union,
    UnionAll,
    Intersection,
    Difference,
}

#[derive(Debug, Clone)]
pub enum Give {
    /// The rows themselves.
    Rows,
    /// These columns as lists, or by name.
    Values {
        columns: Vec<Way>,
        by_name: bool,
    },
    /// Groups of rows that are equal in the columns, with aggregates over each, and of these groups some.
    Groups {
        by: Vec<Way>,
        aggregates: Vec<Expression>,
        having: Option<(usize, &'static str, Literal)>,
    },
    Aggregate(Vec<Expression>),
    Count,
    Exists,
    First,
    Last,
    Get(Vec<Condition>),
}

/// What Django refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    FilterAfterSlice,
    OrderAfterSlice,
    ReverseAfterSlice,
    UnknownField,
    UnknownLookup,
    UnknownOrder,
    GreaterThanNothing,
    NullThatIsNoBool,
    BoundsThatAreThree,
    ListThatIsOne,
    TextForANumber,
    TextForADate,
}

/// A way to a field, a relation or an annotation, and into a date or a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    pub names: Vec<String>,
    /// A part of a day or moment, `date` or `time`.
    pub part: Option<&'static str>,
    /// Names and indices in a document, joined by two underscores.
    pub keys: Option<&'static str>,
    pub kind: Kind,
    /// Whether it ends at a relation, and so means the related row's key.
    pub relation: bool,
    /// Whether it leads over a relation to many rows.
    pub many: bool,
}

#[derive(Debug, Clone)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Lookup { way: Way, lookup: &'static str, right: Right },
    Exists(Box<Rows>),
}

#[derive(Debug, Clone)]
pub enum Right {
    One(Literal),
    Many(Vec<Literal>),
    Expression(Expression),
    /// The rows of another query, or one column of them.
    Rows(Box<Rows>, Option<Way>),
}

#[derive(Debug, Clone)]
pub enum Expression {
    Column(Way),
    /// A column of the query around.
    Outer(Way),
    Value(Literal),
    Binary(Box<Expression>, &'static str, Box<Expression>),
    Function {
        name: &'static str,
        kind: Kind,
        arguments: Vec<Expression>,
    },
    Aggregate {
        name: &'static str,
        kind: Kind,
        over: Box<Expression>,
        distinct: bool,
        filter: Option<Box<Condition>>,
    },
    Case {
        branches: Vec<(Condition, Expression)>,
        otherwise: Option<Box<Expression>>,
        kind: Kind,
    },
    /// The first row's column.
    Subquery(Box<Rows>, Way),
    Exists(Box<Rows>),
}

#[derive(Debug, Clone)]
pub struct Term {
    pub by: Way,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Decimal(&'static str),
    Text(String),
    Date(&'static str),
    Moment(&'static str),
    Time(&'static str),
    Span(i64),
    Uuid(&'static str),
}

impl Way {
    /// A field of the model itself.
    pub fn own(name: &str, kind: Kind) -> Self {
        Self { names: vec![name.to_owned()], part: None, keys: None, kind, relation: false, many: false }
    }

    /// The model's primary key.
    pub fn pk(model: &Model) -> Self {
        Self::own("pk", model.key)
    }

    /// One name further.
    pub fn to(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self.relation = false;
        self
    }

    /// As Django writes it.
    pub fn path(&self) -> String {
        let mut path = self.names.join("__");
        for further in self.part.iter().chain(&self.keys) {
            path.push_str("__");
            path.push_str(further);
        }
        path
    }
}

impl Term {
    pub fn up(by: Way) -> Self {
        Self { by, descending: false, nulls_first: None }
    }
}

impl Rows {
    /// Every row of a model.
    pub fn of(model: &'static str) -> Self {
        Self { model, steps: Vec::new(), combined: None, order: None, reverse: false, distinct: false, slice: None }
    }

    pub fn model(&self) -> &'static Model {
        model(self.model)
    }

    /// The order with what breaks ties between rows: the primary key, and those of the columns that are read of which a row
    /// may have several. `None` is the model's own order, if that leaves no ties.
    pub fn total_order(&self, columns: &[Way]) -> Option<Vec<Term>> {
        let model = self.model();
        let grouped = self.steps.iter().any(|step| matches!(step, Step::Annotate { with, .. } if with.is_aggregate()));
        let own = self.order.is_none() && !model.ordering.is_empty() && self.combined.is_none() && !grouped;
        if own && !self.distinct && columns.iter().all(|column| !column.many) {
            return None;
        }
        let mut order = self.order.clone().unwrap_or_default();
        let chosen = !columns.is_empty() && (self.distinct || self.combined.is_some());
        if chosen {
            // More columns would make more rows.
            order.retain(|term| columns.contains(&term.by));
        } else {
            order.push(Term::up(Way::pk(model)));
        }
        // A relation alone means its model's order.
        let key = |column: Way| if column.relation { column.to("pk") } else { column };
        let further = columns.iter().filter(|column| chosen || column.many).cloned().map(key).map(Term::up);
        let known = order.clone();
        order.extend(further.filter(|term| known.iter().all(|known| known.by != term.by)));
        Some(order)
    }
}

impl Give {
    /// The columns that are read in the place of rows.
    pub fn columns(&self) -> &[Way] {
        match self {
            Self::Values { columns, .. } => columns,
            Self::Groups { by, .. } => by,
            _ => &[],
        }
    }
}

impl Expression {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Column(way) | Self::Outer(way) | Self::Subquery(_, way) => way.kind,
            Self::Value(literal) => literal.kind(),
            Self::Binary(left, ..) => left.kind(),
            Self::Function { kind, .. } | Self::Aggregate { kind, .. } | Self::Case { kind, .. } => *kind,
            Self::Exists(_) => Kind::Bool,
        }
    }

    /// Whether an aggregate is in it.
    pub fn is_aggregate(&self) -> bool {
        match self {
            Self::Aggregate { .. } => true,
            Self::Binary(left, _, right) => left.is_aggregate() || right.is_aggregate(),
            Self::Function { arguments, .. } => arguments.iter().any(Self::is_aggregate),
            Self::Case { branches, otherwise, .. } => {
                branches.iter().any(|(_, then)| then.is_aggregate())
                    || otherwise.as_ref().is_some_and(|otherwise| otherwise.is_aggregate())
            }
            _ => false,
        }
    }
}

impl Literal {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Float(_) => Kind::Float,
            Self::Decimal(_) => Kind::Decimal,
            Self::Null | Self::Text(_) => Kind::Text,
            Self::Date(_) => Kind::Date,
            Self::Moment(_) => Kind::Moment,
            Self::Time(_) => Kind::Time,
            Self::Span(_) => Kind::Span,
            Self::Uuid(_) => Kind::Uuid,
        }
    }
}
