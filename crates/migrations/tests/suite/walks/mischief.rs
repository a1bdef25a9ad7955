//! What happens to a project between its migrations: rows that do not fit, columns made by hand, files with other line ends.

use std::collections::BTreeMap;

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::executor::Executor;
use rjango_migrations::{Operation, RunSql};
use rjango_orm::Engine;
use rjango_schema::FieldKind;

use super::catalog::{catalog, columns, texts};
use super::generate::Generator;
use super::place::Place;
use super::values::quoted;
use super::world::{ByHand, LineEnds, Model, Spread, World};
use crate::project;

/// What stands in a column that was made by hand.
const MARK: &str = "by hand";

impl Generator {
    /// Says what happens before and after these models are reached.
    pub fn mischief(&mut self, before: &World, world: &mut World) {
        if self.random.percent(15) {
            let ends = [LineEnds::CrLf, LineEnds::ByteOrderMark, LineEnds::Both];
            world.line_ends = *self.random.pick(&ends).unwrap();
        }
        if self.random.percent(15) {
            let models: Vec<u32> = world.models.iter().map(|model| model.id).collect();
            let in_migration = self.random.percent(40);
            world.by_hand.extend(self.random.pick(&models).map(|model| ByHand { model: *model, in_migration }));
        }
        if self.random.percent(20) {
            world.detour = self.detour(before, world).map(Box::new);
        }
    }

    /// The models with one field that its values do not fit.
    fn detour(&mut self, before: &World, world: &World) -> Option<World> {
        let at = self.random.below(world.models.len());
        for _ in 0..12 {
            let mut detour = World { models: world.models.clone(), ..World::default() };
            let kind = self.kind();
            let model = detour.models.get_mut(at)?;
            let old = before.model(model.id).filter(|old| old.populated && old.label() == model.label())?;
            let count = model.fields.len();
            let field = &mut model.fields[self.random.below(count)];
            let Some(earlier) = old.field(field.id) else { continue };
            let is_plain = field.target.is_none() && !field.schema.primary_key && !earlier.schema.primary_key;
            let is_same = earlier.schema.name == field.schema.name && earlier.schema.kind == field.schema.kind;
            if !is_plain || !is_same || earlier.spread == Spread::Nulls || !misfits(&earlier.schema.kind, &kind) {
                continue;
            }
            field.schema.kind = kind;
            field.schema.default = None;
            let id = field.id;
            let covered = field.schema.unique || field.schema.db_index || model.covers(id);
            // A rename whose question would be put about other fields.
            model.renamed_from = None;
            if !covered {
                return Some(detour);
            }
        }
        None
    }
}

/// Whether there are rows with a value that does not fit.
pub fn has_misfit(before: &World, detour: &World) -> bool {
    let kept = detour.models.iter().filter_map(|model| Some((before.model(model.id)?, model)));
    kept.filter(|(old, _)| old.populated).any(|(old, model)| {
        let mut fields = model.fields.iter().filter_map(|field| Some((old.field(field.id)?, field)));
        fields.any(|(old, field)| misfits(&old.schema.kind, &field.schema.kind))
    })
}

/// Whether no value that the rows hold of one kind fits the other. See [`super::values`].
fn misfits(old: &FieldKind, new: &FieldKind) -> bool {
    use FieldKind as K;
    let number = |kind: &K| {
        let small = matches!(kind, K::SmallInteger | K::Integer | K::BigInteger);
        small || matches!(kind, K::PositiveSmallInteger | K::PositiveInteger | K::PositiveBigInteger)
    };
    let text = |kind: &K| {
        let short = matches!(kind, K::Char { .. } | K::Text | K::Slug { .. } | K::Email { .. } | K::Url { .. });
        short || matches!(kind, K::FilePath { .. } | K::File { .. })
    };
    let clock = |kind: &K| matches!(kind, K::Date { .. } | K::Time { .. } | K::DateTime { .. });
    let opaque = |kind: &K| matches!(kind, K::Uuid | K::Binary | K::IpAddress { .. });
    match old {
        // `it's "1"`, `1`, `true`, `1.5` or `1.25`, and so on.
        old if text(old) => !text(new) && !matches!(new, K::Binary),
        old if number(old) => clock(new) || opaque(new),
        K::Boolean => clock(new) || opaque(new) || matches!(new, K::Duration),
        K::Float | K::Decimal { .. } => {
            number(new) || clock(new) || opaque(new) || matches!(new, K::Boolean | K::Duration)
        }
        K::Date { .. } | K::Time { .. } => {
            number(new) || opaque(new) || matches!(new, K::Boolean | K::Float | K::Decimal { .. } | K::Duration)
        }
        K::DateTime { .. } => {
            number(new) || opaque(new) || matches!(new, K::Boolean | K::Float | K::Decimal { .. } | K::Duration)
        }
        K::Duration => clock(new) || opaque(new) || matches!(new, K::SmallInteger | K::Boolean | K::Float | K::Json),
        K::Uuid | K::Json => {
            let same = std::mem::discriminant(old) == std::mem::discriminant(new);
            !(same || text(new) || matches!(new, K::Json))
        }
        K::IpAddress { .. } => number(new) || clock(new) || matches!(new, K::Uuid | K::Boolean | K::Binary),
        K::Binary => number(new) || text(new) || clock(new) || matches!(new, K::Uuid | K::Json | K::Boolean),
        _ => false,
    }
}

