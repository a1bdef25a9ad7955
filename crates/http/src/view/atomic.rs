//! ATOMIC_REQUESTS: a view runs in a transaction on each database whose settings ask for it.
//!
//! The transactions begin before the view and its decorators, and end before the middleware sees the answer. What the view has put
//! off, such as a template that loads the user, is rendered inside. A body that is sent piece by piece is outside, as in Django.

use rjango_core::{Error, Result, Settings};
use rjango_orm::atomic_on;

use super::{BoxView, Captures};
use crate::{BoxFuture, Request, Response};

/// Runs the view. An error rolls the transactions back, and so do a panic and a future that is dropped; an answer of any status commits.
pub(crate) fn run(view: &BoxView, request: Request, captures: Captures) -> BoxFuture<'static, Result<Response>> {
    let aliases = match aliases(request.settings(), view) {
        Ok(aliases) => aliases,
        Err(error) => return Box::pin(std::future::ready(Err(error))),
    };
    let answer = view.call(request, captures);
    let mut answer: BoxFuture<'static, Result<Response>> = Box::pin(async {
        let mut response = answer.await?;
        response.finish().await?;
        Ok(response)
    });
    for alias in aliases {
        answer = Box::pin(async move { atomic_on(&alias, async move || answer.await).await });
    }
    answer
}

fn aliases(settings: &Settings, view: &BoxView) -> Result<Vec<String>> {
    let exempt = &view.marks.non_atomic;
    if let Some(unknown) = exempt.iter().find(|alias| !settings.databases.contains_key(*alias)) {
        return Err(Error::improperly_configured(format!(
            "`non_atomic_requests_on` of the view `{}` names the database `{unknown}`, which is not there",
            view.name()
        ))
        .with_hint(format!("name one of DATABASES, or add `[DATABASES.{unknown}]` to the settings")));
    }
    let asked =
        settings.databases.iter().filter(|(alias, database)| database.atomic_requests && !exempt.contains(alias));
    Ok(asked.map(|(alias, _)| alias.clone()).collect())
}
