//! Sessions in the table `django_session`: `rjango.contrib.sessions.backends.db`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rjango_core::Result;
use rjango_http::BoxFuture;
use rjango_macros::{q, set};

use crate::sessions::backend::new_key;
use crate::sessions::codec::Codec;
use crate::sessions::{SessionBackend, SessionData, SessionEngine, SessionRow};

/// Keys of other lengths were never given out, by Django either.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 8..=40;

/// Whether a key may be one of ours; what else a cookie may carry never reaches the database.
fn is_plausible(key: &str) -> bool {
    KEY_LENGTHS.contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

struct Database(Codec);

impl SessionBackend for Database {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<SessionData>>> {
        Box::pin(async move {
            if !is_plausible(key) {
                return Ok(None);
            }
            // A replica may be behind, and the page after a log-in would not know of it.
            let rows = SessionRow::objects().for_write();
            let row = rows.filter(q!(session_key = key, expire_date__gt = Utc::now())).first().await?;
            // DIFFERENCE: where the data cannot be read, Django keeps the key and starts with empty data; here such a
            // key is as unknown as any other.
            Ok(row.and_then(|row| self.0.decode(&row.session_data)))
        })
    }

    fn save<'a>(
        &'a self,
        key: Option<&'a str>,
        data: &'a SessionData,
        expires: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(async move {
            let session_data = self.0.encode(data)?;
            if let Some(key) = key {
                let updated = SessionRow::objects()
                    .filter(q!(session_key = key))
                    .update(set!(session_data = session_data, expire_date = expires))
                    .await?;
                return Ok((updated > 0).then(|| key.to_owned()));
            }
            let row = SessionRow { session_key: new_key(), session_data, expire_date: expires };
            let row = SessionRow::objects().create(row).await?;
            Ok(Some(row.session_key))
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            SessionRow::objects().filter(q!(session_key = key)).delete().await?;
            Ok(())
        })
    }

    fn clear_expired(&self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async {
            let deleted = SessionRow::objects().filter(q!(expire_date__lt = Utc::now())).delete().await?;
            Ok(deleted)
        })
    }
}

inventory::submit! {
    SessionEngine::new(
        || "rjango.contrib.sessions.backends.db".to_owned(),
        |settings| Ok(Arc::new(Database(Codec::for_store(settings)))),
    )
}
