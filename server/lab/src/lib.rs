//! Starts a lab (`end2end/lab`, a Proxmox VE cluster to test against) and steers it through its control API.
//! For tests only. The interpreter is the one that the environment variable `LAB_PYTHON` names.
#![warn(missing_docs)]

mod control;
mod error;
mod mail;
mod options;
mod process;

pub use control::{Hold, HoldState};
pub use error::LabError;
pub use mail::{MailOptions, MailServer, TakenMail};
pub use options::LabOptions;
pub use process::Lab;
