//! ATOMIC_REQUESTS: a view runs in a transaction on each database whose settings ask for it.
//!
//! The transactions begin before the view and its decorators, and end before the middleware sees the answer. What the view has put
//! off, such as a template that loads the user, is rendered inside. A body that is sent piece by piece is outside, as in Django.

use rjango_core::{Result, Settings};
use rjango_orm::atomic_on;

use super::{BoxView, Captures};
use crate::{BoxFuture, Request, Response};

/// Runs the view. An error rolls the transactions back, and so do a panic and a future that is dropped; an answer of any status commits.
pub(crate) fn run(view: BoxView, request: Request, captures: Captures) -> BoxFuture<'static, Result<Response>> {
    let aliases = aliases(request.settings(), &view);
    let mut answer: BoxFuture<'static, Result<Response>> = Box::pin(async move {
        // Called inside: a view may do something before it gives its future.
        let mut response = view.call(request, captures).await?;
        response.finish().await?;
        Ok(response)
    });
    for alias in aliases {
        answer = Box::pin(async move { atomic_on(&alias, async move || answer.await).await });
    }
    answer
}

/// The databases that ask for a transaction around this view.
fn aliases(settings: &Settings, view: &BoxView) -> Vec<String> {
    let asks = settings.databases.iter().filter(|(_, database)| database.atomic_requests).map(|(alias, _)| alias);
    asks.filter(|alias| !view.marks.non_atomic.contains(alias)).cloned().collect()
}
