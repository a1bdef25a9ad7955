//! One walk on one database: forwards from models to models, then all the way back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use rjango_core::Result;
use rjango_migrations::autodetector::{Answer, NonInteractive, Question, Questioner, changes};
use rjango_migrations::executor::Target;
use rjango_migrations::{Graph, MigrationKey};
use rjango_orm::Engine;

use super::catalog::{catalog, table_names};
use super::keys::remade;
use super::mischief::{Hands, must_be_refused};
use super::place::Place;
use super::rows::{Held, Told, lost, read};
use super::values::{self, NULLS, quoted};
use super::world::{Field, Model, World};

/// What a walk found.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The moment whose models were to be reached.
    pub step: usize,
    /// Whether it happened on the way back.
    pub back: bool,
    /// What went wrong, in a few words that a shrunk walk must share.
    pub what: &'static str,
    pub detail: String,
    /// The migrations of the step.
    pub sql: String,
}

struct Moment {
    catalog: String,
    leaves: BTreeMap<String, MigrationKey>,
    sql: String,
}

/// Walks, and says what went wrong.
pub async fn run(engine: Engine, worlds: &[World]) -> Result<(), Failure> {
    let mut place = Place::new(engine).await;
    let outcome = there_and_back(&mut place, worlds).await;
    place.close().await;
    outcome
}

async fn there_and_back(place: &mut Place, worlds: &[World]) -> Result<(), Failure> {
    let engine = place.engine;
    let mut moments: Vec<Moment> = Vec::new();
    let nothing = World::default();
    let mut held = Held::default();
    let mut hands = Hands::default();
    for (step, world) in worlds.iter().enumerate() {
        let before = step.checked_sub(1).map_or(&nothing, |earlier| &worlds[earlier]);
        let mut sql = String::new();
        let fail = |what, sql: &str, detail: &dyn Display| Failure {
            step,
            back: false,
            what,
            detail: detail.to_string(),
            sql: sql.to_owned(),
        };
        let state = world.state();
        // A column made by hand would be told before the rows.
        if let Some(detour) = world.detour.as_ref().filter(|_| hands.are_empty()) {
            let mut asker = Asker { before, after: detour };
            let (migrations, text) = place
                .make(&detour.state(), &mut asker)
                .map_err(|error| fail("makemigrations refuses what does not fit", "", &format!("{error:?}")))?;
            if !must_be_refused(place).await.map_err(|(what, detail)| fail(what, &text, &detail))? {
                // Other apps are ahead by now, and not every way back keeps the rows.
                return Ok(());
            }
            place.remove(&migrations);
        }
        let mut asker = Asker { before, after: world };
        let (migrations, text) = place
            .make(&state, &mut asker)
            .map_err(|error| fail("makemigrations refuses", "", &format!("{error:?}")))?;
        sql.push_str(&text);
        place.check_out(world.line_ends);
        let graph = place.graph().map_err(|error| fail("the loader refuses", &sql, &format!("{error:?}")))?;
        for migration in &migrations {
            let read = graph.get(&migration.key).map(|read| (&read.operations, &read.dependencies));
            if read != Some((&migration.operations, &migration.dependencies)) {
                return Err(fail("the files say something else", &sql, &format!("{migration:#?}\n{read:#?}")));
            }
        }
        let after = graph.state().map_err(|error| fail("the state cannot be replayed", &sql, &format!("{error:?}")))?;
        let left = changes(&after, &state, &mut NonInteractive);
        match left {
            Ok(left) if left.is_empty() => {}
            left => return Err(fail("makemigrations is not done", &sql, &format!("{left:#?}"))),
        }
        hands
            .keep(place, async || place.migrate(&graph, &Target::All).await)
            .await
            .map_err(|error| fail("migrate refuses", &sql, &format!("{error:?}")))?;
        let broken = |error: rjango_core::Error| fail("the database refuses", "", &format!("{error:?}"));
        if step == 0 {
            let statements = values::insertions(world, engine);
            let script = format!("{}\n{};\n{}", begin(engine), statements.join(";\n"), end(engine));
            if !statements.is_empty() {
                place
                    .database
                    .execute_script(&script)
                    .await
                    .map_err(|error| fail("the rows do not fit", &sql, &format!("{error:?}\n{script}")))?;
            }
        }
        if let Some(lost) = hands.look(place, world, false).await.map_err(broken)? {
            return Err(fail("a column made by hand is lost", &sql, &lost));
        }
        let catalog = catalog(&place.database).await.map_err(broken)?;
        // Making tables takes a server long: there the end of the walk is held against fresh tables, on SQLite each moment.
        if engine == Engine::Sqlite || step + 1 == worlds.len() {
            let fresh = place
                .fresh_catalog(&state)
                .await
                .map_err(|error| fail("fresh tables are refused", &sql, &format!("{error:?}")))?;
            if catalog != fresh {
                return Err(fail("the tables differ", &sql, &difference(&catalog, &fresh)));
            }
        }
        let now = read(place, world, &Told::of(worlds, step), false).await.map_err(broken)?;
        if step > 0
            && let Some(lost) = lost(before, world, &held, &now, false)
        {
            return Err(fail("rows are lost", &sql, &lost));
        }
        held = now;
        for by_hand in &world.by_hand {
            hands
                .make(place, world, *by_hand)
                .await
                .map_err(|error| fail("a column cannot be made by hand", &sql, &format!("{error:?}")))?;
        }
        let graph = place.graph().map_err(broken)?;
        moments.push(Moment { catalog, leaves: leaves(&graph), sql });
    }
    back(place, worlds, &moments, held, hands).await
}

