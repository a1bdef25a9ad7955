//! What filters take over from Python: its `int` and `float`, its white space, lines and cases.

mod numbers;
mod texts;

pub(crate) use numbers::{NotANumber, decimal_digit, float, int};
pub(crate) use texts::{expand_tabs, is_space, lines, lines_with_ends, push_title, title, trim, words};
