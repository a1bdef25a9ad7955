//! [`InDatabase`]: an instance's methods in a database that is named.

use std::borrow::Cow;

use crate::query::Path;
use crate::typed::Columns;
use crate::typed::FieldsOf;
use crate::typed::instance::{Using, delete, full_clean, refresh, save, save_new, validate_unique, write_existing};
use crate::{Model, Pending};

/// An instance together with the alias of a database: what [`crate::ModelInstance::using`] gives. Each method is that of
/// [`crate::ModelInstance`], with its errors; `ImproperlyConfigured` where the settings have no such database.
pub struct InDatabase<'a, M> {
    instance: &'a mut M,
    alias: Cow<'static, str>,
}

impl<'a, M: Model> InDatabase<'a, M> {
    pub(in crate::typed) fn new(instance: &'a mut M, alias: String) -> Self {
        Self { instance, alias: Cow::Owned(alias) }
    }

    fn parts(self) -> (&'a mut M, Using) {
        (self.instance, Some(self.alias))
    }

    /// As [`crate::ModelInstance::save`].
    pub fn save(self) -> Pending<'a, ()> {
        let (instance, using) = self.parts();
        Pending::new(save(instance, using))
    }

    /// As [`crate::ModelInstance::save_new`].
    pub fn save_new(self) -> Pending<'a, ()> {
        let (instance, using) = self.parts();
        Pending::new(save_new(instance, using))
    }

    /// As [`crate::ModelInstance::save_existing`].
    pub fn save_existing(self) -> Pending<'a, ()> {
        let (instance, using) = self.parts();
        Pending::new(write_existing(instance, None, using))
    }

    /// As [`crate::ModelInstance::save_fields`].
    pub fn save_fields<C: Columns<M>>(self, fields: impl FieldsOf<M, C>) -> Pending<'a, ()> {
        let (instance, using) = self.parts();
        let fields = fields(M::fields(Path::root())).names();
        Pending::new(write_existing(instance, Some(fields), using))
    }

    /// As [`crate::ModelInstance::delete`].
    pub fn delete(self) -> Pending<'static, u64> {
        let (instance, using) = self.parts();
        Pending::new(delete::<M>(instance.pk_value(), using))
    }

    /// As [`crate::ModelInstance::refresh_from_db`].
    pub fn refresh_from_db(self) -> Pending<'a, ()> {
        let (instance, using) = self.parts();
        Pending::new(refresh(instance, None, using))
    }

    /// As [`crate::ModelInstance::refresh_fields`].
    pub fn refresh_fields<C: Columns<M>>(self, fields: impl FieldsOf<M, C>) -> Pending<'a, ()> {
        let (instance, using) = self.parts();
        let fields = fields(M::fields(Path::root())).names();
        Pending::new(refresh(instance, Some(fields), using))
    }

    /// As [`crate::ModelInstance::validate_unique`].
    pub fn validate_unique(self) -> Pending<'static, ()> {
        let (instance, using) = self.parts();
        Pending::new(validate_unique::<M>(instance.values(), using))
    }

    /// As [`crate::ModelInstance::full_clean`].
    pub fn full_clean(self) -> Pending<'static, ()> {
        let (instance, using) = self.parts();
        Pending::new(full_clean::<M>(instance.values(), using))
    }
}

impl<M: Model> std::fmt::Debug for InDatabase<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InDatabase")
            .field("pk", &self.instance.pk_value())
            .field("alias", &self.alias)
            .finish_non_exhaustive()
    }
}
