//! The table `django_session`.

use rjango_macros::Model;

use crate::DateTime;

/// A stored session: Django's `Session` model.
#[derive(Model, Debug, Clone)]
#[model(table = "django_session", verbose_name = "session", verbose_name_plural = "sessions")]
pub struct Session {
    /// The cookie's value.
    #[field(max_length = 40, primary_key, verbose_name = "session key")]
    pub session_key: String,
    /// Signed JSON.
    #[field(verbose_name = "session data")]
    pub session_data: String,
    /// The moment from which the row counts no more.
    #[field(db_index, verbose_name = "expire date")]
    pub expire_date: DateTime,
}
