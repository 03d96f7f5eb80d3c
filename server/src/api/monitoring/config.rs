//! The configuration of monitoring as the second version of the API reads and writes it. What Drover is started with is
//! told here and set where it is started; the limits and the switch are kept in the database.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use drover_core::monitoring::{Limits, MonitoringConfigChange};
use drover_core::{ATTEMPTS, Error};
use drover_types::error::FieldProblems;
use drover_types::monitoring::{HistoryRange, Metric};
use drover_types::permission::UserRole;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::Body;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// What stands for a secret.
const MASK: &str = "********";

/// Limits, by the names that the API has for them.
const LIMITS: &[(&str, Metric, bool)] = &[
    ("cpu_warning_threshold", Metric::Cpu, false),
    ("cpu_critical_threshold", Metric::Cpu, true),
    ("memory_warning_threshold", Metric::Memory, false),
    ("memory_critical_threshold", Metric::Memory, true),
    ("disk_warning_threshold", Metric::Disk, false),
    ("disk_critical_threshold", Metric::Disk, true),
];

/// What Drover is started with, and the variable that says so.
const FIXED: &[(&str, &str, &str)] = &[
    ("grafana", "base_url", "GRAFANA_BASE_URL"),
    ("grafana", "dashboard_uid", "GRAFANA_DASHBOARD_UID"),
    ("grafana", "org_id", "GRAFANA_ORG_ID"),
    ("prometheus", "url", "PROMETHEUS_URL"),
    ("prometheus", "username", "PROMETHEUS_USERNAME"),
    ("prometheus", "password", "PROMETHEUS_PASSWORD"),
    ("security", "enable_https", "DROVER_PUBLIC_URL"),
    ("security", "session_timeout", "DROVER_SESSION_IDLE_HOURS"),
];

/// The configuration.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigReply {
    /// Always true.
    success: bool,
    /// By group: `grafana`, `prometheus`, `monitoring`, `alerts`, `security`. Secrets are masked, and for administrators
    /// only.
    data: BTreeMap<&'static str, BTreeMap<&'static str, Value>>,
}

/// A change of the configuration: what is left out, or still masked, stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"alerts": {"enable_alerts": true, "cpu_warning_threshold": 80, "cpu_critical_threshold": 95}}))]
pub(super) struct ConfigBody {
    /// Where Grafana is.
    grafana: Map<String, Value>,
    /// Where Prometheus is.
    prometheus: Map<String, Value>,
    /// How figures are shown.
    monitoring: Map<String, Value>,
    /// From where on people are told.
    alerts: Map<String, Value>,
    /// How people sign in.
    security: Map<String, Value>,
    /// What is in no group.
    #[serde(flatten)]
    #[schema(ignore)]
    others: Map<String, Value>,
}

/// It is changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigSet {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// Fields that Drover has not, and left alone: the older panel's form has more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

type Groups = BTreeMap<&'static str, BTreeMap<&'static str, Value>>;

async fn groups(server: &Server, request: &Request) -> Result<Groups, Error> {
    let config = server.drover.monitoring.config(&request.context).await?;
    let is_admin = request.context.signed_in()?.grants.role == UserRole::Admin;
    let sources = &server.config.sources;
    let grafana = sources.grafana.as_ref();
    let prometheus = sources.prometheus.as_ref();
    let mut asked = BTreeMap::from([("url", json!(prometheus.map(|one| &one.url)))]);
    if is_admin {
        let login = prometheus.and_then(|one| one.login.as_ref());
        asked.insert("username", json!(login.map(|(name, _)| name)));
        asked.insert("password", json!(login.map(|_| MASK)));
    }
    let mut alerts = BTreeMap::from([("enable_alerts", json!(config.enabled))]);
    for (name, metric, critical) in LIMITS {
        let limits = config.limits.get(metric).copied().unwrap_or_default();
        alerts.insert(
            *name,
            json!(if *critical {
                limits.critical
            } else {
                limits.warning
            }),
        );
    }
    let session = &server.config.session;
    Ok(BTreeMap::from([
        (
            "grafana",
            BTreeMap::from([
                ("base_url", json!(grafana.map(|one| &one.base_url))),
                (
                    "dashboard_uid",
                    json!(grafana.and_then(|one| one.dashboard_uid.as_ref())),
                ),
                ("org_id", json!(grafana.map(|one| one.org_id))),
            ]),
        ),
        ("prometheus", asked),
        (
            "monitoring",
            BTreeMap::from([("default_time_range", json!(config.default_range))]),
        ),
        ("alerts", alerts),
        (
            "security",
            BTreeMap::from([
                ("enable_https", json!(server.config.is_public_https())),
                ("session_timeout", json!(session.idle.num_seconds())),
                ("enable_auth", json!(true)),
                ("max_login_attempts", json!(ATTEMPTS)),
            ]),
        ),
    ]))
}

