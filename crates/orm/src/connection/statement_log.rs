//! What the log says of statements: each one at `debug`, and a slow one as a warning.

use std::time::{Duration, Instant};

use rjango_core::Site;

use super::Statement;

/// How long a statement runs.
pub(super) struct Clock(Instant);

impl Clock {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// The statement has run, well or not. A slow one is told without its values, which may be secret.
    pub(super) fn stop(self, statement: &Statement) {
        let elapsed = self.0.elapsed();
        let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(target: "rjango.db", milliseconds, "{statement}");
        // Outside of a site nobody has said what is slow.
        let bound = Site::current().ok().and_then(|site| site.settings().logging.slow_query_milliseconds);
        if bound.is_some_and(|bound| elapsed >= Duration::from_millis(bound)) {
            tracing::warn!(target: "rjango.db.slow", milliseconds, "slow query: {}", statement.sql);
        }
    }
}
