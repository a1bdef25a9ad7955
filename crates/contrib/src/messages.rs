//! Messages for the next page, shown once: `rjango.contrib.messages`.
//!
//! `messages::success(&request, "saved")` in a view; `{% for message in messages %}` in a template.

mod api;
mod level;
mod message;
mod middleware;
mod context;
mod pending;
mod storage;
mod cookie;
mod codec;

pub use api::{Messages, add, debug, error, get_messages, info, success, warning};
pub use level::Level;
pub use message::Message;
