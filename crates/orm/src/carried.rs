//! What is ambient here, taken along to a task of its own.

use rjango_core::{Active, Site};

use crate::transaction::Ambient;

/// The same future with the site, the transaction, the database, the time zone and the language that are ambient here. A task
/// of its own would leave them behind.
///
/// The task begins with the zone and the language of here. What it activates holds for itself alone.
///
/// Inside [`atomic`](crate::atomic) the task runs its queries in the block's transaction, by turns with the block. A block that
/// ends first takes the connection with it: the task's later queries are errors.
///
/// ```
/// # async fn send_receipt() -> rjango_core::Result<()> { Ok(()) }
/// # async fn example() {
/// let sending = tokio::spawn(rjango_orm::carried(send_receipt()));
/// # let _ = sending;
/// # }
/// ```
pub fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    let site = Site::current().ok();
    let ambient = Ambient::capture();
    let active = Active::capture().copy();
    async move {
        let inside = active.scope(ambient.scope(future));
        match site {
            Some(site) => site.scope(inside).await,
            None => inside.await,
        }
    }
}
