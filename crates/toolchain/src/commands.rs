//! The commands that only the `rjango` binary has, one file each.

mod completions;
mod demo;
mod runserver;
mod shell;
mod startapp;
mod startproject;

pub(crate) use completions::Completions;
pub(crate) use demo::Demo;
pub(crate) use runserver::RunServer;
pub(crate) use shell::Shell;
pub(crate) use startapp::StartApp;
pub(crate) use startproject::StartProject;
