//! The condition of `{% if %}`: Python's operators over expressions, without arithmetic.
//!
//! It is read once to a list of steps, so that a page evaluates it without recursion.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::value::Value;

/// How many `not`s, and how many operators inside of one another, a condition may have.
const DEPTH: usize = 200;

/// What an operator asks of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Is,
    IsNot,
}

/// A step, over a stack of values.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Push(Expression),
    Not,
    Compare(Compare),
    /// `and`: where the value on top is false it is the answer, and the steps up to the place are left out.
    And(usize),
    /// `or`, likewise.
    Or(usize),
    /// The end of `and` and `or`: an operand that could not be computed makes them false.
    Settle,
}

/// A condition.
#[derive(Debug, Clone)]
pub(crate) struct Condition(pub Box<[Step]>);

/// A word of the condition.
enum Word<'a> {
    Operator(&'static str, u8),
    Operand(&'a str),
}

/// Reads the words of a condition.
pub(crate) fn parse(words: &[&str], expression: &mut dyn FnMut(&str) -> Parsed<Expression>) -> Parsed<Condition> {
    if words.is_empty() {
        return Err(Mistake::new("`if` needs a condition"));
    }
    let mut parser = Parser { words: classified(words), next: 0, steps: Vec::new(), depth: 0, expression };
    parser.operand(0)?;
    match parser.words.get(parser.next) {
        None => Ok(Condition(parser.steps.into())),
        Some(Word::Operand(word)) => Err(unused(word)),
        Some(Word::Operator(word, _)) => Err(Mistake::new(format!("`{word}` stands where the condition should end"))),
    }
}

fn unused(word: &str) -> Mistake {
    let mistake = Mistake::new(format!("`{word}` stands where the condition should end"));
    match word {
        "=" => mistake.hint("compare with `==`"),
        "&&" => mistake.hint("write `and`"),
        "||" => mistake.hint("write `or`"),
        "defined" | "defined)" => {
            mistake.hint("write `{% if value is not None %}`: a name that nothing has is `None` here")
        }
        _ => {
            mistake.hint("put `and`, `or` or a comparison between two values; an expression with filters has no spaces")
        }
    }
}

fn classified<'a>(words: &[&'a str]) -> Vec<Word<'a>> {
    let mut classified = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let next = words.get(at + 1).copied();
        let (operator, taken) = match (*word, next) {
            ("not", Some("in")) => (Some(("not in", 9)), 2),
            ("is", Some("not")) => (Some(("is not", 10)), 2),
            ("or", _) => (Some(("or", 6)), 1),
            ("and", _) => (Some(("and", 7)), 1),
            ("not", _) => (Some(("not", 8)), 1),
            ("in", _) => (Some(("in", 9)), 1),
            ("is", _) => (Some(("is", 10)), 1),
            ("==", _) => (Some(("==", 10)), 1),
            ("!=", _) => (Some(("!=", 10)), 1),
            (">", _) => (Some((">", 10)), 1),
            (">=", _) => (Some((">=", 10)), 1),
            ("<", _) => (Some(("<", 10)), 1),
            ("<=", _) => (Some(("<=", 10)), 1),
            _ => (None, 1),
        };
        classified.push(match operator {
            Some((name, power)) => Word::Operator(name, power),
            None => Word::Operand(word),
        });
        at += taken;
    }
    classified
}

struct Parser<'a, 'e> {
    words: Vec<Word<'a>>,
    next: usize,
    steps: Vec<Step>,
    depth: usize,
    expression: &'e mut dyn FnMut(&str) -> Parsed<Expression>,
}

impl Parser<'_, '_> {
    /// An operand and the operators behind it that bind more than this.
    fn operand(&mut self, power: u8) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Mistake::new(format!("the condition has more than {DEPTH} levels")));
        }
        match self.words.get(self.next) {
            None => return Err(Mistake::new("the condition ends where a value should follow")),
            Some(Word::Operand(word)) => {
                let expression = (self.expression)(word).map_err(|mistake| match word.starts_with('(') {
                    true => Mistake::new(format!("`{word}`: a condition has no parentheses"))
                        .hint("`and` binds more than `or`; put one `{% if %}` into another for the rest"),
                    false => mistake,
                })?;
                self.steps.push(Step::Push(expression));
                self.next += 1;
            }
            Some(Word::Operator("not", power)) => {
                let power = *power;
                self.next += 1;
                self.operand(power)?;
                self.steps.push(Step::Not);
            }
            Some(Word::Operator(word, _)) => {
                return Err(Mistake::new(format!("`{word}` stands where a value should stand")));
            }
        }
        while let Some(next) = self.words.get(self.next) {
            let (operator, own) = match next {
                Word::Operator(operator, own) => (*operator, *own),
                Word::Operand(word) => return Err(unused(word)),
            };
            if own <= power {
                break;
            }
            self.next += 1;
            // DIFFERENCE: to Django these are names of the context, and the test is true where the value is missing.
            if let ("is" | "is not", Some(Word::Operand(word @ ("defined" | "undefined")))) =
                (operator, self.words.get(self.next))
            {
                return Err(Mistake::new(format!("`{operator} {word}` is Jinja's"))
                    .hint("write `{% if value is not None %}`: a name that nothing has is `None` here"));
            }
            let jump = self.steps.len();
            match operator {
                "and" => self.steps.push(Step::And(0)),
                "or" => self.steps.push(Step::Or(0)),
                "not" => return Err(Mistake::new("`not` stands where the condition should end")),
                _ => {}
            }
            self.operand(own)?;
            let end = self.steps.len();
            match operator {
                "and" => {
                    self.steps[jump] = Step::And(end);
                    self.steps.push(Step::Settle);
                }
                "or" => {
                    self.steps[jump] = Step::Or(end);
                    self.steps.push(Step::Settle);
                }
                other => self.steps.push(Step::Compare(comparison(other))),
            }
        }
        self.depth -= 1;
        Ok(())
    }
}

