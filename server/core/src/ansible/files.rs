//! The roles that Drover brings along: they stand in the binary, and are written out where Ansible reads them.

use std::io;
use std::path::{Path, PathBuf};

use rust_embed::Embed;
use sha2::{Digest, Sha256};

use crate::hex::hex;

#[derive(Embed)]
#[folder = "../roles"]
#[exclude = "tests/*"]
#[exclude = ".*"]
#[exclude = "requirements*"]
#[exclude = "*__pycache__*"]
struct Files;

/// Writes the roles into a folder of their own version, and tells which. One that is there is not written again.
pub(super) fn write_out(into: &Path) -> io::Result<PathBuf> {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort_unstable();
    let mut hash = Sha256::new();
    for name in &names {
        hash.update(name.as_bytes());
        if let Some(file) = Files::get(name) {
            hash.update(file.metadata.sha256_hash());
        }
    }
    let folder = into.join(hex(&hash.finalize()[..8]));
    if folder.is_dir() {
        return Ok(folder);
    }
    // Under another name first: a crash in between must not leave half of them.
    let new = folder.with_extension(format!("{}.new", std::process::id()));
    for name in &names {
        let Some(file) = Files::get(name) else { continue };
        let path = new.join(name.as_ref());
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, &file.data)?;
    }
    match std::fs::rename(&new, &folder) {
        // Another process on the same folder was faster.
        Err(_) if folder.is_dir() => std::fs::remove_dir_all(&new)?,
        other => other?,
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roles_are_written_once_without_what_tests_them() {
        let folder = tempfile::tempdir().unwrap();
        let roles = write_out(folder.path()).unwrap();
        assert!(roles.join("apply.yml").is_file());
        assert!(roles.join("callback_plugins/drover.py").is_file());
        assert!(!roles.join("tests").exists());
        std::fs::write(roles.join("mark"), "").unwrap();
        assert_eq!(write_out(folder.path()).unwrap(), roles);
        assert!(roles.join("mark").is_file(), "not written again");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
