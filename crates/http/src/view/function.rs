//! Functions as views: async and plain, with up to sixteen captures.

use std::any::type_name;

use rjango_core::{Error, Result};

use super::{BoxView, CaptureType, Captures, ErasedView, FromCapture, threads};
use crate::{BoxFuture, IntoResponse, Request, Response};

/// A view: an async or plain function of a request and up to sixteen captures, or a [`BoxView`].
///
/// The parameter only tells the kinds of function apart; it is always inferred.
///
/// ```
/// # use rjango_http::{Request, path};
/// async fn sixteen(
///     _: Request,
///     _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64,
/// ) -> &'static str {
///     "as many as there may be"
/// }
/// # drop(path("", sixteen));
/// ```
///
/// One more is not a view:
///
/// ```compile_fail,E0277
/// # use rjango_http::{Request, path};
/// async fn seventeen(
///     _: Request,
///     _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64, _: i64,
///     _: i64,
/// ) -> &'static str {
///     "one too many"
/// }
/// # drop(path("", seventeen));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    note = "a view is `async fn(Request, captures...)` or `fn(Request, captures...)`",
    note = "it has up to sixteen captures: integers, `String`, `Uuid` or a converter's type",
    note = "it returns what axum's `IntoResponse` takes: `Response`, `Result<Response>`, text, `Html`, `Json`, a status, or a \
            tuple of a status, headers and one of these"
)]
pub trait View<Kind>: Send + Sync + Sized + 'static {
    /// The view behind one type.
    fn into_view(self) -> BoxView;
}

impl View<()> for BoxView {
    fn into_view(self) -> BoxView {
        self
    }
}

/// The kind of an `async fn`.
pub struct Async<Arguments>(std::marker::PhantomData<Arguments>);

/// The kind of a plain `fn`.
pub struct Plain<Arguments>(std::marker::PhantomData<Arguments>);

struct AsyncView<F, Arguments>(F, std::marker::PhantomData<fn() -> Arguments>);
struct PlainView<F, Arguments>(F, std::marker::PhantomData<fn() -> Arguments>);

macro_rules! views {
    ($($argument:ident),*) => {
        impl<F, Answer, $($argument),*> View<Async<($($argument,)*)>> for F
        where
            F: Fn(Request, $($argument),*) -> Answer + Send + Sync + 'static,
            Answer: Future<Output: IntoResponse> + Send + 'static,
            $($argument: FromCapture,)*
        {
            fn into_view(self) -> BoxView {
                BoxView::new(AsyncView::<F, ($($argument,)*)>(self, std::marker::PhantomData), type_name::<F>())
            }
        }

        impl<F, Answer, $($argument),*> ErasedView for AsyncView<F, ($($argument,)*)>
        where
            F: Fn(Request, $($argument),*) -> Answer + Send + Sync + 'static,
            Answer: Future<Output: IntoResponse> + Send + 'static,
            $($argument: FromCapture,)*
        {
            #[allow(non_snake_case, unused_mut, unused_variables, clippy::too_many_arguments)]
            fn call(&self, request: Request, captures: Captures) -> BoxFuture<'static, Result<Response>> {
                let mut captures = captures.iter();
                $(let $argument = match take::<$argument>(captures.next()) {
                    Ok(argument) => argument,
                    Err(error) => return Box::pin(std::future::ready(Err(error))),
                };)*
                let answer = (self.0)(request, $($argument),*);
                Box::pin(async { Response::of_view(answer.await.into_response()) })
            }

            fn captures(&self) -> Option<Vec<CaptureType>> {
                Some(vec![$(CaptureType::of::<$argument>()),*])
            }
        }

        impl<F, Answer, $($argument),*> View<Plain<($($argument,)*)>> for F
        where
            F: Fn(Request, $($argument),*) -> Answer + Clone + Send + Sync + 'static,
            Answer: IntoResponse + 'static,
            $($argument: FromCapture,)*
        {
            fn into_view(self) -> BoxView {
                BoxView::new(PlainView::<F, ($($argument,)*)>(self, std::marker::PhantomData), type_name::<F>())
            }
        }

        impl<F, Answer, $($argument),*> ErasedView for PlainView<F, ($($argument,)*)>
        where
            F: Fn(Request, $($argument),*) -> Answer + Clone + Send + Sync + 'static,
            Answer: IntoResponse + 'static,
            $($argument: FromCapture,)*
        {
            #[allow(non_snake_case, unused_mut, unused_variables, clippy::too_many_arguments)]
            fn call(&self, request: Request, captures: Captures) -> BoxFuture<'static, Result<Response>> {
                let mut captures = captures.iter();
                $(let $argument = match take::<$argument>(captures.next()) {
                    Ok(argument) => argument,
                    Err(error) => return Box::pin(std::future::ready(Err(error))),
                };)*
                let view = self.0.clone();
                Box::pin(async {
                    let answer = move || view(request, $($argument),*).into_response();
                    Response::of_view(threads::run(answer).await?)
                })
            }

            fn captures(&self) -> Option<Vec<CaptureType>> {
                Some(vec![$(CaptureType::of::<$argument>()),*])
            }
        }
    };
}

views!();
views!(A);
views!(A, B);
views!(A, B, C);
views!(A, B, C, D);
views!(A, B, C, D, E);
views!(A, B, C, D, E, G);
views!(A, B, C, D, E, G, H);
views!(A, B, C, D, E, G, H, I);
views!(A, B, C, D, E, G, H, I, J);
views!(A, B, C, D, E, G, H, I, J, K);
views!(A, B, C, D, E, G, H, I, J, K, L);
views!(A, B, C, D, E, G, H, I, J, K, L, M);
views!(A, B, C, D, E, G, H, I, J, K, L, M, N);
views!(A, B, C, D, E, G, H, I, J, K, L, M, N, O);
views!(A, B, C, D, E, G, H, I, J, K, L, M, N, O, P);
views!(A, B, C, D, E, G, H, I, J, K, L, M, N, O, P, Q);

fn take<T: FromCapture>(capture: Option<&super::Capture>) -> Result<T> {
    // The start-up check has compared the types, so what fails here is the value alone.
    capture
        .and_then(T::from_capture)
        .ok_or_else(|| Error::not_found(format!("a captured part of the path is no `{}`", type_name::<T>())))
}
