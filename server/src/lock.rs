//! One Drover at a time on a SQLite file: each would take the other's tasks for those of its own last run.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Takes the database for as long as the file that it gives is open.
///
/// # Errors
/// Where another process has it, or no file can be made beside it.
pub fn hold(database: &Path) -> anyhow::Result<File> {
    let path =
        beside(database).with_context(|| format!("the folder of {} can't be read", database.display()))?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("{} can't be opened", path.display()))?;
    if file.try_lock().is_err() {
        bail!(
            "another Drover is at work on {}; stop it, or set DATABASE_URL or DROVER_DATA to something else",
            database.display()
        );
    }
    Ok(file)
}

/// The lock's file: beside the database, by whatever way that is named. Not the database itself, whose locks
/// SQLite sets and loses when anybody closes it.
fn beside(database: &Path) -> io::Result<PathBuf> {
    let real = match database.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
            folder.join(database.file_name().unwrap_or_default())
        }
        real => real?,
    };
    let mut path = real.into_os_string();
    path.push(".lock");
    Ok(path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_has_one_holder_by_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("drover.db");
        let held = hold(&file).unwrap();
        let refused = hold(&file).unwrap_err().to_string();
        assert!(refused.contains("another Drover"), "{refused}");

        std::fs::write(&file, b"").unwrap();
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        let around = folder.path().join("deep/../drover.db");
        assert!(hold(&link).is_err() && hold(&around).is_err());
        hold(&folder.path().join("other.db")).unwrap();

        drop(held);
        hold(&link).unwrap();
    }
}
