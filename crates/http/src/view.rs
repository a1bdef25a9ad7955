//! Views: functions from a request and the captured parts of its path to a response.
//!
//! [`View`] is implemented for async and plain functions alike. What a function captures is known as types, so a
//! route whose converter gives another type is found at start-up ([`Urls::check`](crate::Urls::check)).

mod atomic;
mod boxed;
mod capture;
mod function;
mod service;
mod threads;

pub(crate) use atomic::run as run_in_transactions;
pub(crate) use boxed::ErasedView;
pub use boxed::{BoxView, NextView};
pub(crate) use capture::{AnyConverter, CaptureType, Captures};
pub use capture::{Capture, CaptureSource, Converter, FromCapture};
pub use function::View;
pub(crate) use service::mounted;
