//! `clearsessions`: forgets sessions whose time is over.

use clap::ArgMatches;
use rjango_contrib::sessions::session_backend;

use super::createsuperuser::without_table;
use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django's `clearsessions`. For a daily job: the server itself never deletes what nobody asks for again.
pub struct ClearSessions;

impl Command for ClearSessions {
    fn name(&self) -> &'static str {
        "clearsessions"
    }

    fn about(&self) -> &'static str {
        "Deletes expired sessions"
    }

    fn app(&self) -> &'static str {
        "sessions"
    }

    fn runs(&self) -> &'static [&'static str] {
        &["SESSION_ENGINE"]
    }

    fn run<'a>(&'a self, project: &'a Project, _matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let deleted = session_backend(project.settings())?.clear_expired().await.map_err(without_table)?;
            terminal.say_at(2, format!("{deleted} expired sessions deleted."));
            Ok(ExitStatus::Success)
        })
    }
}
