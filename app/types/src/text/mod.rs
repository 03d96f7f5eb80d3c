//! The sentences of every code, in Korean and English. Core stores codes with typed parameters; this is the
//! one place that turns them into words.

mod backup_text;
mod josa;
mod named;
mod network_text;
mod note;
mod problem;
mod problem_text;
mod progress;
mod role_text;
mod state;
mod value_kind;

pub use note::{Changed, Note};
pub use problem::Problem;
pub use progress::Progress;
