//! A shell's memory: names, and running statements against them.

use std::collections::BTreeMap;

use minijinja::value::Value;
use minijinja::{Environment, UndefinedBehavior};
use rjango_core::{Error, Result, nearest};

use super::adapter::from_shell;
use super::functions::{self, Printed};
use super::repr::repr;
use super::slices;
use super::statement::{Statement, Target};

/// The names that a shell knows and what they stand for.
pub(crate) struct Session {
    environment: Environment<'static>,
    names: BTreeMap<String, Value>,
    printed: Printed,
}

/// What running a statement asks of the one who runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Go on.
    Next,
    /// End the shell.
    Exit,
}

impl Session {
    /// A session that knows these names, the project's models, beside the built-in functions.
    pub(crate) fn new(globals: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let printed = Printed::default();
        functions::add(&mut environment, printed.clone());
        slices::add(&mut environment);
        for (name, value) in globals {
            environment.add_global(name, value);
        }
        Self { environment, names: BTreeMap::new(), printed }
    }

    /// Every name that can be used, for completion and suggestions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.environment.globals().map(|(name, _)| name).chain(self.names.keys().map(String::as_str))
    }

    /// Runs a statement; `show` is given each line to print.
    ///
    /// # Errors
    /// The first error ends the statement.
    pub(crate) fn run(&mut self, statement: &Statement, show: &mut dyn FnMut(&str) -> Result<()>) -> Result<Step> {
        match statement {
            Statement::Exit => return Ok(Step::Exit),
            Statement::Import(names) => {
                for name in names {
                    self.require(name)?;
                }
            }
            Statement::Expression(source) => {
                let value = self.evaluate(source)?;
                self.flush(show)?;
                if !value.is_none() {
                    show(&repr(&value)?)?;
                    self.names.insert("_".to_owned(), value);
                }
            }
            Statement::Assign(Target::Name(name), source) => {
                let value = self.evaluate(source)?;
                self.flush(show)?;
                self.names.insert(name.clone(), value);
            }
            Statement::Assign(Target::Attribute { object, name }, source) => {
                let value = self.evaluate(source)?;
                self.set_attribute(object, name, &value)?;
                self.flush(show)?;
            }
            Statement::For { names, iterable, body } => {
                let iterable = self.evaluate(iterable)?;
                for item in iterable.try_iter().map_err(|error| explain(&error))? {
                    self.bind(names, item)?;
                    for statement in body {
                        if self.run(statement, show)? == Step::Exit {
                            return Ok(Step::Exit);
                        }
                    }
                }
            }
        }
        Ok(Step::Next)
    }

    fn flush(&self, show: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
        self.printed.take().lines().try_for_each(show)
    }

    /// An expression's value.
    fn evaluate(&self, source: &str) -> Result<Value> {
        let expression =
            self.environment.compile_expression_owned(slices::as_calls(source)).map_err(|error| explain(&error))?;
        let mut unknown: Vec<String> = expression.undeclared_variables(false).into_iter().collect();
        unknown.sort();
        for name in &unknown {
            self.require(name)?;
        }
        let value = expression.eval(Value::from(self.names.clone())).map_err(|error| explain(&error))?;
        if value.is_undefined() {
            return Err(missing(source));
        }
        Ok(value)
    }

    fn require(&self, name: &str) -> Result<()> {
        if self.names().any(|known| known == name) {
            return Ok(());
        }
        let error = Error::command(format!("name `{name}` is not defined"));
        Err(match nearest(name, self.names()) {
            Some(near) => error.with_hint(format!("did you mean `{near}`?")),
            None => error,
        })
    }

    fn set_attribute(&self, object: &str, name: &str, value: &Value) -> Result<()> {
        let from_shell = |value: &Value| from_shell(value).map_err(|error| explain(&error));
        rjango_orm::objects::set_attribute(&from_shell(&self.evaluate(object)?)?, name, &from_shell(value)?)
    }

    fn bind(&mut self, names: &[String], item: Value) -> Result<()> {
        if let [name] = names {
            self.names.insert(name.clone(), item);
            return Ok(());
        }
        let parts: Vec<Value> = item.try_iter().map_err(|error| explain(&error))?.collect();
        if parts.len() != names.len() {
            return Err(Error::command(format!("expected {} values, found {}", names.len(), parts.len())));
        }
        self.names.extend(names.iter().cloned().zip(parts));
        Ok(())
    }
}

