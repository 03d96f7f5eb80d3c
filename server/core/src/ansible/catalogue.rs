//! The roles that there are: those that Drover brings along, and those of the user's own folder, which take the place of
//! others of the same name. Read again when somebody asks, so that a role which is being written shows at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use drover_types::role::{RoleInfo, RoleKey, RoleSource};
use regex::Regex;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::manifest::{Manifest, whole};
use crate::error::{Error, Result};
use crate::hex::hex;

/// For how long what was read is good.
const FRESH: Duration = Duration::from_secs(2);

/// A role that can be run.
#[derive(Debug)]
pub(crate) struct Role {
    /// What it says of itself.
    pub info: RoleInfo,
    /// What the texts of its variables have to match.
    pub patterns: BTreeMap<String, Regex>,
}

/// All of them, as they were at one moment.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// By name.
    pub roles: BTreeMap<RoleKey, Role>,
    /// Folders that hold none that can be read, and why.
    pub broken: Vec<(String, String)>,
}

/// What was read, and when.
type Read = (Instant, Arc<Known>);

/// Finds roles. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Catalogue {
    folders: Arc<[(PathBuf, RoleSource)]>,
    read: Arc<Mutex<Option<Read>>>,
}

impl Catalogue {
    /// Of Drover's folder and the user's own.
    pub(super) fn new(drover: PathBuf, own: Option<PathBuf>) -> Self {
        let own = own.map(|folder| (folder, RoleSource::Own));
        Self {
            folders: std::iter::once((drover, RoleSource::Drover)).chain(own).collect(),
            read: Arc::default(),
        }
    }

    /// The roles.
    ///
    /// # Errors
    /// Where a folder can't be read.
    pub(crate) async fn known(&self) -> Result<Arc<Known>> {
        if let Some((at, known)) = &*self.lock()
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(known));
        }
        let folders = Arc::clone(&self.folders);
        let read = tokio::task::spawn_blocking(move || read_all(&folders)).await;
        let known = read
            .map_err(|error| Error::Internal(format!("reading roles: {error}")))?
            .map_err(|error| Error::Internal(format!("the roles can't be read: {error}")))?;
        let known = Arc::new(known);
        *self.lock() = Some((Instant::now(), Arc::clone(&known)));
        Ok(known)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Read>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_all(folders: &[(PathBuf, RoleSource)]) -> std::io::Result<Known> {
    let mut known = Known::default();
    for (folder, source) in folders {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if !path.join("role.toml").is_file() {
                continue;
            }
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            match read_one(&path, &name, *source) {
                Ok(role) => drop(known.roles.insert(role.info.key.clone(), role)),
                Err(problem) => {
                    // What stands behind it is not what was meant.
                    known.roles.retain(|key, _| key.as_str() != name);
                    known.broken.push((name, problem));
                }
            }
        }
    }
    known.broken.sort_unstable();
    Ok(known)
}

fn read_one(folder: &Path, name: &str, source: RoleSource) -> Result<Role, String> {
    let key = RoleKey::parse(name)
        .ok_or("a role's folder is named by small letters, digits and underscores, a letter first")?;
    let said = |error: std::io::Error| error.to_string();
    let text = std::fs::read_to_string(folder.join("role.toml")).map_err(said)?;
    let manifest = Manifest::read(&text)?;
    if !folder.join("tasks/main.yml").is_file() {
        return Err("tasks/main.yml is not there".to_owned());
    }
    let mut files = Vec::new();
    list(folder, &mut files).map_err(said)?;
    files.sort_unstable();
    let (mut hash, mut tasks) = (Sha256::new(), 0_usize);
    for file in &files {
        let bytes = std::fs::read(file).map_err(said)?;
        let inside = file.strip_prefix(folder).unwrap_or(file);
        // What a role is called changes nothing on a server.
        if inside.as_os_str() == "role.toml" {
            continue;
        }
        if inside.starts_with("tasks") && !inside.ends_with("uninstall.yml") {
            let lines = bytes.split(|byte| *byte == b'\n');
            tasks += lines
                .filter(|line| line.trim_ascii_start().starts_with(b"- name:"))
                .count();
        }
        hash.update(inside.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(&bytes));
    }
    let patterns = manifest.variables.iter().filter_map(|variable| {
        let pattern = whole(variable.pattern.as_ref()?).ok()?;
        Some((variable.name.clone(), pattern))
    });
    Ok(Role {
        patterns: patterns.collect(),
        info: RoleInfo {
            key,
            name: manifest.name,
            description: manifest.description,
            version: manifest.version,
            digest: hex(&hash.finalize()),
            systems: manifest.systems,
            variables: manifest.variables,
            ports: manifest.ports,
            uninstalls: folder.join("tasks/uninstall.yml").is_file(),
            source,
            tasks: u32::try_from(tasks).unwrap_or(u32::MAX),
        },
    })
}

