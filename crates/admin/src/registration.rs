//! Which models the admin has: what `register!` leaves for [`crate::site`] to find.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rjango_core::Result;
use rjango_http::reverse;
use rjango_orm::{Model, ModelEntry, Value};
use rjango_schema::{ModelSchema, UserSchema};

use crate::options::Options;

/// A model in the admin; `register!` submits one.
pub struct Registration {
    entry: fn() -> &'static ModelEntry,
    make: fn() -> Options,
    initial: fn() -> Vec<Value>,
    options: OnceLock<Options>,
    /// The file of the `register!`.
    pub file: &'static str,
    /// Its line.
    pub line: u32,
}

inventory::collect!(&'static Registration);

impl Registration {
    /// The registration of a model, made at this place.
    pub const fn of<M: Model>(make: fn() -> Options, file: &'static str, line: u32) -> Self {
        Self { entry: M::entry, make, initial: initial::<M>, options: OnceLock::new(), file, line }
    }

    /// The compiled model.
    pub fn entry(&self) -> &'static ModelEntry {
        (self.entry)()
    }

    /// The model's description.
    pub fn schema(&self) -> &'static Arc<ModelSchema> {
        self.entry().schema()
    }

    /// How the model is shown.
    pub fn options(&self) -> &Options {
        self.options.get_or_init(self.make)
    }

    /// What `#[model(user)]` says, where the rows are users: their forms are about passwords too.
    pub(crate) fn user(&self) -> Option<&'static UserSchema> {
        self.schema().user.as_ref()
    }

    /// The concrete values of a new instance, defaults that are functions included.
    pub(crate) fn initial(&self) -> Vec<Value> {
        (self.initial)()
    }

    /// The name of one of the model's routes: `admin:shop_product_changelist`.
    pub(crate) fn route(&self, page: &str) -> String {
        let schema = self.schema();
        format!("admin:{}_{}_{page}", schema.app, schema.model_name())
    }

    /// The URL of the model's list or of its form for a new row.
    pub(crate) fn url(&self, page: &str) -> Result<String> {
        reverse(&self.route(page), ())
    }

    /// Every registration, by app and model. A model that is registered twice counts once; a check tells.
    pub fn all() -> Vec<&'static Self> {
        let mut all: Vec<&'static Self> = inventory::iter::<&'static Self>.into_iter().copied().collect();
        all.sort_by_key(|registration| (registration.schema().label(), registration.file, registration.line));
        let mut seen = BTreeSet::new();
        all.retain(|registration| seen.insert(registration.schema().label()));
        all
    }

    /// The registration of the model of this label.
    pub fn find(label: &str) -> Option<&'static Self> {
        Self::all().into_iter().find(|registration| registration.schema().label() == label)
    }
}

fn initial<M: Model>() -> Vec<Value> {
    M::default().values()
}

/// Puts a model into the admin: `register!(Product);`, or with options
/// `register!(Product, ModelAdmin::new().list_display(f!(name, price)));`.
///
/// Inside the second argument `ModelAdmin` is the one of the model, so that closures know their fields.
#[macro_export]
macro_rules! register {
    ($model:ty $(,)?) => {
        $crate::register!($model, ModelAdmin::new());
    };
    ($model:ty, $admin:expr $(,)?) => {
        const _: () = {
            fn options() -> $crate::Options {
                type ModelAdmin = $crate::ModelAdmin<$model>;
                let admin: ModelAdmin = $admin;
                admin.into_options()
            }
            static REGISTRATION: $crate::Registration =
                $crate::Registration::of::<$model>(options, ::core::file!(), ::core::line!());
            $crate::__private::inventory::submit! { &REGISTRATION }
        };
    };
}
