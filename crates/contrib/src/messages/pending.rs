//! The messages of one request: those that came with it and those that it adds.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rjango_core::{Result, Settings};
use rjango_http::{RequestState, Response};
use tokio::sync::OnceCell;

use super::storage::{Found, Storage};
use super::{Level, Message};

/// What the middleware puts on a request.
pub(super) struct Pending {
    storage: Storage,
    level: Level,
    found: OnceCell<Found>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    added: Vec<Message>,
    /// Whether there is anything new for the next page.
    is_changed: bool,
    /// Whether a page has shown the messages, so that they need not wait any longer.
    is_read: bool,
    /// How many of the added messages a page has shown.
    shown: usize,
}

impl Pending {
    pub(super) fn new(storage: Storage, settings: &Settings) -> Self {
        let level = Level(i64::try_from(settings.message_level).unwrap_or(i64::MAX));
        Self { storage, level, found: OnceCell::new(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message, unless it says nothing or matters less than MESSAGE_LEVEL.
    pub(super) fn add(&self, message: Message) {
        if message.message.is_empty() || message.level < self.level {
            return;
        }
        let mut state = self.state();
        state.added.push(message);
        state.is_changed = true;
    }

    /// Reads what came with the request, once.
    pub(super) async fn load(&self, request: &RequestState) -> Result<()> {
        self.found.get_or_try_init(|| self.storage.load(request)).await.map(|_| ())
    }

    /// How many messages there are, shown or not.
    pub(super) fn count(&self) -> usize {
        self.found.get().map_or(0, |found| found.messages.len()) + self.state().added.len()
    }

    /// Whether there is such a message, shown or not.
    pub(super) fn holds(&self, message: &Message) -> bool {
        self.found.get().is_some_and(|found| found.messages.contains(message)) || self.state().added.contains(message)
    }

    /// All messages; they will not be shown again.
    pub(super) fn read(&self) -> Vec<Message> {
        let mut state = self.state();
        state.is_read = true;
        state.shown = state.added.len();
        let found = self.found.get().map_or(&[][..], |found| &found.messages);
        found.iter().chain(&state.added).cloned().collect()
    }

    /// Lets what is yet to be shown wait for the next page.
    pub(super) async fn store(&self, request: &RequestState, response: &mut Response) -> Result<()> {
        let (is_read, waiting) = {
            let state = self.state();
            if !state.is_read && !state.is_changed {
                return Ok(());
            }
            (state.is_read, state.added[state.shown..].to_vec())
        };
        self.load(request).await?;
        let Some(found) = self.found.get() else { return Ok(()) };
        let earlier = if is_read { &[][..] } else { &found.messages };
        let waiting: Vec<Message> = earlier.iter().cloned().chain(waiting).collect();
        self.storage.store(&waiting, found, request, response).await
    }
}
