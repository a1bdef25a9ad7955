//! A view of any kind behind one type, and wrapping one in another's duties.

use std::sync::Arc;

use rjango_core::Result;

use super::{CaptureType, Captures};
use crate::{BoxFuture, IntoResponse, Request, Response};

/// What a route holds.
pub(crate) trait ErasedView: Send + Sync {
    fn call(&self, request: Request, captures: Captures) -> BoxFuture<'static, Result<Response>>;

    /// The captured types in order; nothing where the view takes whatever comes.
    fn captures(&self) -> Option<Vec<CaptureType>>;
}

/// What decorators tell middleware about a view before it runs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Marks {
    pub csrf_exempt: bool,
    pub no_append_slash: bool,
    pub login_not_required: bool,
    /// The databases on which ATOMIC_REQUESTS does not count.
    pub non_atomic: Vec<String>,
}

/// A view behind one type: what [`path`](crate::path) keeps and decorators return.
#[derive(Clone)]
pub struct BoxView {
    view: Arc<dyn ErasedView>,
    name: &'static str,
    pub(crate) marks: Marks,
}

impl BoxView {
    pub(crate) fn new(view: impl ErasedView + 'static, name: &'static str) -> Self {
        Self { view: Arc::new(view), name, marks: Marks::default() }
    }

    /// The path of the view's function, as the compiler names it: what error pages show.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the view opted out of the `LoginRequiredMiddleware`.
    pub fn is_login_not_required(&self) -> bool {
        self.marks.login_not_required
    }

    pub(crate) fn captures(&self) -> Option<Vec<CaptureType>> {
        self.view.captures()
    }

    pub(crate) fn call(&self, request: Request, captures: Captures) -> BoxFuture<'static, Result<Response>> {
        self.view.call(request, captures)
    }

    /// A view that takes a route's captures from [`RequestState::resolver_match`](crate::RequestState::resolver_match),
    /// whatever they are, so that the start-up check does not compare them.
    #[must_use]
    pub fn ignoring_captures(mut self) -> Self {
        self.view = Arc::new(Ignoring(self.view));
        self
    }

    /// A view that does `around` before and after this one and keeps its captures: what decorators are made of.
    ///
    /// ```
    /// use rjango_http::{BoxView, Response, View};
    ///
    /// fn only_from_here<M, V: View<M>>(view: V) -> BoxView {
    ///     view.into_view().wrap(|request, view| async move {
    ///         if request.host().starts_with("localhost") {
    ///             return view.run(request).await;
    ///         }
    ///         Response::redirect("/")
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn wrap<F, Answer>(self, around: F) -> Self
    where
        F: Fn(Request, NextView) -> Answer + Send + Sync + 'static,
        Answer: Future<Output: IntoResponse> + Send + 'static,
    {
        let (name, marks) = (self.name, self.marks);
        Self { view: Arc::new(Wrapped { inner: self.view, around }), name, marks }
    }
}

struct Ignoring(Arc<dyn ErasedView>);

impl ErasedView for Ignoring {
    fn call(&self, request: Request, _: Captures) -> BoxFuture<'static, Result<Response>> {
        self.0.call(request, Captures::new())
    }

    fn captures(&self) -> Option<Vec<CaptureType>> {
        None
    }
}

/// The wrapped view with what was captured for it.
pub struct NextView {
    view: Arc<dyn ErasedView>,
    captures: Captures,
}

impl NextView {
    /// Runs the wrapped view.
    ///
    /// # Errors
    /// The view's own.
    pub async fn run(self, request: Request) -> Result<Response> {
        self.view.call(request, self.captures).await
    }
}

struct Wrapped<F> {
    inner: Arc<dyn ErasedView>,
    around: F,
}

impl<F, Answer> ErasedView for Wrapped<F>
where
    F: Fn(Request, NextView) -> Answer + Send + Sync,
    Answer: Future<Output: IntoResponse> + Send + 'static,
{
    fn call(&self, request: Request, captures: Captures) -> BoxFuture<'static, Result<Response>> {
        let answer = (self.around)(request, NextView { view: Arc::clone(&self.inner), captures });
        Box::pin(async { Response::of_view(answer.await.into_response()) })
    }

    fn captures(&self) -> Option<Vec<CaptureType>> {
        self.inner.captures()
    }
}
