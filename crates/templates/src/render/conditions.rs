//! Conditions, and the branches of `if`.

use std::sync::Arc;

use rjango_core::Result;

use crate::condition::{Answer, Condition, Next, Step};
use crate::tree::Body;
use crate::value::Value;

use super::resolve::Refusal;
use super::{Leave, Render};

impl Render {
    /// The branch of an `if` whose condition holds, where nothing must be waited for; nothing where something must.
    pub(super) fn branch_at_hand(
        &self,
        branches: &[(Option<Condition>, Body)],
    ) -> Option<Result<Option<(Body, Leave)>>> {
        for (condition, body) in branches {
            let holds = match condition {
                Some(condition) => match self.holds_at_hand(condition)? {
                    Ok(holds) => holds,
                    Err(error) => return Some(Err(error)),
                },
                None => true,
            };
            if holds {
                return Some(Ok(Some((Arc::clone(body), Leave::Nothing))));
            }
        }
        Some(Ok(None))
    }

    /// The branch of an `if` whose condition holds.
    pub(super) async fn branch(&mut self, branches: &[(Option<Condition>, Body)]) -> Result<Option<(Body, Leave)>> {
        for (condition, body) in branches {
            let holds = match condition {
                Some(condition) => self.holds(condition).await?,
                None => true,
            };
            if holds {
                return Ok(Some((Arc::clone(body), Leave::Nothing)));
            }
        }
        Ok(None)
    }

    /// Whether a condition holds.
    pub(crate) async fn holds(&mut self, condition: &Condition) -> Result<bool> {
        let is_alone = condition.0.len() == 1;
        let mut answer = Answer::default();
        loop {
            match answer.next(condition) {
                Next::Done(holds) => return Ok(holds),
                Next::Operand(expression) => {
                    let found = match self.resolve_quietly(expression).await {
                        Ok(value) => self.load(&value).await.map(|()| value),
                        refused => refused,
                    };
                    answer.give(self.operand(found, is_alone)?);
                }
            }
        }
    }

    /// The same where nothing must be waited for; nothing where something must.
    fn holds_at_hand(&self, condition: &Condition) -> Option<Result<bool>> {
        if let [Step::Push(expression)] = &*condition.0 {
            // The most frequent condition needs no stack.
            let operand = self.operand(self.quietly_at_hand(expression)?, true);
            return Some(operand.map(|value| value.is_some_and(|value| value.is_true())));
        }
        let mut answer = Answer::default();
        loop {
            match answer.next(condition) {
                Next::Done(holds) => return Some(Ok(holds)),
                Next::Operand(expression) => match self.operand(self.quietly_at_hand(expression)?, false) {
                    Ok(operand) => answer.give(operand),
                    Err(error) => return Some(Err(error)),
                },
            }
        }
    }

    /// An operand of a condition; nothing where a filter refuses, of which a site in the making is told as an error. What stands alone
    /// may refuse as anywhere.
    fn operand(&self, found: Result<Value>, is_alone: bool) -> Result<Option<Value>> {
        let error = match found {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error,
        };
        match error.downcast_ref() {
            Some(Refusal::MissingArgument) => Ok(None),
            Some(Refusal::Filter) if !is_alone => self.tell_error(error).map(|()| None),
            _ => Err(error),
        }
    }
}
