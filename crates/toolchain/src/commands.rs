//! The commands that only the `rjango` binary has, one file each.

mod runserver;
mod shell;
mod startapp;
mod startproject;

pub(crate) use runserver::RunServer;
pub(crate) use shell::Shell;
pub(crate) use startapp::StartApp;
pub(crate) use startproject::StartProject;
