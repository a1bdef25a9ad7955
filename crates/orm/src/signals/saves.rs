//! `pre_save` and `post_save`.

use rjango_core::Result;

use super::receiver::{receivers, tell};
use super::{Event, Saved, Saving, Signal};
use crate::relations::AnyModel;
use crate::{ModelEntry, Value};

/// The signals around one save; nothing where nobody hears them.
pub(crate) struct Saves(Option<Saving>);

impl Saves {
    /// Around a save of an instance of this model, of these fields alone where they are named.
    pub(crate) fn of(model: &'static ModelEntry, using: Option<&str>, only: Option<&[String]>) -> Self {
        let silent = [Signal::PreSave, Signal::PostSave].iter().all(|signal| receivers(*signal, model).is_empty());
        Self((!silent).then(|| Saving {
            update_fields: only.map(<[String]>::to_vec),
            using: using.unwrap_or("default").to_owned(),
        }))
    }

    /// Tells that the instance is about to be saved; receivers may change it.
    pub(crate) async fn before(&self, instance: &mut (dyn AnyModel + 'static)) -> Result<()> {
        match &self.0 {
            Some(saving) => tell(Signal::PreSave, instance, &Event::Saving(saving.clone())).await,
            None => Ok(()),
        }
    }

    /// Tells that the instance was saved.
    pub(crate) async fn after(self, instance: &mut (dyn AnyModel + 'static), created: bool) -> Result<()> {
        match self.0 {
            Some(Saving { update_fields, using }) => {
                tell(Signal::PostSave, instance, &Event::Saved(Saved { created, update_fields, using })).await
            }
            None => Ok(()),
        }
    }

    /// As [`Saves::before`], for an instance that is known by its values.
    pub(crate) async fn before_values(&self, model: &'static ModelEntry, values: &mut Vec<Value>) -> Result<()> {
        let Some(receiver) = self.0.as_ref().and_then(|_| receivers(Signal::PreSave, model).first()) else {
            return Ok(());
        };
        let mut instance = (receiver.make)(values.clone())?;
        self.before(&mut *instance).await?;
        *values = instance.all_slots().into_iter().filter(|slot| slot.is_concrete()).map(|slot| slot.value()).collect();
        Ok(())
    }

    /// As [`Saves::after`], for an instance that is known by its values.
    pub(crate) async fn after_values(self, model: &'static ModelEntry, values: &[Value], created: bool) -> Result<()> {
        let Some(receiver) = self.0.as_ref().and_then(|_| receivers(Signal::PostSave, model).first()) else {
            return Ok(());
        };
        let mut instance = (receiver.make)(values.to_vec())?;
        self.after(&mut *instance, created).await
    }
}
