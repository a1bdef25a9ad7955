//! What `#[methods]` registers: the methods of a model that templates, admin columns and the shell may call.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rjango_core::{Error, Result};
use rjango_templates::{BoxFuture, Value, from_serialize};
use serde::Serialize;

use crate::dynamic::Instance;
use crate::{ModelEntry, ModelMeta};

/// The methods of one `#[methods] impl`.
pub struct Methods {
    /// The model.
    pub model: fn() -> &'static ModelEntry,
    /// Its methods, in the order of the source.
    pub methods: &'static [Method],
}

inventory::collect!(Methods);

/// One method, as the attribute registers it.
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub call: MethodCall,
}

/// How a method of a model is called.
#[derive(Clone, Copy)]
pub enum MethodCall {
    /// At once.
    Now(fn(&Instance) -> Result<Value>),
    /// It must be waited for.
    Later(fn(Arc<Instance>) -> BoxFuture<'static, Result<Value>>),
    /// It takes arguments beside `self`.
    NeedsArguments,
    /// It changes the instance or rows of the database.
    ChangesRows,
    /// It is not compiled into this program: the toolchain knows its name from the source.
    Elsewhere,
}

impl fmt::Debug for MethodCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Now(_) => "Now",
            Self::Later(_) => "Later",
            Self::NeedsArguments => "NeedsArguments",
            Self::ChangesRows => "ChangesRows",
            Self::Elsewhere => "Elsewhere",
        })
    }
}

/// A method of a model, as a site's registry of models knows it.
#[derive(Debug, Clone)]
pub struct ModelMethod {
    /// Its name.
    pub name: Cow<'static, str>,
    /// How it is called.
    pub call: MethodCall,
}

impl ModelMethod {
    /// The methods that are compiled in for a model, by name.
    pub(crate) fn of(model: &'static ModelEntry) -> Vec<Self> {
        let own = inventory::iter::<Methods>.into_iter().filter(|methods| std::ptr::eq((methods.model)(), model));
        let mut methods: Vec<Self> = own
            .flat_map(|methods| methods.methods)
            .map(|method| Self { name: Cow::Borrowed(method.name), call: method.call })
            .collect();
        methods.sort_by(|left, right| left.name.cmp(&right.name));
        methods
    }
}

impl ModelMeta {
    /// The method of this name that `#[methods]` registers.
    pub fn method(&self, name: &str) -> Option<&ModelMethod> {
        self.methods.iter().find(|method| method.name == name)
    }
}

/// What a method gave, on its way to a value. For the macro alone.
pub struct Answer<T>(pub T);

impl<T, E> Answer<std::result::Result<T, E>> {
    /// The value, or the method's own error.
    ///
    /// # Errors
    /// The method's; `Template` where the value does not serialize.
    pub fn into_value(self) -> Result<Value>
    where
        T: Serialize,
        E: Into<Error>,
    {
        from_serialize(&self.0.map_err(Into::into)?)
    }
}

/// The answer of a method that cannot fail. [`Answer::into_value`] of a `Result` goes before it.
pub trait AnswerValue {
    /// What the method gave.
    type Given;

    /// The value.
    ///
    /// # Errors
    /// `Template` where the value does not serialize.
    fn into_value(self) -> Result<Value>
    where
        Self::Given: Serialize;
}

impl<T> AnswerValue for Answer<T> {
    type Given = T;

    fn into_value(self) -> Result<Value>
    where
        T: Serialize,
    {
        from_serialize(&self.0)
    }
}
