//! The framework's own commands, one file each, in the order of `help`.

mod changepassword;
mod check;
mod clearsessions;
mod collectstatic;
mod createsuperuser;
mod diffsettings;
mod findstatic;
mod inspectdb;
mod lintmigrations;
mod makemigrations;
mod migrate;
mod optimizemigration;
mod runserver;
mod showmigrations;
mod sqlmigrate;
mod squashmigrations;
mod serve;
mod version;

use crate::{Command, Tool};

pub use runserver::{address_argument, runserver_arguments};

/// Every command of the framework that works on a project. A project's own register themselves by `#[command]`.
pub fn all() -> Vec<&'static dyn Command> {
    vec![
        &check::Check,
        &diffsettings::DiffSettings,
        &makemigrations::MakeMigrations,
        &migrate::Migrate,
        &showmigrations::ShowMigrations,
        &sqlmigrate::SqlMigrate,
        &squashmigrations::SquashMigrations,
        &optimizemigration::OptimizeMigration,
        &lintmigrations::LintMigrations,
        &inspectdb::InspectDb,
        &createsuperuser::CreateSuperuser,
        &changepassword::ChangePassword,
        &clearsessions::ClearSessions,
        &collectstatic::CollectStatic,
        &findstatic::FindStatic,
    ]
}

/// The servers, which need the project's own code: the toolchain has its own, which build the project first.
pub(crate) fn servers() -> Vec<&'static dyn Command> {
    vec![&runserver::RunServer, &serve::Serve]
}

/// The commands of both binaries that need no project.
pub fn tools() -> Vec<&'static dyn Tool> {
    vec![&version::Version]
}
