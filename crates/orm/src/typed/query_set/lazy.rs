//! A query set in a template's context: lazy, as in Django.

use std::sync::Arc;

use rjango_core::Result;
use rjango_templates::Value;

use crate::dynamic::{Instance, Objects};
use crate::objects::{QuerySetObject, Reader};
use crate::query::Query;
use crate::{Model, QuerySet};

impl<M: Model> QuerySet<M> {
    /// The query set as a value that reads its rows when a page first needs them.
    ///
    /// # Errors
    /// Why the query cannot run.
    pub(crate) fn lazy(&self) -> Result<Value> {
        let query = self.clone().checked()?;
        let objects = Objects::of(crate::model::meta_of(M::entry())).with_query(query);
        // Rows by name are the same rows, but for what is prefetched.
        let reader = (!self.prefetch.is_empty()).then(|| {
            let set = self.clone();
            Arc::new(move |query: Query| {
                let mut set = set.clone();
                set.query = query;
                Box::pin(async move {
                    let alias = set.query.using.clone();
                    let rows = set.await?;
                    Ok(rows.iter().map(|row| Instance::of(row).with_all_using(alias.as_ref())).collect())
                }) as rjango_templates::BoxFuture<'static, Result<Vec<Instance>>>
            }) as Reader
        });
        Ok(Value::object(QuerySetObject::new(objects, reader)))
    }
}
