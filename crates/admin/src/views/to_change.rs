//! A row's bare URL leads to its form.

use rjango_core::Result;
use rjango_http::{Request, Response, reverse};

use crate::registration::Registration;

pub(crate) async fn to_change(_request: Request, model: &'static Registration, id: String) -> Result<Response> {
    Response::redirect(&reverse(&model.route("change"), (id,))?)
}
