//! Sessions: a dict-like store behind the `sessionid` cookie. `rjango.contrib.sessions`.
//!
//! A [`Session`] is loaded when a request first asks for it and saved when the response leaves. Where it is kept is a
//! [`SessionBackend`]'s affair; what is kept is the same signed JSON as Django's.
//!
//! ```
//! use rjango_contrib::sessions::RequestSession as _;
//! use rjango_core::Result;
//! use rjango_http::Request;
//!
//! async fn visits(request: Request) -> Result<String> {
//!     let session = request.session().await?;
//!     let visits: u32 = session.get("visits")?.unwrap_or(0) + 1;
//!     session.set("visits", visits)?;
//!     Ok(format!("visit {visits}"))
//! }
//! ```

mod session;
mod request;
mod middleware;
mod cookie;
mod backend;
mod backends;
mod codec;
mod models;
mod migrations;

#[doc(hidden)]
pub use backend::{IntoEngine, SessionEngine};
pub use backend::{SessionBackend, session_backend};
pub use codec::SessionData;
pub use models::Session as SessionRow;
pub use request::RequestSession;
pub use rjango_macros::session_engine;
pub use session::{Session, SessionExpiry};

pub(crate) use middleware::PATH as MIDDLEWARE;
