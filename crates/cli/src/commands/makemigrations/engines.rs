//! `--engine`: the SQL of another engine for the migrations that are there. What is there already is not touched.

use rjango_core::Result;
use rjango_migrations::{Addition, Graph, unrendered, writer};

use super::{Output, Wanted, show_files};
use crate::Project;
use crate::migration_files::{folder, shown_folder};

/// Writes what is missing; says whether there was anything.
pub(super) fn run(project: &Project, wanted: &Wanted<'_>, graph: &Graph, output: &mut Output<'_>) -> Result<bool> {
    let mut any = false;
    for engine in &wanted.engines {
        let additions = unrendered(graph, *engine)?;
        if additions.is_empty() {
            output.line(format!("Every migration has its SQL for {engine}."))?;
            continue;
        }
        any = true;
        let heading = output.strong(format!("SQL for {engine}:"));
        output.line(heading)?;
        for addition in &additions {
            let path = shown_folder(project, &addition.key)?;
            output.line(format!("  {}", output.strong(&path)))?;
            show(addition, output)?;
            if wanted.writes() {
                writer::add(folder(project, &addition.key.app)?, &addition.key, &addition.files)?;
                for (name, _) in &addition.files {
                    output.written(&format!("{path}/{name}"))?;
                }
            } else {
                show_files(output, &path, &addition.files)?;
            }
        }
    }
    Ok(any)
}

fn show(addition: &Addition, output: &mut Output<'_>) -> Result<()> {
    for (name, text) in &addition.files {
        let note = match &addition.by_hand {
            _ if !text.starts_with(rjango_migrations::TO_BE_WRITTEN) => String::new(),
            Some(other) => format!(", to be written by hand, as `{other}` was"),
            None => ", to be written by hand".to_owned(),
        };
        output.line(format!("    + {name}{note}"))?;
    }
    Ok(())
}
