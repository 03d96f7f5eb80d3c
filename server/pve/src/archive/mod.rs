//! The names of backups as storages have them (`archive_info` of `PVE::Storage`, `parse_volname` of
//! `PVE::Storage::PBSPlugin`). Nothing is asked of Proxmox here: a name that is read is well formed, not there.

mod moment;
mod name;
#[cfg(test)]
mod tests;

pub use name::{ArchiveCompression, ArchiveFormat, ArchiveName, InvalidArchive};