/// Everything in a database: its tables and their rows.
pub async fn contents(place: &Place) -> Result<String> {
    let tables = catalog(&place.database).await?;
    Ok(format!("{tables}\n{}", project::rows(&place.database).await))
}

/// Runs the pending migrations, of which one must be refused with nothing changed. Whether that was the first.
///
/// # Errors
/// With what is wrong and how.
pub async fn must_be_refused(place: &Place) -> Result<bool, (&'static str, String)> {
    let broken = |error: Error| ("the database refuses", format!("{error:?}"));
    let graph = place.graph().map_err(broken)?;
    let executor = Executor::new(&place.database, &graph);
    let steps = executor.history().await.map_err(broken)?.plan(&graph, &rjango_migrations::executor::Target::All);
    for (number, step) in steps.iter().enumerate() {
        let before = contents(place).await.map_err(broken)?;
        let Err(error) = executor.run(std::slice::from_ref(step), false, &mut ()).await else { continue };
        let text = format!("{error:?}");
        if !text.contains("there are rows of `") || !text.contains("` (") {
            return Err(("what does not fit is refused in other words", text));
        }
        let after = contents(place).await.map_err(broken)?;
        if before != after {
            return Err(("what is refused has changed something", format!("{text}\n{before}\n{after}")));
        }
        return Ok(number == 0);
    }
    Err(("rows that do not fit are taken", String::new()))
}

/// The columns that were made by hand and are there, by their models.
#[derive(Debug, Default)]
pub struct Hands(BTreeMap<u32, String>);

impl Hands {
    pub fn are_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes a column and fills it.
    pub async fn make(&mut self, place: &Place, world: &World, by_hand: ByHand) -> Result<()> {
        let Some(model) = world.model(by_hand.model).filter(|model| !self.0.contains_key(&model.id)) else {
            return Ok(());
        };
        let name = format!("hand_{}", model.id);
        let (table, column) = (world.schema(model).table(), quoted(&name, place.engine));
        let table = quoted(&table, place.engine);
        let sql = format!("ALTER TABLE {table} ADD COLUMN {column} varchar(20) NULL;");
        if by_hand.in_migration {
            let sql = RunSql {
                sql: sql.as_str().into(),
                reverse_sql: Some("".into()),
                state_operations: Vec::new(),
                elidable: false,
            };
            place.make_own(model.app, Operation::RunSql(sql))?;
            place.migrate(&place.graph()?, &rjango_migrations::executor::Target::All).await?;
        } else {
            place.database.execute_script(&sql).await?;
        }
        place.database.execute_script(&format!("UPDATE {table} SET {column} = '{MARK}';")).await?;
        self.0.insert(model.id, name);
        Ok(())
    }

    /// Runs migrations. Where one is refused for a column that would be lost, nothing may have changed; then the column is
    /// dropped by hand, as the message says, and it goes on.
    pub async fn keep(&mut self, place: &Place, go: impl AsyncFn() -> Result<()>) -> Result<()> {
        loop {
            let (before, applied) = match self.0.is_empty() {
                true => (String::new(), 0),
                false => (contents(place).await?, place.applied().await?),
            };
            let Err(error) = go().await else { return Ok(()) };
            let text = format!("{error:?}");
            let named = |(_, name): &(&u32, &String)| text.contains(name.as_str());
            let Some((model, name)) = self.0.iter().find(named).map(|(model, name)| (*model, name.clone())) else {
                return Err(error);
            };
            if !text.contains("no migration knows") || place.engine != Engine::Sqlite {
                return Err(error);
            }
            if applied == place.applied().await? && before != contents(place).await? {
                let text = format!("a refused migration has changed something: {error:?}");
                return Err(Error::new(ErrorKind::Migration, text));
            }
            self.drop_column(place, &name).await?;
            self.0.remove(&model);
        }
    }

    /// That every column is there whose table is, with what was in it where the rows are; then they go.
    pub async fn look(&mut self, place: &Place, world: &World, emptied: bool) -> Result<Option<String>> {
        for (model, name) in std::mem::take(&mut self.0) {
            let Some(model) = world.model(model) else { continue };
            let Some(table) = self.table_of(place, &name).await? else {
                return Ok(Some(format!("the column `{name}` of {} is gone", model.label())));
            };
            let (table, column) = (quoted(&table, place.engine), quoted(&name, place.engine));
            let sql = format!("SELECT {column} FROM {table}");
            let held = texts(&place.database, &sql, 1).await?;
            let marked = held.iter().filter(|row| row[0].as_deref() == Some(MARK)).count();
            let expected = |model: &Model| if model.populated && !emptied { super::values::ROWS.len() } else { 0 };
            if marked < expected(model) {
                return Ok(Some(format!("the column `{name}` of {} holds {held:?}", model.label())));
            }
            self.drop_column(place, &name).await?;
        }
        Ok(None)
    }

    async fn table_of(&self, place: &Place, name: &str) -> Result<Option<String>> {
        let columns = columns(&place.database).await?;
        Ok(columns.into_iter().find(|(_, column)| column == name).map(|(table, _)| table))
    }

    async fn drop_column(&self, place: &Place, name: &str) -> Result<()> {
        let Some(table) = self.table_of(place, name).await? else { return Ok(()) };
        let (table, column) = (quoted(&table, place.engine), quoted(name, place.engine));
        place.database.execute_script(&format!("ALTER TABLE {table} DROP COLUMN {column};")).await
    }
}
