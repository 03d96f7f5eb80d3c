//! Ansible as Drover uses it: which roles there are, what their variables come to, and one run of one role on one
//! server. Knows files and processes; nothing of tasks, users or Proxmox.

mod catalogue;
mod files;
mod manifest;
mod play;
mod report;
mod run_folder;
mod ssh;
mod values;

pub(crate) use catalogue::{Known, Role};
pub(crate) use play::{Line, Play, Playing};
pub(crate) use report::{Counts, Report};
pub(crate) use run_folder::RunFolder;
pub(crate) use ssh::{Contact, HostKeys, KeyPair, ScanError, SignInError, scan, sign_in};
pub(crate) use values::{settle, version};

mod tool;

pub use tool::{Ansible, AnsibleError, AnsibleOptions};
