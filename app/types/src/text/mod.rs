//! The sentences of every code, in Korean and English. Core stores codes with typed parameters; this is the
//! one place that turns them into words.

mod alert_note;
mod backup_note;
mod backup_text;
mod changed;
mod josa;
mod monitoring_text;
mod named;
mod network_text;
mod note;
mod problem;
mod problem_name;
mod problem_text;
mod progress;
mod role_text;
mod source_text;
mod state;
mod value_kind;

pub use changed::Changed;
pub use note::Note;
pub use problem::Problem;
pub use progress::Progress;
