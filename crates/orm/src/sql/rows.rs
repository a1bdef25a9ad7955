//! What is said of the rows that a SELECT reads: which of equal ones stay, and which are locked.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};

use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::query::{Expression, Lock, Path};

impl Scope<'_> {
    /// The columns of `DISTINCT ON`.
    pub(super) fn distinct_on(&mut self, paths: &[Path]) -> Result<Sql> {
        if !self.dialect.distinct_on() {
            return Err(Error::new(
                ErrorKind::Other,
                format!("{} has no `DISTINCT ON`, so `distinct_on` cannot run there", self.dialect.engine()),
            )
            .with_hint(
                "number the rows of each group by `Window::new().partition_by(..)`, or take the first by a subquery",
            ));
        }
        let mut columns = Vec::with_capacity(paths.len());
        for path in paths {
            columns.push(self.expression(&Expression::Column(path.clone()), &mut Reuse::All, None)?.sql);
        }
        Ok(Sql::join(columns, ", "))
    }

    /// Writes the row lock at the end of the statement, where the engine has row locks.
    pub(super) fn lock(&self, lock: &Lock, sql: &mut Sql) -> Result<()> {
        let Some(words) = self.dialect.lock(lock) else { return Ok(()) };
        sql.push(words);
        for (index, path) in lock.of.iter().enumerate() {
            sql.push(if index == 0 { " OF " } else { ", " });
            self.joins.write_alias(self.dialect, self.locked(&path.0)?, sql);
        }
        sql.push(match (lock.nowait, lock.skip_locked) {
            (true, _) => " NOWAIT",
            (false, true) => " SKIP LOCKED",
            (false, false) => "",
        });
        Ok(())
    }

    /// The joined table that a relation of a lock means.
    fn locked(&self, names: &[Cow<'static, str>]) -> Result<usize> {
        let own = [Cow::Borrowed("pk")];
        let names = if names == own.as_slice() { &[] } else { names };
        let mut at = 0;
        for hop in &self.resolve(names)?.hops {
            at = self.joins.existing(at, hop, &Reuse::All).ok_or_else(|| {
                let name = names.join("__");
                Error::new(ErrorKind::Other, format!("the rows of `{name}` cannot be locked: they are not read"))
                    .with_hint("name the relation in `select_related` too")
            })?;
        }
        Ok(at)
    }
}
