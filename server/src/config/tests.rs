//! The environment wins, what is wrong is named, and no secret is repeated.

use super::*;

fn read(file: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drover.toml");
    std::fs::write(&path, file).unwrap();
    Config::read(Some(&path), |name| {
        env.iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

const TOKEN: (&str, &str) = ("PROXMOX_API_TOKEN", "drover@pve!main=s3cr3t-value");
const ENDPOINT: (&str, &str) = ("PROXMOX_ENDPOINT", "https://pve1:8006, https://pve2:8006");

#[test]
fn the_environment_alone_is_enough() {
    let config = read("", &[TOKEN, ENDPOINT]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.clusters.iter().count(), 1);
    let cluster = config.clusters.first().unwrap();
    assert_eq!(&*cluster.name, "main");
    let addresses: Vec<String> = cluster
        .client
        .endpoints()
        .into_iter()
        .map(|health| health.endpoint)
        .collect();
    assert_eq!(addresses, ["pve1:8006", "pve2:8006"]);
    assert!(!format!("{config:?}").contains("s3cr3t"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = "listen = \"127.0.0.1:1\"\n[proxmox]\nname = \"lab\"\nendpoint = [\"https://other:8006\"]\n";
    let config = read(file, &[TOKEN, ENDPOINT, ("DROVER_LISTEN", "127.0.0.1:2")]).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(&*config.clusters.first().unwrap().name, "lab");
}

#[test]
fn numbers_come_from_the_file_or_the_environment() {
    let days = |file: &str, env: &[(&'static str, &str)]| {
        let env: Vec<_> = [TOKEN, ENDPOINT].iter().chain(env).copied().collect();
        read(file, &env).map(|config| config.task_retention_days)
    };
    let file = "[tasks]\nretention_days = 30\n";
    let variable = "DROVER_TASK_RETENTION_DAYS";
    assert_eq!(days("", &[]), Ok(90));
    assert_eq!(days(file, &[]), Ok(30));
    assert_eq!(days(file, &[(variable, "0")]), Ok(0));
    let wrong = days("", &[(variable, "a month")]).unwrap_err();
    assert!(wrong.0.contains("tasks.retention_days"), "{wrong}");
}

#[test]
fn storages_are_asked_for_backups_every_few_minutes() {
    let minutes = |file: &str, env: &[(&'static str, &str)]| {
        let env: Vec<_> = [TOKEN, ENDPOINT].iter().chain(env).copied().collect();
        read(file, &env).map(|config| config.backup_refresh.as_secs() / 60)
    };
    let variable = "DROVER_BACKUP_REFRESH_MINUTES";
    assert_eq!(minutes("", &[]), Ok(5));
    assert_eq!(minutes("[backups]\nrefresh_minutes = 15\n", &[]), Ok(15));
    assert_eq!(minutes("", &[(variable, "60")]), Ok(60));
    let wrong = minutes("", &[(variable, "0")]).unwrap_err();
    assert!(wrong.0.contains(variable), "{wrong}");
}

#[test]
fn a_password_of_digits_is_text() {
    let env = [
        ENDPOINT,
        ("PROXMOX_USERNAME", "root@pam"),
        ("PROXMOX_PASSWORD", "1234567890"),
    ];
    assert!(read("", &env).is_ok());
}

#[test]
fn several_clusters_have_names_of_their_own() {
    let table = |name: &str| {
        format!("[[cluster]]\nname = \"{name}\"\nendpoint = \"https://a:8006\"\napi_token = \"a@b!c=d\"\n")
    };
    assert_eq!(
        read(&(table("one") + &table("two")), &[])
            .unwrap()
            .clusters
            .iter()
            .count(),
        2
    );
    let error = read(&(table("one") + &table("one")), &[]).unwrap_err();
    assert!(error.0.contains("two clusters"), "{error}");
}

#[test]
fn what_is_wrong_is_named_without_its_secret() {
    /// A file, an environment, and what the sentence about them says.
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
    let wrong: &[Case<'_>] = &[
        ("", &[], "no Proxmox cluster is configured"),
        ("", &[ENDPOINT], "credentials are missing"),
        ("", &[TOKEN], "endpoint is missing"),
        (
            "",
            &[ENDPOINT, ("PROXMOX_API_TOKEN", "s3cr3t-value")],
            "user@realm!name=secret",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("PROXMOX_PASSWORD", "s3cr3t-value")],
            "not both",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("PROXMOX_FINGERPRINT", "abc")],
            "fingerprint",
        ),
        ("", &[ENDPOINT, TOKEN, ("DROVER_LISTEN", "here")], "DROVER_LISTEN"),
        (
            "",
            &[ENDPOINT, TOKEN, ("DROVER_TRUSTED_PROXIES", "proxy")],
            "DROVER_TRUSTED_PROXIES",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("DROVER_PUBLIC_URL", "drover")],
            "DROVER_PUBLIC_URL",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("DROVER_CORS_ORIGINS", "*")],
            "DROVER_CORS_ORIGINS",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("DATABASE_URL", "postgres://d:s3cr3t-value@h/d")],
            "DROVER_SECRET_KEY",
        ),
        ("colour = 1", &[ENDPOINT, TOKEN], "no setting colour"),
        ("admin_password = 5", &[ENDPOINT, TOKEN], "admin_password must be"),
        ("admin_password = s3cr3t-value", &[ENDPOINT, TOKEN], "line 1"),
    ];
    for (file, env, says) in wrong {
        let error = read(file, env).unwrap_err().0;
        assert!(error.contains(says), "{error:?} should say {says:?}");
        assert!(!error.contains("s3cr3t"), "{error:?} repeats the secret");
    }
}
