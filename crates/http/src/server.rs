//! The HTTP server loop: a listening socket, a handler, and a signal to stop.

use std::net::{SocketAddr, TcpListener};

use rjango_core::{Result, ResultExt as _};

use crate::Handler;

/// Serves until `shutdown` completes, then lets the requests that are being answered finish, and those with an unsafe method
/// whose client has gone.
///
/// It must run inside a tokio runtime. The listener may come from elsewhere, such as a parent process.
///
/// # Errors
/// Where the socket cannot be used.
pub async fn serve(
    listener: TcpListener,
    handler: Handler,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    listener.set_nonblocking(true).context("the listening socket cannot be used")?;
    let listener = tokio::net::TcpListener::from_std(listener).context("the listening socket cannot be used")?;
    let service = handler.clone().into_router().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await.context("the server stopped")?;
    handler.finished().await;
    Ok(())
}
