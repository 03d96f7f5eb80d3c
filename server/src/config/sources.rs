//! Where figures come from beside Proxmox: Prometheus and Grafana.

use std::path::{Path, PathBuf};

use axum::http::Uri;
use drover_core::monitoring::{GrafanaOptions, PrometheusOptions, SourceOptions};

use super::ConfigError;
use super::raw::{RawGrafana, RawPrometheus};

/// The longest that Grafana gives a dashboard (`pkg/util/shortid_generator.go`).
const LONGEST_UID: usize = 40;

/// The settings of both, checked.
pub(super) fn sources(
    data: &Path,
    prometheus: RawPrometheus,
    grafana: RawGrafana,
) -> Result<SourceOptions, ConfigError> {
    let targets = prometheus
        .targets
        .as_ref()
        .map_or_else(|| data.join("prometheus/targets.json"), PathBuf::from);
    if targets.extension().is_none_or(|end| end != "json") {
        // Prometheus chooses its reader by the name, and reads no other.
        return Err(ConfigError(format!(
            "DROVER_PROMETHEUS_TARGETS names {}; it must be a file whose name ends in .json",
            targets.display()
        )));
    }
    Ok(SourceOptions {
        prometheus: prometheus_options(prometheus)?,
        grafana: grafana_options(grafana)?,
        targets,
    })
}

fn prometheus_options(raw: RawPrometheus) -> Result<Option<PrometheusOptions>, ConfigError> {
    let Some(url) = raw.url else {
        if raw.username.is_some() || raw.password.is_some() {
            return Err(ConfigError(
                "PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD need PROMETHEUS_URL".to_owned(),
            ));
        }
        return Ok(None);
    };
    let url = address(
        "PROMETHEUS_URL",
        url,
        "; name them in PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD",
    )?;
    let login = match (raw.username, raw.password) {
        (Some(name), Some(password)) => Some((name, password)),
        (None, None) => None,
        _ => {
            return Err(ConfigError(
                "PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD are needed together".to_owned(),
            ));
        }
    };
    Ok(Some(PrometheusOptions { url, login }))
}

fn grafana_options(raw: RawGrafana) -> Result<Option<GrafanaOptions>, ConfigError> {
    let Some(base_url) = raw.base_url else {
        if raw.dashboard_uid.is_some() || raw.org_id.is_some() {
            return Err(ConfigError(
                "GRAFANA_DASHBOARD_UID and GRAFANA_ORG_ID need GRAFANA_BASE_URL".to_owned(),
            ));
        }
        return Ok(None);
    };
    let base_url = address(
        "GRAFANA_BASE_URL",
        base_url,
        "; let Grafana show its dashboards to anonymous viewers instead",
    )?;
    if let Some(uid) = &raw.dashboard_uid {
        let is_uid = (1..=LONGEST_UID).contains(&uid.len())
            && uid
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_uid {
            return Err(ConfigError(format!(
                "GRAFANA_DASHBOARD_UID is {uid:?}; it must be letters, digits, - and _, {LONGEST_UID} at most"
            )));
        }
    }
    let org_id = raw.org_id.unwrap_or(1);
    if org_id == 0 {
        return Err(ConfigError(
            "GRAFANA_ORG_ID is 0; it must be 1 or more".to_owned(),
        ));
    }
    Ok(Some(GrafanaOptions {
        base_url,
        dashboard_uid: raw.dashboard_uid,
        org_id,
    }))
}

/// The address of a server, without a slash at its end. `otherwise` says what to do in place of credentials in it,
/// which would be in every link and log; they are not repeated.
fn address(variable: &str, given: String, otherwise: &str) -> Result<String, ConfigError> {
    if given.contains('@') {
        return Err(ConfigError(format!(
            "{variable} must not hold a user name or a password{otherwise}"
        )));
    }
    let parsed: Option<Uri> = given.parse().ok();
    let is_web = parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none()
    });
    if !is_web || given.contains('#') {
        return Err(ConfigError(format!(
            "{variable} is {given:?}; it must be an address that begins with https:// or http:// and has no query"
        )));
    }
    Ok(given.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(prometheus: &[(&str, &str)], grafana: &[(&str, &str)]) -> Result<SourceOptions, ConfigError> {
        let find = |all: &[(&str, &str)], name: &str| {
            let found = all.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let raw = RawPrometheus {
            url: find(prometheus, "url"),
            username: find(prometheus, "username"),
            password: find(prometheus, "password").map(Into::into),
            targets: find(prometheus, "targets"),
        };
        let dashboards = RawGrafana {
            base_url: find(grafana, "base_url"),
            dashboard_uid: find(grafana, "dashboard_uid"),
            org_id: find(grafana, "org_id").map(|id| id.parse().unwrap()),
        };
        sources(Path::new("data"), raw, dashboards)
    }

    #[test]
    fn nothing_is_needed_and_all_can_be_said() {
        let none = of(&[], &[]).unwrap();
        assert!(none.prometheus.is_none() && none.grafana.is_none());
        assert_eq!(none.targets, Path::new("data/prometheus/targets.json"));
        let all = of(
            &[
                ("url", "http://127.0.0.1:9090/prometheus/"),
                ("username", "drover"),
                ("password", "s3cr3t"),
                ("targets", "/srv/targets.json"),
            ],
            &[("base_url", "https://grafana.example.org/"), ("org_id", "3")],
        )
        .unwrap();
        assert!(!format!("{all:?}").contains("s3cr3t"));
        assert_eq!(all.prometheus.unwrap().url, "http://127.0.0.1:9090/prometheus");
        let grafana = all.grafana.unwrap();
        assert_eq!(
            (grafana.base_url.as_str(), grafana.org_id),
            ("https://grafana.example.org", 3)
        );
    }

    #[test]
    fn nonsense_is_refused_by_the_name_of_its_variable_and_without_a_secret() {
        let url = ("url", "http://p:9090");
        let grafana = ("base_url", "http://g");
        for (prometheus, dashboards, variable) in [
            (vec![("url", "p:9090")], vec![], "PROMETHEUS_URL"),
            (vec![("url", "ftp://p")], vec![], "PROMETHEUS_URL"),
            (vec![("url", "http://u:s3cr3t@p")], vec![], "PROMETHEUS_URL"),
            (vec![url, ("username", "u")], vec![], "PROMETHEUS_PASSWORD"),
            (vec![("username", "u")], vec![], "PROMETHEUS_URL"),
            (
                vec![("targets", "/srv/targets.yml")],
                vec![],
                "DROVER_PROMETHEUS_TARGETS",
            ),
            (vec![], vec![("base_url", "grafana")], "GRAFANA_BASE_URL"),
            (
                vec![],
                vec![("base_url", "https://u:s3cr3t@g")],
                "GRAFANA_BASE_URL",
            ),
            (vec![], vec![("base_url", "https://g/?kiosk")], "GRAFANA_BASE_URL"),
            (vec![], vec![("base_url", "https://g/#x")], "GRAFANA_BASE_URL"),
            (
                vec![],
                vec![grafana, ("dashboard_uid", "a/../b")],
                "GRAFANA_DASHBOARD_UID",
            ),
            (vec![], vec![grafana, ("org_id", "0")], "GRAFANA_ORG_ID"),
            (vec![], vec![("org_id", "1")], "GRAFANA_BASE_URL"),
        ] {
            let error = of(&prometheus, &dashboards).unwrap_err();
            assert!(error.0.contains(variable), "{error}");
            assert!(!error.0.contains("s3cr3t"), "{error}");
        }
    }
}
