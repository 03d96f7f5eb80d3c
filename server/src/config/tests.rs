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
fn the_port_on_which_new_servers_answer_is_22_or_another() {
    let port = |file: &str, env: &[(&'static str, &str)]| {
        let env: Vec<_> = [TOKEN, ENDPOINT].iter().chain(env).copied().collect();
        read(file, &env).map(|config| config.answer_port)
    };
    let variable = "DROVER_ANSWER_PORT";
    assert_eq!(port("", &[]), Ok(22));
    assert_eq!(port("[tasks]\nanswer_port = 2222\n", &[]), Ok(2222));
    assert_eq!(port("", &[(variable, "0")]), Ok(0));
    let wrong = port("", &[(variable, "65536")]).unwrap_err();
    assert!(wrong.0.contains("tasks.answer_port"), "{wrong}");
}

#[test]
fn each_system_has_a_template_in_any_case() {
    let file = "[proxmox.templates]\nUbuntu = 9000\n";
    let config = read(file, &[TOKEN, ENDPOINT]).unwrap();
    let defaults = &config.clusters.first().unwrap().defaults;
    assert_eq!(defaults.templates.get("ubuntu"), Some(&9000));
    let wrong = read("[proxmox.templates]\nubuntu = \"jammy\"\n", &[TOKEN, ENDPOINT]).unwrap_err();
    assert!(wrong.0.contains("templates"), "{wrong}");
}

#[test]
fn what_the_environment_names_replaces_the_files_alternative() {
    let file = |lines: &str| format!("[proxmox]\nendpoint = \"https://pve1:8006\"\n{lines}\n");
    let print = "AA:".repeat(31) + "AA";
    let (by_token, by_name) = ("api_token = \"a@b!c=d\"", "username = \"a@b\"\npassword = \"d\"");
    let by_print = format!("{by_token}\nfingerprint = \"{print}\"");
    let by_file = format!("{by_token}\nca_file = \"/etc/ca.pem\"");
    let both = [("PROXMOX_USERNAME", "a@b"), ("PROXMOX_PASSWORD", "d")];
    for (lines, env) in [
        (by_name, &[TOKEN][..]),
        (by_token, &both),
        (&by_print, &[("PROXMOX_CA_FILE", "/etc/ca.pem")]),
        (&by_file, &[("PROXMOX_FINGERPRINT", &print)]),
    ] {
        let read = read(&file(lines), env);
        // The authority is read when the client is made.
        assert!(
            read.as_ref()
                .map_or_else(|error| error.0.contains("/etc/ca.pem"), |_| true),
            "{lines}: {read:?}"
        );
    }
    let refused = read(&file(&format!("{by_token}\n{by_name}")), &[]).unwrap_err();
    assert!(
        refused.0.contains("not both"),
        "the file alone still says one thing: {refused}"
    );
}

#[test]
fn the_public_address_has_an_origin_as_browsers_write_it() {
    let origin = |url: &str| {
        let env = [TOKEN, ENDPOINT, ("DROVER_PUBLIC_URL", url)];
        read("", &env).map(|config| config.public_origin().unwrap())
    };
    assert_eq!(
        origin("https://Drover.example.org:443/"),
        Ok("https://drover.example.org".to_owned())
    );
    assert_eq!(
        origin("http://drover:3000/panel"),
        Ok("http://drover:3000".to_owned())
    );
    assert!(origin("https://").is_err());
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
fn one_request_makes_a_hundred_servers_or_as_many_as_is_said() {
    let servers = |env: &[(&'static str, &str)]| {
        let env: Vec<_> = [TOKEN, ENDPOINT].iter().chain(env).copied().collect();
        read("", &env).map(|config| config.bulk_limit)
    };
    let variable = "DROVER_BULK_LIMIT";
    assert_eq!(servers(&[]), Ok(100));
    assert_eq!(servers(&[(variable, "250")]), Ok(250));
    for wrong in ["0", "1001"] {
        assert!(
            servers(&[(variable, wrong)]).unwrap_err().0.contains(variable),
            "{wrong}"
        );
    }
}

#[test]
fn a_backup_may_take_a_day_or_as_long_as_is_said() {
    let hours = |env: &[(&'static str, &str)]| {
        let env: Vec<_> = [TOKEN, ENDPOINT].iter().chain(env).copied().collect();
        read("", &env).map(|config| config.backup_limit.as_secs() / 3600)
    };
    let variable = "DROVER_BACKUP_LIMIT_HOURS";
    assert_eq!(hours(&[]), Ok(24));
    assert_eq!(hours(&[(variable, "48")]), Ok(48));
    assert!(hours(&[(variable, "0")]).unwrap_err().0.contains(variable));
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
        (
            "",
            &[ENDPOINT, TOKEN, ("DATABASE_URL", "mysql://d:s3cr3t-value@h/d")],
            "DATABASE_URL",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("DROVER_SECRET_KEY", "s3cr3t")],
            "DROVER_SECRET_KEY",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("DROVER_ADMIN_PASSWORD", "s3cr3t")],
            "DROVER_ADMIN_PASSWORD",
        ),
        (
            "",
            &[
                ENDPOINT,
                TOKEN,
                ("DROVER_CORS_ORIGINS", "https://a b.example.org"),
            ],
            "DROVER_CORS_ORIGINS",
        ),
        (
            "",
            &[ENDPOINT, TOKEN, ("DROVER_SESSION_MAX_HOURS", "87601")],
            "session.max_hours",
        ),
        (
            "",
            &[
                ENDPOINT,
                TOKEN,
                ("DROVER_WEBHOOK_ALLOW", "10.0.0.0/24, 10.0.0.0/40"),
            ],
            "DROVER_WEBHOOK_ALLOW",
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

#[test]
fn passwords_may_be_asked_to_be_longer_and_not_shorter() {
    let min = |env: &[(&'static str, &str)]| {
        let env: Vec<_> = [TOKEN, ENDPOINT].iter().chain(env).copied().collect();
        read("", &env).map(|config| config.passwords.min)
    };
    let variable = "DROVER_PASSWORD_MIN_LENGTH";
    assert_eq!(min(&[]), Ok(10));
    assert_eq!(min(&[(variable, "14")]), Ok(14));
    let wrong = min(&[(variable, "6")]).unwrap_err();
    assert!(wrong.0.contains("10 to 128"), "{wrong}");
}
