//! rjango: Django for Rust.
//!
//! A project depends on this crate alone. Its modules carry Django's names: [`models`] for `models.rs`, [`prelude`] for
//! views, URLs and middleware.
#![deny(missing_docs)]

pub use rjango_cli::{Embedded, ProjectBuilder, manage};
pub use rjango_core::{Error, ErrorKind, Result, Settings, Site};
pub use rjango_macros::project;

/// What `models.rs` needs: the derive, the field types and the relations.
pub mod models {
    pub use rjango_macros::{Choices, Model};
    pub use rjango_orm::dec;
    pub use rjango_orm::{Auto, Auto32, Choices, File, ForeignKey, ManyToMany, Model, ModelInstance, OneToOne, Q, QuerySet};
    pub use rjango_orm::SmallAuto;
    pub use rust_decimal::Decimal;

    pub use chrono::{NaiveDate as Date, NaiveTime as Time, TimeDelta as Duration};
    pub use serde_json::Value as Json;
    pub use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    pub use uuid::Uuid;

    /// A moment, in UTC.
    pub type DateTime = chrono::DateTime<chrono::Utc>;
}

/// Django's `contrib`: users, sessions, messages, content types, static files.
pub mod contrib {
    pub use rjango_contrib::{auth, contenttypes, messages, sessions, staticfiles};
}

/// What views, URLs and middleware need.
pub mod prelude {
    pub use rjango_contrib::auth::{
        RequestUser, authenticate, login, login_required, logout, permission_required, user_passes_test,
    };
    pub use rjango_contrib::messages;
    pub use rjango_contrib::sessions::RequestSession;
    pub use rjango_core::{Error, Result, ResultExt, Settings, Site};
    pub use rjango_http::shortcuts::{
        get_list_or_404, get_object_or_404, json, redirect, redirect_permanent, redirect_to, render,
    };
    pub use rjango_http::{Body, IntoResponse, Middleware, Next, Request, Response, StatusCode, Urls};
    pub use rjango_http::{context, include, path, re_path, reverse, urls};
    pub use rjango_macros::{f, middleware, q, set};
    pub use rjango_orm::{ForeignKey, Model, ModelInstance, atomic, dec, on_commit};

    pub use crate::models::*;
}

#[doc(hidden)]
pub mod __private {
    pub use rjango_cli::{Embedded, ProjectBuilder};
    pub use rjango_http::__private::*;
    pub use rjango_macros::embed_project;
}
