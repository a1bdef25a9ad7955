//! What views, URLs and middleware need: `use rjango::prelude::*;`.

pub use rjango_contrib::auth::{
    CurrentUser, RequestUser as _, UserInstance as _, authenticate, login, login_required, logout, permission_required,
    user_passes_test,
};
pub use rjango_contrib::messages;
pub use rjango_contrib::sessions::RequestSession as _;
pub use rjango_core::{Error, ErrorKind, Result, ResultExt as _};
pub use rjango_http::decorators::{
    csrf_exempt, never_cache, require_get, require_http_methods, require_post, require_safe,
};
pub use rjango_http::shortcuts::{
    get_list_or_404, get_object_or_404, json, redirect, redirect_permanent, redirect_to, render, resolve_url,
};
pub use rjango_http::{
    Body, Cookie, CookieAge as _, Html, IntoResponse, Next, Request, Response, StatusCode, Urls, View, context,
    include, path, re_path, reverse, urls,
};
pub use rjango_macros::{middleware, set};
pub use rjango_orm::{atomic, on_commit};

pub use crate::admin;
pub use crate::models::*;
