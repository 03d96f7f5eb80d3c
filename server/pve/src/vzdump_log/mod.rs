//! Reads the logs of backups and restores line by line, for what Proxmox tells nowhere else: how far a guest is, how
//! fast it goes, and what came of it. Nothing is asked of Proxmox here. The words are those of `PVE::VZDump`,
//! `PVE::VZDump::QemuServer`, `PVE::VZDump::LXC`, `PVE::QemuServer` and the programs that these call: `vma`,
//! `proxmox-backup-client`, `pbs-restore` and `tar`.

mod line;
mod progress;
mod reader;
mod speed;
#[cfg(test)]
mod tests;
mod words;

pub use progress::{GuestProgress, LogPhase};
pub use reader::VzdumpLog;