/// Takes every step back, and at last the first.
async fn back(
    place: &Place,
    worlds: &[World],
    moments: &[Moment],
    mut held: Held,
    mut hands: Hands,
) -> Result<(), Failure> {
    let nothing = World::default();
    let (mut emptied, mut dropped) = (false, false);
    for step in (0..worlds.len()).rev() {
        let fail = |what, detail: &dyn Display| Failure {
            step,
            back: true,
            what,
            detail: detail.to_string(),
            sql: moments[step].sql.clone(),
        };
        let broken = |error: rjango_core::Error| fail("the database refuses", &format!("{error:?}"));
        let target = step.checked_sub(1).map(|earlier| &moments[earlier]);
        let earlier = step.checked_sub(1).map_or(&nothing, |earlier| &worlds[earlier]);
        // A column that NULL does not fit, and for which nobody knows a value, comes back to an empty table alone.
        let lossy = target.is_some()
            && !emptied
            && (loses(earlier, &worlds[step]) || (dropped && forbids_null(earlier, &worlds[step])));
        dropped |= drops(earlier, &worlds[step]);
        if lossy && place.engine == Engine::MySql {
            // Its statements cannot be undone: what is refused midway is not tried.
            empty(place, [&worlds[step - 1], &worlds[step]]).await.map_err(broken)?;
            emptied = true;
        }
        if let Err(error) = hands.keep(place, async || descend(place, target).await).await {
            if !lossy || emptied {
                return Err(fail("the way back is refused", &format!("{error:?}")));
            }
            empty(place, [&worlds[step - 1], &worlds[step]]).await.map_err(broken)?;
            emptied = true;
            hands
                .keep(place, async || descend(place, target).await)
                .await
                .map_err(|error| fail("the way back is refused without rows", &format!("{error:?}")))?;
        }
        if let Some(lost) = hands.look(place, earlier, emptied).await.map_err(broken)? {
            return Err(fail("a column made by hand is lost on the way back", &lost));
        }
        let now = catalog(&place.database).await.map_err(broken)?;
        let then = target.map_or("", |moment| moment.catalog.as_str());
        if now != then {
            return Err(fail("the tables differ on the way back", &difference(&now, then)));
        }
        if step > 0 && !emptied {
            let now = read(place, earlier, &Told::of(worlds, step - 1), true).await.map_err(broken)?;
            if let Some(lost) = lost(&worlds[step], earlier, &held, &now, true) {
                return Err(fail("rows are lost on the way back", &lost));
            }
            held = now;
        }
    }
    Ok(())
}

/// Takes everything back that was not there at a moment.
async fn descend(place: &Place, target: Option<&Moment>) -> Result<()> {
    let graph = place.graph()?;
    for app in graph.apps() {
        let leaf = target.and_then(|moment| moment.leaves.get(app));
        let target = leaf.map_or_else(|| Target::Zero(app.to_owned()), |leaf| Target::Migration(leaf.clone()));
        place.migrate(&graph, &target).await?;
    }
    Ok(())
}

fn leaves(graph: &Graph) -> BTreeMap<String, MigrationKey> {
    graph.apps().filter_map(|app| Some((app.to_owned(), graph.leaf(app)?.clone()))).collect()
}

/// Deletes every row: a way back that was refused midway may have left tables of either moment.
async fn empty(place: &Place, worlds: [&World; 2]) -> Result<()> {
    let there = table_names(&place.database).await?;
    let known: BTreeSet<String> = worlds.iter().flat_map(|world| world.tables().into_keys()).collect();
    let tables: Vec<String> = known
        .iter()
        .filter(|table| there.contains(*table))
        .map(|table| format!("DELETE FROM {};\n", quoted(table, place.engine)))
        .collect();
    let (begin, end) = (begin(place.engine), end(place.engine));
    place.database.execute_script(&format!("{begin}\n{}{end}", tables.concat())).await
}

