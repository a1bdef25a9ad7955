//! Requests whose client hangs up: those with an unsafe method run on, each on a task of its own.
//!
//! A connection's future is dropped when its client goes, and with it whatever the connection awaits. That is right for GET
//! and HEAD, whose answer nobody wants any more. A POST has begun to change something: it runs to its end, within the limits
//! of the settings. What the task does not do is send: a body that is sent piece by piece stays with the connection.

use std::sync::Arc;
use std::time::Duration;

use rjango_core::Settings;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot, watch};
use tracing::Instrument as _;

use crate::error_pages;
use crate::request::RequestState;
use crate::{BoxFuture, Response};

/// The requests with an unsafe method that are under way, and what is granted to those whose client has gone.
pub(crate) struct Abandoned {
    timeout: Option<Duration>,
    /// Room for those whose client has gone; nothing where there is no limit.
    room: Option<Semaphore>,
    max_number: u64,
    under_way: watch::Sender<usize>,
    stopped: watch::Sender<bool>,
}

impl Abandoned {
    pub(crate) fn new(settings: &Settings) -> Arc<Self> {
        let max_number = settings.abandoned_request_max_number;
        let permits = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Arc::new(Self {
            timeout: settings.abandoned_request_timeout.map(Duration::from_secs),
            room: max_number.map(|number| Semaphore::new(permits(number))),
            max_number: max_number.unwrap_or_default(),
            under_way: watch::Sender::new(0),
            stopped: watch::Sender::new(false),
        })
    }

    /// Runs a request's work on a task of its own. Dropping this future does not end the work.
    pub(crate) async fn run(self: &Arc<Self>, request: RequestState, work: BoxFuture<'static, Response>) -> Response {
        if Handle::try_current().is_err() {
            // There is nobody to give a task to, and nothing of the server runs here.
            return work.await;
        }
        let (mut answer, awaited) = oneshot::channel();
        // Before the task starts, so that whoever waits for the last one never misses one.
        let under_way = UnderWay::begin(self);
        let task = {
            let request = request.clone();
            async move {
                let finished = tokio::select! {
                    biased;
                    response = work => Some(response),
                    why = under_way.0.outlived(&mut answer) => {
                        let uri = request.uri().path();
                        let method = request.method();
                        tracing::warn!(
                            target: "rjango.request",
                            "abandoned: {method} {uri}: {why}; it was cancelled, and its transactions roll back"
                        );
                        None
                    }
                };
                if let Some(response) = finished {
                    // Where the client has gone, nobody takes the answer.
                    let _ = answer.send(response);
                }
                drop(under_way);
            }
        };
        tokio::spawn(rjango_orm::carried(task).in_current_span());
        match awaited.await {
            Ok(response) => response,
            // The views' panics are caught further in: this one came from around them, or the server is ending.
            Err(_) => error_pages::ended(&request),
        }
    }

    /// Completes, with the reason, when a request must not run on: long after its client has gone, at once where too many run
    /// on already, or when the server ends.
    async fn outlived(&self, answer: &mut oneshot::Sender<Response>) -> String {
        let mut stopped = self.stopped.subscribe();
        let limit = async {
            answer.closed().await;
            let Ok(_place) = self.place() else {
                return format!(
                    "the client hung up, and {} abandoned requests run already (`ABANDONED_REQUEST_MAX_NUMBER`)",
                    self.max_number
                );
            };
            match self.timeout {
                Some(timeout) => tokio::time::sleep(timeout).await,
                None => std::future::pending().await,
            }
            let seconds = self.timeout.unwrap_or_default().as_secs();
            format!("the client hung up {seconds} s ago (`ABANDONED_REQUEST_TIMEOUT`)")
        };
        tokio::select! {
            why = limit => why,
            Ok(_) = stopped.wait_for(|stopped| *stopped) => "the server ends".to_owned(),
        }
    }

    fn place(&self) -> Result<Option<SemaphorePermit<'_>>, tokio::sync::TryAcquireError> {
        self.room.as_ref().map(Semaphore::try_acquire).transpose()
    }

    /// How many requests with an unsafe method are under way.
    pub(crate) fn under_way(&self) -> usize {
        *self.under_way.borrow()
    }

    /// Completes once none is under way.
    pub(crate) async fn finished(&self) {
        // The sender is here, so waiting cannot fail.
        let _ = self.under_way.subscribe().wait_for(|number| *number == 0).await;
    }

    /// Cancels those that are under way, and those that come.
    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
    }
}

/// Counts a request as under way until it is dropped, by whatever way its task ends.
struct UnderWay(Arc<Abandoned>);

impl UnderWay {
    fn begin(abandoned: &Arc<Abandoned>) -> Self {
        abandoned.under_way.send_modify(|number| *number += 1);
        Self(Arc::clone(abandoned))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|number| *number -= 1);
    }
}
