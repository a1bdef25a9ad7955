//! The tables of models, as migrations make them.

use rjango_migrations::ProjectState;
use rjango_migrations::autodetector::{NonInteractive, changes};
use rjango_migrations::sql::render;
use rjango_orm::{Engine, Models};

/// The SQL that makes the tables of every model.
pub fn tables(engine: Engine, models: &Models) -> String {
    let mut state = ProjectState::new();
    let changes = changes(&state, &ProjectState::from_models(models), &mut NonInteractive).unwrap();
    let mut sql = String::new();
    for (app, operation) in changes.operations() {
        sql.push_str(&render(engine, app, std::slice::from_ref(operation), &state).unwrap().up);
        operation.apply(app, &mut state).unwrap();
    }
    sql
}