/// Foreign keys run in circles: they are checked at the end where the engine can do that, and otherwise not at all.
fn begin(engine: Engine) -> &'static str {
    if engine == Engine::MySql { "SET foreign_key_checks = 0;" } else { "BEGIN;" }
}

fn end(engine: Engine) -> &'static str {
    if engine == Engine::MySql { "SET foreign_key_checks = 1;" } else { "COMMIT;" }
}

/// Whether a column with values goes: on the way back it holds none.
fn drops(old: &World, new: &World) -> bool {
    let kept = old.models.iter().filter_map(|model| Some((model, new.model(model.id)?)));
    kept.into_iter().any(|(old, new)| old.fields.iter().any(|field| new.field(field.id).is_none()))
}

/// Whether going back forbids NULL where it is allowed.
fn forbids_null(old: &World, new: &World) -> bool {
    let kept = old.models.iter().filter_map(|model| Some((model, new.model(model.id)?)));
    kept.into_iter().any(|(old, new)| {
        let now = |field: &Field| new.field(field.id).is_some_and(|now| now.schema.null);
        old.fields.iter().any(|field| !field.schema.null && now(field))
    })
}

/// Whether going back would need values that nobody has: of columns that were taken away, or of rows that are gone.
fn loses(old: &World, new: &World) -> bool {
    let there = |model: &Model| new.model(model.id).filter(|model| model.populated || model.filled);
    // A through model that comes back has nothing but the pairs for its rows.
    let is_returned = |id: u32| {
        new.model(id).is_none()
            && old.model(id).is_some_and(|through| {
                let plain = |field: &Field| field.schema.null || field.target.is_some() || !field.schema.is_concrete();
                let numbered = through.fields[0].schema.kind.is_auto();
                !numbered || !through.fields.iter().skip(1).all(plain)
            })
    };
    old.models.iter().any(|model| {
        there(model).is_some_and(|kept| {
            model.fields.iter().any(|field| {
                let now = kept.field(field.id);
                let through = field.through.filter(|_| now.is_some_and(|now| now.through != field.through));
                through.is_some_and(|through| is_returned(through) || new.model(through).is_some())
            }) || model.fields.iter().filter(|field| field.schema.is_concrete()).any(|field| {
                match kept.field(field.id) {
                    // Rows can be numbered again.
                    None if field.schema.primary_key && field.schema.kind.is_auto() => false,
                    None => !field.schema.null || field.schema.unique || model.covers(field.id),
                    Some(now) => {
                        let target_kept =
                            field.target.is_none_or(|to| new.model(to).is_some_and(|model| model.populated));
                        (now.target != field.target && !target_kept)
                            || !(remade(&now.schema.kind, &field.schema.kind)
                                || super::generate::convertible(&now.schema.kind, &field.schema.kind))
                    }
                }
            })
        })
    })
}

fn difference(one: &str, other: &str) -> String {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (lines(one), lines(other));
    let only = |these: &[String], those: &[String], sign: char| {
        these.iter().filter(|line| !those.contains(line)).map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    format!("{}{}", only(&one, &other, '-'), only(&other, &one, '+'))
}

/// Who changed the models, and knows what became of what.
struct Asker<'a> {
    before: &'a World,
    after: &'a World,
}

impl Questioner for Asker<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer> {
        let yes = |yes| if yes { Answer::Yes } else { Answer::No };
        Ok(match question {
            Question::RenameModel { old, new } | Question::MoveModel { old, new } => {
                let old = self.before.by_label(&old.label()).map(|model| model.id);
                yes(old.is_some() && old == self.after.by_label(&new.label()).map(|model| model.id))
            }
            Question::RenameField { model, old, new } => {
                let after = self.after.by_label(&model.label());
                let before = after.and_then(|model| self.before.model(model.id));
                let old = before.and_then(|model| model.by_name(&old.name)).map(|field| field.id);
                yes(old.is_some() && old == after.and_then(|model| model.by_name(&new.name)).map(|field| field.id))
            }
            Question::NotNullAddition { model, field } => self.value(&model.label(), &field.name, 1),
            Question::NotNullAlteration { model, field } => self.value(&model.label(), &field.name, NULLS),
            // The walk adds no unique column where the rows would collide.
            Question::UniqueAddition { .. } => Answer::Yes,
            // The rows of every model have the same keys, and what is lost is known.
            Question::Retarget { .. } | Question::Lose { .. } => Answer::Yes,
            _ => Answer::No,
        })
    }
}

impl Asker<'_> {
    fn value(&self, label: &str, field: &str, row: i64) -> Answer {
        let field = self.after.by_label(label).and_then(|model| model.by_name(field)).unwrap();
        Answer::Value(values::answer(self.after, field, row))
    }
}