/// An attribute that is not there, in the words of the one who asked for it.
fn missing(source: &str) -> Error {
    match source.rsplit_once('.') {
        Some((object, name)) => Error::command(format!("`{object}` has no attribute `{name}`")),
        None => Error::command(format!("`{source}` has no value")),
    }
}

/// minijinja's error in the shell's words: what a template's error says of files and lines is left out.
///
/// The ORM's own message, with its hint on a line of its own, is the detail.
fn explain(error: &minijinja::Error) -> Error {
    let detail = error.detail().unwrap_or_default();
    let (message, hint) = detail.split_once("\nhint: ").map_or((detail, None), |(text, hint)| (text, Some(hint)));
    let told = match (error.kind(), message) {
        (kind, "") => kind.to_string(),
        // A mistake in a call: the words say what it is without the kind.
        (minijinja::ErrorKind::InvalidOperation | minijinja::ErrorKind::UnknownMethod, message) => message.to_owned(),
        (kind, message) => format!("{kind}: {message}"),
    };
    let error = Error::command(told);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::shell::parse;

    fn check(source: &str, expected: &Expect) {
        let mut session = Session::new([("Answer".to_owned(), Value::from(42))]);
        let mut out = String::new();
        let mut show = |line: &str| {
            out.push_str(line);
            out.push('\n');
            Ok(())
        };
        let outcome = match parse(source) {
            Ok(statements) => statements.iter().try_for_each(|statement| session.run(statement, &mut show).map(drop)),
            Err(error) => Err(Error::command(error.message)),
        };
        if let Err(error) = outcome {
            out.push_str(&format!("{error:?}"));
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn values_are_shown_unless_none() {
        check(
            "Answer + 1\nNone\n'a'\nx = 3\nx * 2\n_ + 1",
            &expect![[r#"
            43
            'a'
            6
            7
        "#]],
        );
    }

    #[test]
    fn loops_bind_names() {
        check(
            "for i in range(3): i * i\nfor a, b in [(1, 2), (3, 4)]:\n  s = a + b\n  print(s, 'of', a)",
            &expect![[r#"
            0
            1
            4
            3 of 1
            7 of 3
        "#]],
        );
    }

    #[test]
    fn functions_of_python() {
        check(
            "len([1, 2]); str(3); list(range(2)); sum([1, 2.5]); int('7'); repr('a'); None is None; type('a')",
            &expect![[r#"
            2
            '3'
            [0, 1]
            3.5
            7
            "'a'"
            True
            'str'
        "#]],
        );
    }

    #[test]
    fn unknown_name_suggests_the_nearest() {
        check(
            "Anser",
            &expect![[r#"
            name `Anser` is not defined
            hint: did you mean `Answer`?"#]],
        );
        check(
            "from shop.models import Anwser",
            &expect![[r#"
            name `Anwser` is not defined
            hint: did you mean `Answer`?"#]],
        );
    }

    #[test]
    fn errors_are_the_shells_own() {
        check("1 +", &expect!["syntax error: unexpected end of input, expected expression"]);
        check("Answer.foo", &expect!["`Answer` has no attribute `foo`"]);
        check("Answer.foo()", &expect!["number has no method named foo"]);
        check("x = {'a': 1}\nx.b", &expect!["`x` has no attribute `b`"]);
        check("for a, b in [(1, 2, 3)]: a", &expect!["expected 2 values, found 3"]);
    }
}
