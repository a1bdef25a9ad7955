//! Writing: new rows, updates and deletions by a query set.

use rjango_core::Result;

use crate::query::{Assignment, Expression, Query};
use crate::typed::AssignmentsOf;
use crate::typed::writing::assigned::{Assigned, apply, assignments, condition};
use crate::{Model, Pending, Q, QuerySet, execute};

impl<M: Model> QuerySet<M> {
    /// Inserts a row and gives it back with its primary key. Times that set themselves are set.
    ///
    /// # Errors
    /// `Integrity` where a constraint refuses, `Validation` where a required relation is not set.
    pub fn create(self, instance: M) -> Pending<'static, M> {
        Pending::new(async move { self.insert_one(instance).await })
    }

    /// Inserts the row, and relates it where the query set is one of a many-to-many relation's.
    async fn insert_one(self, instance: M) -> Result<M> {
        let Some(relates) = self.relates.clone() else { return self.insert_row(instance).await };
        let database = execute::write_database(&self.query.model, self.query.using.as_deref())?;
        database
            .atomic(async || {
                let instance = self.clone().insert_row(instance).await?;
                let using = self.query.using.clone();
                relates.relate(M::entry(), instance.pk_value(), using).await?;
                Ok(instance)
            })
            .await
    }

    async fn insert_row(self, mut instance: M) -> Result<M> {
        let query = self.preset(&mut instance)?;
        crate::typed::instance::save_new(&mut instance, query.using).await?;
        Ok(instance)
    }

    /// Gives a new row what the query set says of all of its rows.
    pub(in crate::typed) fn preset(self, instance: &mut M) -> Result<Query> {
        let presets = self
            .presets
            .iter()
            .map(|(field, value)| Assignment { field: (*field).into(), value: Expression::Value(value.clone()) });
        apply(instance, presets.collect())?;
        self.checked()
    }

    /// The row with these values, created where there is none; and whether it was created.
    ///
    /// # Errors
    /// `MultipleObjectsReturned` where several rows have the values; else as [`QuerySet::create`].
    pub fn get_or_create<A: IntoIterator<Item = Assigned<M>>>(
        self,
        values: impl AssignmentsOf<M, A>,
    ) -> Pending<'static, (M, bool)> {
        let values = assignments::<M, A>(values);
        Pending::new(async move { self.find_or_insert(values?, Vec::new()).await })
    }

    /// As [`QuerySet::get_or_create`], with values that only a new row gets.
    ///
    /// # Errors
    /// As [`QuerySet::get_or_create`].
    pub fn get_or_create_with<A: IntoIterator<Item = Assigned<M>>, D: IntoIterator<Item = Assigned<M>>>(
        self,
        values: impl AssignmentsOf<M, A>,
        defaults: impl AssignmentsOf<M, D>,
    ) -> Pending<'static, (M, bool)> {
        let (values, defaults) = (assignments::<M, A>(values), assignments::<M, D>(defaults));
        Pending::new(async move { self.find_or_insert(values?, defaults?).await })
    }

    async fn find_or_insert(self, values: Vec<Assignment>, defaults: Vec<Assignment>) -> Result<(M, bool)> {
        let mut find = self.clone().filter_by(Q::from_condition(condition(&values)));
        find.query.for_write = true;
        match find.clone().one().await {
            Err(error) if error.is_does_not_exist() => {}
            found => return found.map(|row| (row, false)),
        }
        let mut instance = M::default();
        apply(&mut instance, values)?;
        apply(&mut instance, defaults)?;
        let database = execute::write_database(&self.query.model, self.query.using.as_deref())?;
        match database.atomic(async || self.insert_one(instance).await).await {
            Ok(instance) => Ok((instance, true)),
            // Another writer was faster.
            Err(error) if error.is_integrity() => match find.one().await {
                Ok(row) => Ok((row, false)),
                Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The row with the values of `lookup`, changed to those of `values`; created where there is none, and then with
    /// both. And whether it was created.
    ///
    /// # Errors
    /// As [`QuerySet::get_or_create`].
    pub fn update_or_create<L: IntoIterator<Item = Assigned<M>>, A: IntoIterator<Item = Assigned<M>>>(
        self,
        lookup: impl AssignmentsOf<M, L>,
        values: impl AssignmentsOf<M, A>,
    ) -> Pending<'static, (M, bool)> {
        let (lookup, values) = (assignments::<M, L>(lookup), assignments::<M, A>(values));
        Pending::new(async move {
            let (lookup, values) = (lookup?, values?);
            let database = execute::write_database(&self.query.model, self.query.using.as_deref())?;
            database
                .atomic(async || {
                    let rows = self.clone().select_for_update();
                    let (mut row, created) = rows.find_or_insert(lookup, values.clone()).await?;
                    if !created {
                        apply(&mut row, values)?;
                        crate::typed::instance::save(&mut row, self.query.using.clone()).await?;
                    }
                    Ok((row, created))
                })
                .await
        })
    }

    /// Sets fields of every row by one statement, and gives the number of rows that matched:
    /// `.update(set!(price = F(price) + dec!(0.50)))`.
    ///
    /// # Errors
    /// `Integrity` where a constraint refuses; `Other` on a slice.
    pub fn update<A: IntoIterator<Item = Assigned<M>>>(
        self,
        values: impl AssignmentsOf<M, A>,
    ) -> Pending<'static, u64> {
        let values = assignments::<M, A>(values);
        Pending::new(async move {
            let (query, values) = (self.checked()?, values?);
            if values.is_empty() {
                return Ok(0);
            }
            execute::update(&query, &values).await
        })
    }

    /// Deletes every row and what their relations' `on_delete` says, and gives the number of rows deleted, related
    /// ones included.
    ///
    /// # Errors
    /// `Integrity` where a relation protects a row; `Other` on a slice.
    pub fn delete(self) -> Pending<'static, u64> {
        Pending::new(async move {
            let query = self.checked()?;
            Ok(execute::delete(&query).await?.total)
        })
    }
}