/// Every file below a folder but hidden ones and what Python has compiled.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") || name == "__pycache__" {
            continue;
        }
        // Links are followed as Ansible does; one that leads back into itself ends by the system's own limit.
        let path = entry.path();
        if std::fs::metadata(&path)?.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn role(folder: &Path, name: &str, english: &str) {
        let toml = format!(
            "version = \"1\"\nsystems = [\"debian\"]\nname = {{ en = \"{english}\", ko = \"x\" }}\n\
             description = {{ en = \"\", ko = \"\" }}\n"
        );
        write(folder, &format!("{name}/role.toml"), &toml);
        write(
            folder,
            &format!("{name}/tasks/main.yml"),
            "- name: One\n  ping:\n- name: Two\n  ping:\n",
        );
    }

    #[test]
    fn a_role_of_ones_own_takes_the_place_of_another_and_a_broken_one_says_why() {
        let (drover, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        role(drover.path(), "web", "Drover's");
        role(drover.path(), "db", "Database");
        role(own.path(), "web", "Ours");
        role(drover.path(), "half", "Whole");
        role(own.path(), "Bad-Name", "x");
        write(own.path(), "half/role.toml", "version = 1");
        write(own.path(), "notes/readme", "no role");
        let folders = [
            (drover.path().to_owned(), RoleSource::Drover),
            (own.path().to_owned(), RoleSource::Own),
        ];
        let known = read_all(&folders).unwrap();
        let names: Vec<_> = known
            .roles
            .values()
            .map(|one| (one.info.name.en.as_str(), one.info.source))
            .collect();
        assert_eq!(
            names,
            [("Database", RoleSource::Drover), ("Ours", RoleSource::Own)]
        );
        assert_eq!(
            known.roles.values().map(|one| one.info.tasks).collect::<Vec<_>>(),
            [2, 2]
        );
        let broken: Vec<_> = known.broken.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(broken, ["Bad-Name", "half"]);
    }

    #[test]
    fn another_file_is_another_version_and_another_label_is_not() {
        let folder = tempfile::tempdir().unwrap();
        role(folder.path(), "web", "Web");
        let digest = || {
            let known = read_all(&[(folder.path().to_owned(), RoleSource::Own)]).unwrap();
            known.roles.values().next().unwrap().info.digest.clone()
        };
        let first = digest();
        role(folder.path(), "web", "Pages");
        assert_eq!(digest(), first);
        write(folder.path(), "web/templates/site.conf", "listen 80;");
        assert_ne!(digest(), first);
    }

    #[test]
    fn every_role_that_comes_with_drover_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let roles = super::super::files::write_out(folder.path()).unwrap();
        let known = read_all(&[(roles, RoleSource::Drover)]).unwrap();
        assert_eq!(known.broken, []);
        for name in RoleKey::USUAL.iter().copied().chain([RoleKey::NODE_EXPORTER]) {
            let role = RoleKey::parse(name)
                .and_then(|key| known.roles.get(&key))
                .unwrap();
            assert!(
                !role.info.name.ko.is_empty() && !role.info.description.en.is_empty(),
                "{name}"
            );
            assert!(role.info.tasks > 0, "{name}");
        }
    }
}
