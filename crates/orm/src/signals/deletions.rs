//! `pre_delete` and `post_delete`.

use rjango_core::Result;

use super::receiver::{receivers, tell};
use super::{Deletion, Event, Signal};
use crate::model::ModelMeta;
use crate::relations::AnyModel;
use crate::{ModelEntry, Value};

/// Whether anybody hears of deletions of this model's rows, so that they must be read first.
pub(crate) fn hears_deletions(meta: &ModelMeta) -> bool {
    meta.entry.is_some_and(|model| maker(model).is_some())
}

type Make = fn(Vec<Value>) -> Result<Box<dyn AnyModel>>;

fn maker(model: &'static ModelEntry) -> Option<Make> {
    [Signal::PreDelete, Signal::PostDelete].iter().find_map(|signal| Some(receivers(*signal, model).first()?.make))
}

/// Rows of one model that are being deleted, as instances.
pub(crate) struct Doomed {
    instances: Vec<Box<dyn AnyModel>>,
    event: Event,
}

impl Doomed {
    /// The instances of these rows; none where nobody hears of them.
    pub(crate) fn of(meta: &ModelMeta, rows: Vec<Vec<Value>>, using: &str) -> Result<Self> {
        let instances = match meta.entry.and_then(maker) {
            Some(make) => rows.into_iter().map(make).collect::<Result<_>>()?,
            None => Vec::new(),
        };
        Ok(Self { instances, event: Event::Deletion(Deletion { using: using.to_owned() }) })
    }

    /// Tells that the rows are about to be deleted.
    pub(crate) async fn before(&mut self) -> Result<()> {
        self.tell(Signal::PreDelete).await
    }

    /// Tells that the rows were deleted.
    pub(crate) async fn after(&mut self) -> Result<()> {
        self.tell(Signal::PostDelete).await
    }

    async fn tell(&mut self, signal: Signal) -> Result<()> {
        for instance in &mut self.instances {
            tell(signal, &mut **instance, &self.event).await?;
        }
        Ok(())
    }
}
