//! The program as a process: how it ends where it can't start, and that nobody is locked out by that.

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::site;

/// The program with a folder of its own and nothing else of this process's environment.
fn drover(folder: &Path, env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drover"));
    command
        .env_clear()
        .current_dir(folder)
        .env("DROVER_SITE", folder.join("site"))
        .env("PROXMOX_ENDPOINT", "http://127.0.0.1:1")
        .env("PROXMOX_API_TOKEN", "drover@pve!main=secret")
        .envs(env.iter().copied());
    command
}

#[test]
fn a_configuration_that_can_not_be_used_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("DATABASE_URL", "mysql://h/d"),
        ("DROVER_SECRET_KEY", "short"),
        ("DROVER_ADMIN_PASSWORD", "1234567890"),
        ("DROVER_CORS_ORIGINS", "https://a b.example.org"),
        ("DROVER_SESSION_MAX_HOURS", "4000000000"),
    ] {
        let ended = drover(folder.path(), &[(name, value)]).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{name}: {said}");
        assert!(
            said.contains(name) || said.contains("session.max_hours"),
            "{name}: {said}"
        );
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_first_start_that_fails_leaves_the_first_password_to_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    site(&folder.path().join("site"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let failed = drover(folder.path(), &[("DROVER_LISTEN", &address)])
        .output()
        .unwrap();
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot listen"), "{said}");

    // Somebody else's file of that name, which others may read.
    let file = folder.path().join("data/initial-admin-password");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let log = File::create(folder.path().join("log")).unwrap();
    let mut running = drover(folder.path(), &[("DROVER_LISTEN", "127.0.0.1:0")])
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let listens = BufReader::new(running.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .any(|line| line.starts_with("Drover listens on"));
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(
        listens,
        "{}",
        fs::read_to_string(folder.path().join("log")).unwrap()
    );
    assert!(fs::read_to_string(&file).unwrap().trim().len() >= 10);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}
