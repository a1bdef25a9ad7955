//! What a model is, as plain data.
//!
//! The derive turns a struct into a [`ModelSchema`] for the compiled project; the source reader (feature `read`)
//! turns the same struct into the same description without compiling. Both call one attribute parser. Migrations,
//! the admin, the shell, fixtures and forms work on this description alone. No I/O happens here, except that the
//! reader follows `mod` lines through files.
#![deny(missing_docs)]

mod choices;
mod flag;

mod field;
mod kind;
mod model;
mod names;
#[cfg(feature = "read")]
pub mod read;
mod resolve;
mod user;

pub use choices::{ChoicesSchema, VariantSchema};
pub use field::{Choice, DefaultValue, FieldSchema};
pub use kind::{FieldKind, IpProtocol, ManyToManySchema, OnDelete, RelationSchema};
pub use model::{ConstraintSchema, DisplayPart, IndexSchema, ModelSchema, Origin};
pub use names::{app_of, index_name, snake_case, table_name, title_words};
pub use resolve::{Answers, OpenBase, OpenChoices, OpenModel};
pub use user::{DEFAULT_USER_MODEL, USER_MODEL, UserProblem, UserSchema};
