//! Queries by chance: what is asked for, over which relations, by which conditions.

mod conditions;
mod expressions;

use super::ask::{Ask, Give, How, Literal, Rows, Step, Term, Way, Wrong};
use super::catalogue::{self, Kind, Model, Relation};
use super::chance::Chance;

/// What makes one query.
pub struct Generator {
    chance: Chance,
}

/// Something that a column, expression or condition may begin from: a model, and what is annotated to its rows.
#[derive(Clone, Default)]
pub struct Known {
    pub annotations: Vec<(String, Kind, bool)>,
}

/// The end of a way: the field, and the model that a relation leads to.
struct Found {
    way: Way,
    to: Option<&'static Model>,
}

impl Generator {
    pub fn new(chance: Chance) -> Self {
        Self { chance }
    }

    /// A whole query.
    pub fn ask(&mut self) -> Ask {
        let model = self.model();
        match self.chance.below(100) {
            0..3 => self.wrong(),
            3..13 => self.combined(model),
            13..23 => self.groups(model),
            23..31 => self.aggregate(model),
            _ => self.rows_or_values(model),
        }
    }

    fn model(&mut self) -> &'static Model {
        let names = ["Book", "Book", "Book", "Book", "Author", "Author", "Publisher", "Review", "Country", "Genre"];
        let rare = ["Authorship", "Portrait", "Shelf"];
        let name = if self.chance.percent(90) { self.chance.pick(&names) } else { self.chance.pick(&rare) };
        catalogue::model(name)
    }

    fn wrong(&mut self) -> Ask {
        const ALL: [Wrong; 12] = [
            Wrong::FilterAfterSlice,
            Wrong::OrderAfterSlice,
            Wrong::ReverseAfterSlice,
            Wrong::UnknownField,
            Wrong::UnknownLookup,
            Wrong::UnknownOrder,
            Wrong::GreaterThanNothing,
            Wrong::NullThatIsNoBool,
            Wrong::BoundsThatAreThree,
            Wrong::ListThatIsOne,
            Wrong::TextForANumber,
            Wrong::TextForADate,
        ];
        let mut rows = Rows::of("Book");
        self.plain_steps(&mut rows, 2);
        let give = if self.chance.percent(50) { Give::Rows } else { Give::Count };
        Ask { rows, give, wrong: Some(self.chance.pick(&ALL)) }
    }

    fn rows_or_values(&mut self, model: &'static Model) -> Ask {
        let mut rows = Rows::of(model.name);
        let known = self.steps(&mut rows);
        rows.order = self.order(model, &known);
        rows.reverse = rows.order.is_some() && self.chance.percent(15);
        rows.distinct = self.chance.percent(20);
        if self.chance.percent(20) {
            rows.slice = Some(self.slice());
        }
        let give = match self.chance.below(100) {
            0..40 => Give::Rows,
            40..78 => {
                Give::Values { columns: self.columns(model, &known, rows.distinct), by_name: self.chance.percent(30) }
            }
            78..84 => Give::Count,
            84..88 => Give::Exists,
            88..92 => Give::First,
            92..96 => Give::Last,
            _ => Give::Get(vec![self.condition(model, 1, &known)]),
        };
        if matches!(give, Give::Get(_)) {
            rows.slice = None;
        }
        Ask { rows, give, wrong: None }
    }

    fn combined(&mut self, model: &'static Model) -> Ask {
        const HOW: [How; 4] = [How::Union, How::UnionAll, How::Intersection, How::Difference];
        let (mut rows, mut other) = (Rows::of(model.name), Rows::of(model.name));
        self.plain_steps(&mut rows, 2);
        self.plain_steps(&mut other, 2);
        let how = self.chance.pick(&HOW);
        rows.combined = Some((how, Box::new(other)));
        let own = |generator: &mut Self| {
            let field = &model.fields[generator.chance.below(model.fields.len())];
            Way::own(field.name, field.kind)
        };
        let give = match self.chance.below(100) {
            0..50 => Give::Rows,
            50..80 => {
                let mut columns: Vec<Way> = (0..self.chance.between(1, 4)).map(|_| own(self)).collect();
                columns.retain(|column| column.kind != Kind::Json);
                columns.dedup();
                let mut kept: Vec<Way> = Vec::new();
                for column in columns {
                    if !kept.contains(&column) {
                        kept.push(column);
                    }
                }
                if kept.is_empty() {
                    Give::Rows
                } else {
                    Give::Values { columns: kept, by_name: self.chance.percent(30) }
                }
            }
            80..92 => Give::Count,
            _ => Give::Exists,
        };
        if self.chance.percent(50) {
            let by = own(self);
            if by.kind != Kind::Json {
                rows.order = Some(vec![Term { by, descending: self.chance.percent(50), nulls_first: None }]);
            }
        }
        if self.chance.percent(25) {
            rows.slice = Some(self.slice());
        }
        Ask { rows, give, wrong: None }
    }

    fn groups(&mut self, model: &'static Model) -> Ask {
        let mut rows = Rows::of(model.name);
        self.plain_steps(&mut rows, 2);
        let mut by: Vec<Way> = Vec::new();
        for _ in 0..self.chance.between(1, 3) {
            let many = self.chance_of_many();
            let way = self.way(model, None, many, false).way;
            if way.kind != Kind::Json && !by.contains(&way) {
                by.push(way);
            }
        }
        if by.is_empty() {
            by.push(Way::pk(model));
        }
        let count = self.chance.between(1, 3);
        let aggregates: Vec<_> = (0..count).map(|_| self.aggregated(model, true)).collect();
        let having = if self.chance.percent(30) {
            let index = self.chance.below(count);
            let kind = aggregates[index].kind();
            let lookup = self.chance.pick(&["gt", "lt", "gte", "lte"]);
            Some((index, lookup, self.literal(kind)))
        } else {
            None
        };
        if self.chance.percent(10) {
            rows.slice = Some(self.slice());
        }
        Ask { rows, give: Give::Groups { by, aggregates, having }, wrong: None }
    }

    fn aggregate(&mut self, model: &'static Model) -> Ask {
        let mut rows = Rows::of(model.name);
        let known = self.steps(&mut rows);
        rows.distinct = self.chance.percent(15);
        if self.chance.percent(20) {
            rows.slice = Some(self.slice());
        }
        let mut aggregates: Vec<_> = (0..self.chance.between(1, 3)).map(|_| self.aggregated(model, true)).collect();
        if let Some((name, kind, _)) = known.annotations.iter().find(|(_, kind, _)| *kind != Kind::Json)
            && self.chance.percent(70)
        {
            aggregates.push(self.aggregate_over(super::ask::Expression::Column(Way::own(name, *kind)), *kind));
        }
        Ask { rows, give: Give::Aggregate(aggregates), wrong: None }
    }

    /// A few filters and exclusions.
    fn plain_steps(&mut self, rows: &mut Rows, most: usize) {
        let known = Known::default();
        for _ in 0..self.chance.between(0, most + 1) {
            let step = self.choice(rows.model(), &known);
            rows.steps.push(step);
        }
    }

    fn choice(&mut self, model: &'static Model, known: &Known) -> Step {
        if self.chance.percent(30) {
            return Step::Exclude(self.condition(model, 2, known));
        }
        let mut conditions = vec![self.condition(model, 2, known)];
        if self.chance.percent(20) {
            conditions.push(self.condition(model, 1, known));
        }
        Step::Filter(conditions)
    }

    /// Filters, exclusions and annotations.
    fn steps(&mut self, rows: &mut Rows) -> Known {
        let model = rows.model();
        let mut known = Known::default();
        for _ in 0..self.chance.between(0, 4) {
            if self.chance.percent(30) {
                let with = match self.chance.below(10) {
                    0..4 => self.aggregated(model, true),
                    4..6 => self.subquery_or_exists(model),
                    _ => {
                        let kind = self.kind();
                        self.expression(model, kind, 2)
                    }
                };
                let name = format!("x{}", known.annotations.len());
                known.annotations.push((name.clone(), with.kind(), with.is_aggregate()));
                rows.steps.push(Step::Annotate { name, with });
            } else {
                let step = self.choice(model, &known);
                rows.steps.push(step);
            }
        }
        known
    }

    fn kind(&mut self) -> Kind {
        self.chance.pick(&[
            Kind::Int,
            Kind::Int,
            Kind::Text,
            Kind::Text,
            Kind::Decimal,
            Kind::Float,
            Kind::Bool,
            Kind::Date,
            Kind::Moment,
            Kind::Time,
        ])
    }

    fn order(&mut self, model: &'static Model, known: &Known) -> Option<Vec<Term>> {
        if self.chance.percent(45) {
            return None;
        }
        let mut terms: Vec<Term> = Vec::new();
        for _ in 0..self.chance.between(1, 3) {
            let by = match known.annotations.last() {
                Some((name, kind, _)) if self.chance.percent(40) => Way::own(name, *kind),
                _ => {
                    let many = self.chance.percent(10);
                    let relation = self.chance.percent(15);
                    let mut way = self.way(model, None, many, relation).way;
                    way.part = None;
                    way
                }
            };
            if by.kind == Kind::Json || terms.iter().any(|term| term.by == by) {
                continue;
            }
            let nulls_first =
                if self.chance.percent(15) && !by.relation { Some(self.chance.percent(50)) } else { None };
            terms.push(Term { by, descending: self.chance.percent(50), nulls_first });
        }
        Some(terms)
    }

    fn slice(&mut self) -> (u64, Option<u64>) {
        let start = self.chance.below(6) as u64;
        let end = start + self.chance.below(9) as u64;
        (start, if start > 0 && self.chance.percent(20) { None } else { Some(end) })
    }

    fn columns(&mut self, model: &'static Model, known: &Known, distinct: bool) -> Vec<Way> {
        let mut columns: Vec<Way> = Vec::new();
        for _ in 0..self.chance.between(1, 5) {
            let many = self.chance_of_many();
            let relation = self.chance.percent(20);
            let way = match known.annotations.last() {
                Some((name, kind, _)) if self.chance.percent(40) => Way::own(name, *kind),
                _ => self.way(model, None, many, relation).way,
            };
            let ordered = way.many || distinct;
            let is_plain = !(ordered && way.kind == Kind::Json);
            if is_plain && !columns.contains(&way) {
                columns.push(way);
            }
        }
        if columns.is_empty() {
            columns.push(Way::pk(model));
        }
        columns
    }

    fn chance_of_many(&mut self) -> bool {
        self.chance.percent(35)
    }

    /// A way to a field of this kind, if any is wanted, over relations to many rows where these are allowed.
    fn way(&mut self, model: &'static Model, kind: Option<Kind>, many: bool, relation: bool) -> Found {
        for _ in 0..30 {
            let mut at = model;
            let (mut names, mut crossed) = (Vec::new(), false);
            let hops = self.chance.pick(&[0, 0, 0, 0, 1, 1, 1, 2, 2, 3]);
            for _ in 0..hops {
                let ways: Vec<&Relation> = at.relations.iter().filter(|relation| many || !relation.many).collect();
                if ways.is_empty() {
                    break;
                }
                let relation = self.chance.pick(&ways);
                names.push(relation.name.to_owned());
                crossed |= relation.many;
                at = catalogue::model(relation.to);
            }
            if relation && !names.is_empty() && kind.is_none_or(|kind| kind == at.key) {
                let way = Way { names, part: None, keys: None, kind: at.key, relation: true, many: crossed };
                return Found { way, to: Some(at) };
            }
            let fields: Vec<_> = at.fields.iter().filter(|field| kind.is_none_or(|kind| kind == field.kind)).collect();
            if fields.is_empty() {
                continue;
            }
            let field = self.chance.pick(&fields);
            names.push(field.name.to_owned());
            let way = Way { names, part: None, keys: None, kind: field.kind, relation: false, many: crossed };
            return Found { way, to: None };
        }
        Found { way: Way::pk(model), to: None }
    }

    /// A value worth comparing with.
    fn literal(&mut self, kind: Kind) -> Literal {
        match kind {
            Kind::Bool => Literal::Bool(self.chance.percent(50)),
            Kind::Int if self.chance.percent(65) => {
                Literal::Int(i64::try_from(self.chance.below(13)).expect("it is small"))
            }
            Kind::Int => Literal::Int(self.chance.pick(catalogue::INTS)),
            Kind::Float => Literal::Float(self.chance.pick(catalogue::FLOATS)),
            Kind::Decimal => Literal::Decimal(self.chance.pick(catalogue::DECIMALS)),
            Kind::Text => Literal::Text(self.chance.pick(catalogue::TEXTS).to_owned()),
            Kind::Date => Literal::Date(self.chance.pick(catalogue::DATES)),
            Kind::Moment => Literal::Moment(self.chance.pick(catalogue::MOMENTS)),
            Kind::Time => Literal::Time(self.chance.pick(catalogue::TIMES)),
            Kind::Span => Literal::Span(self.chance.pick(catalogue::SPANS)),
            Kind::Uuid => Literal::Uuid(self.chance.pick(catalogue::UUIDS)),
            Kind::Json => match self.chance.below(4) {
                0 => Literal::Text(self.chance.pick(&["no", "de", "IS", "Nobel", "Brage", "3", "deep"]).to_owned()),
                1 => Literal::Bool(self.chance.percent(50)),
                _ => Literal::Int(i64::try_from(self.chance.below(14)).expect("it is small") - 1),
            },
        }
    }
}
