//! What `#[receiver(..)]` registers, and who hears what of which model.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use rjango_core::{Error, ErrorKind, Result};

use super::{Deletion, RelationChange, Saved, Saving};
use crate::relations::AnyModel;
use crate::{Model, ModelEntry, Value};

/// What a receiver can hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// An instance is about to be saved.
    PreSave,
    /// An instance was saved.
    PostSave,
    /// A row is about to be deleted.
    PreDelete,
    /// A row was deleted.
    PostDelete,
    /// A many-to-many field changes.
    M2mChanged,
}

/// What happened, beside the instance that it happened to.
#[derive(Debug)]
pub enum Event {
    /// Of `pre_save`.
    Saving(Saving),
    /// Of `post_save`.
    Saved(Saved),
    /// Of `pre_delete` and `post_delete`.
    Deletion(Deletion),
    /// Of `m2m_changed`.
    Change(RelationChange),
}

macro_rules! event {
    ($($(#[$doc:meta])* $method:ident: $variant:ident;)*) => {
        impl Event {
            $($(#[$doc])*
            ///
            /// # Errors
            /// `Other` for another signal's event, which the library never hands over.
            pub fn $method(&self) -> Result<&$variant> {
                match self {
                    Self::$variant(event) => Ok(event),
                    _ => Err(mistaken()),
                }
            })*
        }
    };
}

event! {
    /// What `pre_save` tells.
    saving: Saving;
    /// What `post_save` tells.
    saved: Saved;
    /// What `pre_delete` and `post_delete` tell.
    deletion: Deletion;
}

impl Event {
    /// What `m2m_changed` tells.
    ///
    /// # Errors
    /// `Other` for another signal's event, which the library never hands over.
    pub fn change(&self) -> Result<&RelationChange> {
        match self {
            Self::Change(event) => Ok(event),
            _ => Err(mistaken()),
        }
    }
}

type Heard<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// A function with `#[receiver(..)]`, as the attribute registers it.
pub struct Receiver {
    /// What it hears.
    pub signal: Signal,
    /// Its path, by which receivers of one signal are ordered.
    pub path: &'static str,
    /// The model whose instances it hears of.
    pub sender: fn() -> &'static ModelEntry,
    /// Makes an instance of that model from the values of its concrete fields.
    pub make: fn(Vec<Value>) -> Result<Box<dyn AnyModel>>,
    /// Calls the function.
    pub run: for<'a> fn(&'a mut (dyn AnyModel + 'static), &'a Event) -> Heard<'a>,
}

inventory::collect!(Receiver);

/// The receivers of a signal and a model. Entries are statics, so that their addresses tell models apart.
pub(super) fn receivers(signal: Signal, model: &'static ModelEntry) -> &'static [&'static Receiver] {
    static KNOWN: OnceLock<HashMap<(Signal, usize), Vec<&'static Receiver>>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let mut known: HashMap<(Signal, usize), Vec<&'static Receiver>> = HashMap::new();
        for receiver in inventory::iter::<Receiver> {
            known.entry((receiver.signal, address((receiver.sender)()))).or_default().push(receiver);
        }
        for receivers in known.values_mut() {
            receivers.sort_by_key(|receiver| receiver.path);
        }
        known
    });
    known.get(&(signal, address(model))).map(Vec::as_slice).unwrap_or_default()
}

fn address(model: &'static ModelEntry) -> usize {
    std::ptr::from_ref(model).addr()
}

/// Tells the receivers of the instance's model, one after the other; the first error stops them.
pub(super) async fn tell(signal: Signal, instance: &mut (dyn AnyModel + 'static), event: &Event) -> Result<()> {
    for receiver in receivers(signal, instance.model_entry()) {
        (receiver.run)(&mut *instance, event).await?;
    }
    Ok(())
}

/// An instance from the values of its model's concrete fields, for [`Receiver::make`].
///
/// # Errors
/// `Validation` where a value does not fit its field.
pub fn instance<M: Model>(values: Vec<Value>) -> Result<Box<dyn AnyModel>> {
    Ok(Box::new(crate::typed::instance::<M>(&mut values.into_iter())?))
}

/// The instance as the receiver's own model.
///
/// # Errors
/// `Other` for an instance of another model, which the library never hands over.
pub fn sent<'a, M: Model>(instance: &'a mut (dyn AnyModel + 'static)) -> Result<&'a mut M> {
    let instance: &mut (dyn Any + 'static) = instance;
    instance.downcast_mut().ok_or_else(mistaken)
}

#[cold]
fn mistaken() -> Error {
    Error::new(ErrorKind::Other, "a receiver was told of a model or a signal that is not its own")
}
