//! The pages, one file each.

mod index;
mod app_list;

mod login;
mod logout;
mod password_change;

mod change_list;
mod add;
mod change;
mod delete;
mod delete_selected;
mod saved;
mod history;
mod user_add;
mod user_password;

mod not_found;
mod to_change;

pub(crate) use add::add;
pub(crate) use app_list::app_list;
pub(crate) use change::change;
pub(crate) use change_list::change_list;
pub(crate) use delete::delete;
pub(crate) use history::history;
pub(crate) use index::index;
pub(crate) use login::login;
pub(crate) use logout::logout;
pub(crate) use not_found::not_found;
pub(crate) use password_change::{password_change, password_change_done};
pub(crate) use to_change::to_change;
pub(crate) use user_password::{password_summary, user_password};