/// The configuration of monitoring.
#[utoipa::path(
    get, path = "/api/monitoring/config", tag = "monitoring",
    responses((status = OK, description = "The configuration.", body = ConfigReply)),
)]
pub(super) async fn monitoring_config(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<ConfigReply>, Refusal> {
    Ok(Json(ConfigReply {
        success: true,
        data: groups(&server, &request).await?,
    }))
}

/// Change the configuration of monitoring.
///
/// What Drover is started with can't be changed here: such a field is refused where it differs from what is. A field
/// that Drover has not is ignored, and named in `warnings`.
#[utoipa::path(
    post, path = "/api/monitoring/config", tag = "monitoring",
    request_body = ConfigBody,
    responses((status = OK, description = "It is changed.", body = ConfigSet)),
)]
pub(super) async fn set_monitoring_config(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<ConfigBody>,
) -> Result<Json<ConfigSet>, Refusal> {
    request.context.require_admin()?;
    let known = groups(&server, &request).await?;
    let (change, warnings) = body.read(&known)?;
    server
        .drover
        .monitoring
        .set_config(&request.context, &change)
        .await
        .map_err(|error| match error {
            Error::Invalid(problems) => Error::Invalid(
                problems
                    .into_iter()
                    .map(|(field, problem)| (format!("alerts.{field}_threshold"), problem))
                    .collect(),
            ),
            other => other,
        })?;
    Ok(Json(ConfigSet {
        success: true,
        message: Said::MonitoringSet.text(lang),
        warnings,
    }))
}

impl ConfigBody {
    fn read(self, known: &Groups) -> Result<(MonitoringConfigChange, Vec<String>), Error> {
        let given = [
            ("grafana", self.grafana),
            ("prometheus", self.prometheus),
            ("monitoring", self.monitoring),
            ("alerts", self.alerts),
            ("security", self.security),
        ];
        let mut problems = FieldProblems::new();
        let mut change = MonitoringConfigChange::default();
        let mut warnings: Vec<String> = self.others.into_iter().map(|(name, _)| name).collect();
        let mut count = 0;
        for (group, fields) in given {
            for (name, value) in fields {
                count += 1;
                if value == json!(MASK)
                    || known.get(group).and_then(|of| of.get(name.as_str())) == Some(&value)
                {
                    continue;
                }
                match change_of(&mut change, group, &name, &value) {
                    Ok(Taken::Yes) => {}
                    Ok(Taken::No) => warnings.push(format!("{group}.{name}")),
                    Err(problem) => drop(problems.insert(format!("{group}.{name}"), problem)),
                }
            }
        }
        if count == 0 {
            problems.insert("alerts".to_owned(), Problem::Required);
        }
        if problems.is_empty() {
            Ok((change, warnings))
        } else {
            Err(Error::Invalid(problems))
        }
    }
}

/// Whether a field is one that Drover has.
enum Taken {
    Yes,
    No,
}

fn change_of(
    change: &mut MonitoringConfigChange,
    group: &str,
    name: &str,
    value: &Value,
) -> Result<Taken, Problem> {
    let wrong = |expected: &str| Problem::WrongType {
        expected: expected.to_owned(),
    };
    if let Some((.., variable)) = FIXED.iter().find(|(of, field, _)| (*of, *field) == (group, name)) {
        return Err(Problem::SetByConfiguration {
            variable: (*variable).to_owned(),
        });
    }
    let limit = LIMITS
        .iter()
        .find(|(field, ..)| group == "alerts" && *field == name);
    match (group, name, limit) {
        (_, _, Some((_, metric, critical))) => {
            let number = value.as_i64().ok_or_else(|| wrong("integer"))?;
            let limits: &mut Limits = change.limits.entry(*metric).or_default();
            if *critical {
                limits.critical = Some(number);
            } else {
                limits.warning = Some(number);
            }
            Ok(Taken::Yes)
        }
        ("alerts", "enable_alerts", _) => {
            change.enabled = Some(value.as_bool().ok_or_else(|| wrong("boolean"))?);
            Ok(Taken::Yes)
        }
        ("alerts", "alert_email", _) if value.as_str() != Some("") => Err(Problem::SetByChannels),
        ("monitoring", "default_time_range", _) => {
            let text = value.as_str().unwrap_or_default();
            change.default_range = Some(HistoryRange::parse(text).ok_or_else(|| {
                Problem::UnknownChoice {
                    given: text.to_owned(),
                    known: HistoryRange::ALL
                        .iter()
                        .map(|range| range.as_str().to_owned())
                        .collect(),
                }
            })?);
            Ok(Taken::Yes)
        }
        _ => Ok(Taken::No),
    }
}
