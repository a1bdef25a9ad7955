//! rjango: Django for Rust.
//!
//! A project depends on this crate alone. [`prelude`] is for views and URLs, [`models`] for `models.rs`, [`admin`] for
//! `admin.rs`; the modules below them hold what is needed less often. The `rjango` binary, which scaffolds, migrates and
//! serves a project, is built with the feature `toolchain`, which projects turn off.
//!
//! ```
//! use rjango::models::*;
//!
//! #[derive(Model, Debug, Clone)]
//! pub struct Product {
//!     pub id: Auto,
//!     #[field(max_length = 200)]
//!     pub name: String,
//!     #[field(max_digits = 10, decimal_places = 2)]
//!     pub price: Decimal,
//! }
//!
//! mod views {
//!     use rjango::prelude::*;
//!
//!     use super::Product;
//!
//!     pub async fn product_list(request: Request) -> Result<Response> {
//!         let products = Product::objects().filter(q!(price__lt = 5)).order_by(f!(name)).await?;
//!         render(&request, "shop/product_list.html", context! { products })
//!     }
//! }
//! # fn main() {}
//! ```
#![deny(missing_docs)]

pub mod models;
pub mod prelude;

pub use rjango_cli::manage;
// What a project would otherwise name in its own Cargo.toml, at the very versions that the framework speaks.
pub use rjango_core::{Error, ErrorKind, Result, ResultExt, Settings, Site, timezone, translation};
pub use rjango_macros::{data_migration, project};
pub use {axum, chrono, serde, serde_json, tokio, tracing};

/// The admin site: `use rjango::admin::*;` in an app's `admin.rs`.
pub mod admin {
    pub use rjango_admin::*;
    pub use rjango_macros::f;
}

/// Django's `contrib` apps: `auth`, `contenttypes`, `messages`, `sessions` and `staticfiles`; and `i18n`, a visitor's language.
pub mod contrib {
    pub use rjango_contrib::{auth, contenttypes, i18n, messages, sessions, staticfiles};
}

/// Connections, transactions and queries by name.
pub mod db {
    pub use rjango_http::decorators::{non_atomic_requests, non_atomic_requests_on};
    pub use rjango_macros::router;
    pub use rjango_orm::query::Lock;
    pub use rjango_orm::{
        Atomic, Database, Databases, Engine, IsolationLevel, Models, Routed, Statement, Value, ValueType, atomic,
        atomic_on, block_on, carried, dynamic, in_atomic_block, in_database, on_commit, on_commit_on, unblock,
    };
}

/// Data migrations: `use rjango::migrations::*;` where functions with `#[data_migration]` stand.
pub mod migrations {
    pub use rjango_core::{Error, Result, ResultExt};
    pub use rjango_macros::data_migration;
    pub use rjango_migrations::StateApps;
    pub use rjango_orm::Value;
    pub use rjango_orm::dynamic::{Instance, Objects};
}

/// Signals: `use rjango::signals::*;` where functions with `#[receiver(..)]` stand.
pub mod signals {
    pub use rjango_macros::receiver;
    pub use rjango_orm::signals::{Action, Deletion, RelationChange, Saved, Saving};
}

/// The request pipeline in full: middleware, decorators, templates, the test client.
pub mod http {
    pub use rjango_http::*;
}

/// Filters, tags and variables of templates: functions with `#[filter]`, `#[tag]`, `#[inclusion_tag]` and
/// `#[context_processor]`.
pub mod templates {
    pub use rjango_http::RequestState;
    pub use rjango_http::templates::{
        Arguments, Attribute, BoxFuture, FilterContext, Locale, Map, Object, Shape, TagContext, Value, escape,
        from_serialize,
    };
    pub use rjango_macros::{context_processor, filter, inclusion_tag, tag};
}

/// Settings, signing and checks.
pub mod core {
    pub use rjango_core::{settings, signing};

    /// System checks, and `#[check]` for those of a project's own.
    pub mod checks {
        pub use rjango_core::checks::{Check, CheckContext, CheckMessage, CheckReport, Level, all_checks, run_checks};
        pub use rjango_macros::check;
    }
}

/// Management commands of one's own.
pub mod management {
    pub use rjango_cli::{Command, ExitStatus, Project, Running, Terminal, clap};
    pub use rjango_macros::command;
}

/// What macros refer to. Not for people: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use rjango_cli::__private::*;
    pub use rjango_macros::{embed_project, modules};
}
