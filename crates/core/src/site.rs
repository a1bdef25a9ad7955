//! One site: its settings and the typed parts that the other crates put into it.
//!
//! There is no global. A site is ambient inside [`Site::scope`] and [`Site::enter`], so two sites, and with them
//! tests, run side by side in one process.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Error, Result, Settings};

tokio::task_local! {
    static CURRENT: Arc<Site>;
}

/// A site: settings, and one value of each type that a crate registers (databases, models, URLs, templates, ...).
pub struct Site {
    settings: Settings,
    parts: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    late: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Site {
    /// A site with these settings and no parts yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, parts: HashMap::new(), late: Mutex::default() }
    }

    /// Adds a part, replacing an earlier one of the same type.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, part: T) -> Self {
        self.insert(part);
        self
    }

    /// Adds a part, replacing an earlier one of the same type.
    pub fn insert<T: Any + Send + Sync>(&mut self, part: T) {
        self.parts.insert(TypeId::of::<T>(), Box::new(part));
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The part of this type.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.parts.get(&TypeId::of::<T>()).and_then(|part| part.downcast_ref())
    }

    /// The part of this type, or an error that says which part the site lacks.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the site was built without the part.
    pub fn require<T: Any + Send + Sync>(&self) -> Result<&T> {
        self.get()
            .ok_or_else(|| Error::improperly_configured(format!("the site has no `{}`", std::any::type_name::<T>())))
    }

    /// The part of this type that is made when it is first asked for, and then lives as long as the site: a cache, a pool of
    /// threads. It is not one of [`Site::get`].
    pub fn late<T: Any + Send + Sync>(&self, make: impl FnOnce(&Self) -> T) -> Arc<T> {
        let cells = || self.late.lock().unwrap_or_else(PoisonError::into_inner);
        let known = cells().get(&TypeId::of::<T>()).map(Arc::clone);
        let part = known.unwrap_or_else(|| {
            // Outside of the lock: it may ask for another part. Of two at once the first one stays.
            let made: Arc<dyn Any + Send + Sync> = Arc::new(make(self));
            Arc::clone(cells().entry(TypeId::of::<T>()).or_insert(made))
        });
        part.downcast().unwrap_or_else(|_| unreachable!("a part is kept under its own type"))
    }

    /// The ambient site.
    ///
    /// # Errors
    /// `ImproperlyConfigured` outside of a site: nothing entered one on this task or thread.
    pub fn current() -> Result<Arc<Self>> {
        CURRENT.try_with(Arc::clone).map_err(|_| {
            Error::improperly_configured("there is no current site here").with_hint(
                "run this inside a view, a command or a test client, or enter a site with `Site::scope`; \
                 `tokio::spawn` leaves the site behind, unless the future goes through `rjango::db::carried`",
            )
        })
    }

    /// Runs a future inside this site.
    pub async fn scope<F: Future>(self: Arc<Self>, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// Runs a closure inside this site.
    pub fn enter<T>(self: &Arc<Self>, closure: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(Arc::clone(self), closure)
    }
}
