//! `m2m_changed`.
//!
//! DIFFERENCE: Django hands a receiver the instance at whichever end the change was asked for. Here a receiver has a
//! type, so it always gets the instance that has the field; a change from the other end tells it of each such instance.

use std::borrow::Cow;

use rjango_core::Result;

use super::receiver::{receivers, tell};
use super::{Action, Event, RelationChange, Signal};
use crate::query::Query;
use crate::relations::AnyModel;
use crate::sql::{Columns, is_in};
use crate::{ModelEntry, Value, execute};

/// How many keys one statement lists at most: below every engine's limit of parameters.
const KEYS: usize = 900;

/// A change of a many-to-many field; nothing where nobody hears of it.
pub(crate) struct Change {
    instances: Vec<Box<dyn AnyModel>>,
    event: RelationChange,
}

impl Change {
    /// Whether anybody hears of changes of this model's fields.
    pub(crate) fn is_heard(model: Option<&'static ModelEntry>) -> bool {
        model.is_some_and(|model| !receivers(Signal::M2mChanged, model).is_empty())
    }

    /// A change of the field `field` of the rows `pks` of a model. Reads them where somebody hears of it.
    pub(crate) async fn of(
        model: Option<&'static ModelEntry>,
        field: &str,
        pks: &[Value],
        reverse: bool,
        using: Option<&Cow<'static, str>>,
    ) -> Result<Self> {
        let mut instances = Vec::new();
        let receiver = model.and_then(|model| Some((model, receivers(Signal::M2mChanged, model).first()?)));
        if let Some((model, receiver)) = receiver {
            for pks in pks.chunks(KEYS) {
                let mut query = Query::new((model.label)());
                query.default_ordering = false;
                query.using = using.cloned();
                query.filters.push(is_in("pk", pks.iter().cloned()));
                for row in execute::fetch(&query, Columns::Model).await? {
                    instances.push((receiver.make)(row)?);
                }
            }
        }
        let using = using.map_or("default", AsRef::as_ref).to_owned();
        let event = RelationChange { action: Action::PreAdd, field: field.to_owned(), reverse, keys: None, using };
        Ok(Self { instances, event })
    }

    /// Tells of an action and the keys at the other end that it is about.
    pub(crate) async fn tell(&mut self, action: Action, keys: Option<&[Value]>) -> Result<()> {
        for instance in &mut self.instances {
            let event = RelationChange { action, keys: keys.map(<[Value]>::to_vec), ..self.event.clone() };
            tell(Signal::M2mChanged, &mut **instance, &Event::Change(event)).await?;
        }
        Ok(())
    }
}
