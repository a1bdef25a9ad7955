//! The threads of plain views: so many at a time, so that others find a thread for their files and passwords.

use std::sync::Arc;

use rjango_core::{Result, Site};
use tokio::sync::Semaphore;

/// The site's threads for plain views.
struct Threads(Arc<Semaphore>);

impl Threads {
    fn of(site: &Site) -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(site.settings().sync_view_max_threads).unwrap_or(1))))
    }
}

/// Runs a plain view on a thread of its own, when its turn comes.
pub(super) async fn run<T: Send + 'static>(view: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let threads = Site::current()?.late(Threads::of);
    // Never closed, so that there is always a permit to come.
    let permit = Arc::clone(&threads.0).acquire_owned().await.ok();
    rjango_orm::unblock(move || {
        // Nobody may wait any more; the code still has the thread until it ends.
        let _permit = permit;
        Ok(view())
    })
    .await
}
