//! The commands that only the `rjango` binary has, one file each.

mod completions;
mod demo;
mod runserver;
mod serve;
mod shell;
mod startapp;
mod startproject;

pub(crate) use completions::Completions;
pub(crate) use demo::Demo;
pub(crate) use runserver::RunServer;
pub(crate) use serve::{Serve, Test, forward, run_in_project};
pub(crate) use shell::Shell;
pub(crate) use startapp::StartApp;
pub(crate) use startproject::StartProject;
