//! The folder of one run: what only it knows, for Drover's own user alone, gone with the run.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use drover_types::role::{RoleInfo, RoleValues};
use secrecy::ExposeSecret;
use serde_json::json;
use tempfile::TempDir;

use super::ssh::{Contact, KeyPair};

/// A folder that only its owner may enter.
const PRIVATE: u32 = 0o700;

/// A run's folder. What `ssh` shares a connection by stands in there too, so that no run takes another's.
pub(crate) struct RunFolder(TempDir);

impl RunFolder {
    /// Makes it below `runs`, with what is needed to sign in.
    pub(super) fn make(runs: &Path, contact: &Contact, key: &KeyPair) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix(&format!("{}-", std::process::id()))
            .permissions(Permissions::from_mode(PRIVATE))
            .tempdir_in(runs)?;
        let made = Self(folder);
        made.write("known_hosts", &contact.host_keys.known_hosts(&contact.alias))?;
        made.write("key", key.private.expose_secret())?;
        Ok(made)
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The private key.
    pub(super) fn key(&self) -> PathBuf {
        self.path().join("key")
    }

    /// The keys of the host.
    pub(super) fn known_hosts(&self) -> PathBuf {
        self.path().join("known_hosts")
    }

    /// Writes who is worked on, and with which values.
    pub(super) fn write_role(
        &self,
        contact: &Contact,
        role: &RoleInfo,
        values: &RoleValues,
    ) -> io::Result<()> {
        self.write("inventory.json", &self.inventory(contact))?;
        self.write("variables.yml", &variables(role, values))
    }

    fn inventory(&self, contact: &Contact) -> String {
        let options: Vec<String> = contact
            .options(self)
            .into_iter()
            .map(|one| quoted(&one))
            .collect();
        let host = json!({
            "ansible_host": contact.address,
            "ansible_port": contact.port,
            "ansible_user": contact.user,
            "ansible_become": contact.user != "root",
            "ansible_ssh_private_key_file": self.key(),
            "ansible_ssh_common_args": options.join(" "),
        });
        json!({"all": {"hosts": {&contact.alias: host}}}).to_string()
    }

    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        use io::Write as _;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(self.path().join(name))?;
        file.write_all(text.as_bytes())
    }
}

/// Removes the folders of processes that are not there any more.
pub(super) fn sweep(runs: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(runs)? {
        let entry = entry?;
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.split_once('-'));
        let is_ours = |id: &str| id.parse() == Ok(std::process::id());
        let lives = process.is_some_and(|(id, _)| !is_ours(id) && Path::new("/proc").join(id).exists());
        if !lives {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// A word that a shell's rules leave whole: Ansible splits the options by those.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The variables as YAML: one object of JSON, which YAML reads as it stands. The tag before it makes every text in there
/// data to Ansible, whatever it says; a tag before each text would have YAML guess again whether it is a number.
fn variables(role: &RoleInfo, values: &RoleValues) -> String {
    let mut all = BTreeMap::from([
        ("drover_role".to_owned(), json!(role.key)),
        ("drover_systems".to_owned(), json!(role.systems)),
    ]);
    all.extend(
        values
            .iter()
            .map(|(name, value)| (format!("{}_{name}", role.key), json!(value))),
    );
    // What YAML takes for the end of a line and JSON does not.
    let text = json!(all)
        .to_string()
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    format!("!unsafe {text}\n")
}

#[cfg(test)]
mod tests {
    use drover_types::role::{LocalText, RoleKey, RoleSource, RoleValue};

    use super::super::ssh::HostKeys;
    use super::*;

    fn role() -> RoleInfo {
        RoleInfo {
            key: RoleKey::parse("web").unwrap(),
            name: LocalText::default(),
            description: LocalText::default(),
            version: "1".into(),
            digest: String::new(),
            systems: vec!["debian".into()],
            variables: vec![],
            ports: vec![],
            uninstalls: false,
            source: RoleSource::Drover,
            tasks: 1,
        }
    }

    #[test]
    fn texts_are_data_whatever_they_say() {
        let values = RoleValues::from([
            ("port".to_owned(), RoleValue::Integer(80)),
            (
                "motd".to_owned(),
                RoleValue::Text("{{ lookup('pipe', 'id') }}\"\n- x: !!python".into()),
            ),
            ("tls".to_owned(), RoleValue::Boolean(true)),
        ]);
        assert_eq!(
            variables(&role(), &values),
            "!unsafe {\"drover_role\":\"web\",\"drover_systems\":[\"debian\"],\
             \"web_motd\":\"{{ lookup('pipe', 'id') }}\\\"\\n- x: !!python\",\"web_port\":80,\"web_tls\":true}\n"
        );
    }

    #[test]
    fn a_run_folder_is_for_its_owner_and_goes() {
        let runs = tempfile::tempdir().unwrap();
        let contact = Contact {
            alias: "lab-100".into(),
            address: "10.0.0.5".into(),
            port: 22,
            user: "debian".into(),
            host_keys: HostKeys::read("ssh-ed25519 AAAA"),
        };
        let key = KeyPair::generate().unwrap();
        let folder = RunFolder::make(runs.path(), &contact, &key).unwrap();
        folder.write_role(&contact, &role(), &RoleValues::new()).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder.path()), mode(&folder.key())), (0o700, 0o600));
        let inventory = std::fs::read_to_string(folder.path().join("inventory.json")).unwrap();
        assert!(
            inventory.contains("'-oStrictHostKeyChecking=yes' '-oHostKeyAlias=lab-100'"),
            "{inventory}"
        );
        assert!(inventory.contains("\"ansible_become\":true"));
        std::fs::create_dir(runs.path().join("4194305-left")).unwrap();
        std::fs::create_dir(runs.path().join("1-lives")).unwrap();
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
        sweep(runs.path()).unwrap();
        let left: Vec<_> = std::fs::read_dir(runs.path())
            .unwrap()
            .map(|it| it.unwrap().file_name())
            .collect();
        assert_eq!(left, ["1-lives"]);
    }
}
