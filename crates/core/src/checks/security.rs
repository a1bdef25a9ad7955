//! The checks of a deployment: Django's `check --deploy`.

pub(super) mod secret_key;
pub(super) mod debug;
pub(super) mod allowed_hosts;
pub(super) mod middleware;
pub(super) mod hsts;
pub(super) mod ssl_redirect;
pub(super) mod headers;
pub(super) mod session_cookie;
pub(super) mod csrf_cookie;

const TAGS: &[&str] = &["security"];

/// The middleware that sends the security headers.
const SECURITY: &str = "rjango.middleware.security.SecurityMiddleware";
/// The middleware that forbids frames.
const FRAMES: &str = "rjango.middleware.clickjacking.XFrameOptionsMiddleware";
/// The middleware that checks tokens.
const CSRF: &str = "rjango.middleware.csrf.CsrfViewMiddleware";
/// The middleware that loads sessions.
const SESSION: &str = "rjango.contrib.sessions.middleware.SessionMiddleware";
/// The app with the sessions' table.
const SESSIONS: &str = "rjango.contrib.sessions";