fn comparison(operator: &str) -> Compare {
    match operator {
        "!=" => Compare::NotEqual,
        "<" => Compare::Less,
        "<=" => Compare::LessOrEqual,
        ">" => Compare::Greater,
        ">=" => Compare::GreaterOrEqual,
        "in" => Compare::In,
        "not in" => Compare::NotIn,
        "is" => Compare::Is,
        "is not" => Compare::IsNot,
        _ => Compare::Equal,
    }
}

/// A condition that is being answered. It asks for its operands one after the other, so that whoever has them may wait.
#[derive(Default)]
pub(crate) struct Answer {
    /// Nothing stands for an operand that could not be computed: its operator is false then, as in Django.
    stack: Vec<Option<Value>>,
    at: usize,
}

/// What a condition needs next.
pub(crate) enum Next<'a> {
    /// The value of this operand.
    Operand(&'a Expression),
    /// Nothing more: it holds, or not.
    Done(bool),
}

impl Answer {
    /// Gives the operand that was asked for.
    pub(crate) fn give(&mut self, operand: Option<Value>) {
        self.stack.push(operand);
    }

    /// Goes on up to the next operand, or to the end.
    pub(crate) fn next<'a>(&mut self, condition: &'a Condition) -> Next<'a> {
        while let Some(step) = condition.0.get(self.at) {
            self.at += 1;
            match step {
                Step::Push(expression) => return Next::Operand(expression),
                Step::Not => {
                    let value = self.stack.pop().flatten();
                    self.stack.push(Some(Value::Bool(value.is_some_and(|value| !value.is_true()))));
                }
                Step::And(end) if !self.is_true() => self.at = *end,
                // `or` is false where its first operand could not be computed.
                Step::Or(end) if self.is_true() || matches!(self.stack.last(), Some(None)) => self.at = *end,
                Step::And(_) | Step::Or(_) => {
                    self.stack.pop();
                }
                Step::Settle => {
                    let value = self.stack.pop().flatten();
                    self.stack.push(Some(value.unwrap_or(Value::Bool(false))));
                }
                Step::Compare(compare) => {
                    let right = self.stack.pop().flatten();
                    let left = self.stack.pop().flatten();
                    let holds = matches!((left, right), (Some(left), Some(right)) if compare.holds(&left, &right));
                    self.stack.push(Some(Value::Bool(holds)));
                }
            }
        }
        Next::Done(self.is_true())
    }

    fn is_true(&self) -> bool {
        matches!(self.stack.last(), Some(Some(value)) if value.is_true())
    }
}

impl Compare {
    /// The answer. As in Django it is false where Python would refuse to compare.
    pub(crate) fn holds(self, left: &Value, right: &Value) -> bool {
        match self {
            Self::Equal => left.equals(right),
            Self::NotEqual => !left.equals(right),
            Self::Less => left.order(right) == Some(Ordering::Less),
            Self::LessOrEqual => left.order(right).is_some_and(Ordering::is_le),
            Self::Greater => left.order(right) == Some(Ordering::Greater),
            Self::GreaterOrEqual => left.order(right).is_some_and(Ordering::is_ge),
            Self::In => right.contains(left) == Some(true),
            Self::NotIn => right.contains(left) == Some(false),
            Self::Is => is_same(left, right),
            Self::IsNot => !is_same(left, right),
        }
    }
}

/// Python's `is`, as far as a template can ask: the same object, or a value of which there is one.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::None, Value::None) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        // Python keeps the small ones.
        (Value::Int(left), Value::Int(right)) => left == right && (-5..=256).contains(left),
        (Value::Text(left) | Value::Safe(left), Value::Text(right) | Value::Safe(right)) => Arc::ptr_eq(left, right),
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => Arc::ptr_eq(left, right),
        (Value::Map(left), Value::Map(right)) => Arc::ptr_eq(left, right),
        (Value::Object(left), Value::Object(right)) => std::ptr::addr_eq(Arc::as_ptr(left), Arc::as_ptr(right)),
        _ => false,
    }
}
