//! The commands that only the `rjango` binary has, one file each.

mod startapp;
mod startproject;

pub(crate) use startapp::StartApp;
pub(crate) use startproject::StartProject;
