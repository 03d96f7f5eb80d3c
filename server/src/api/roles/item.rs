//! A role as the API shows it, in the language of the request.

use drover_types::lang::Lang;
use drover_types::role::{RoleInfo, RoleKey, RoleSource, RoleValue, RoleVariable, VariableKind};
use serde::Serialize;
use utoipa::ToSchema;

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleItem {
    /// Its name in the API.
    key: RoleKey,
    /// What it is called.
    name: String,
    /// What it installs.
    description: String,
    /// The version that its author gives it.
    version: String,
    /// The SHA-256 of its files.
    digest: String,
    /// The families of systems that it can be installed on: `debian`, `redhat`.
    systems: Vec<String>,
    /// Its variables, in the order of a form.
    variables: Vec<VariableItem>,
    /// The variables that name the TCP ports that it opens.
    ports: Vec<String>,
    /// Whether it knows how to take back what it has set up.
    uninstalls: bool,
    /// Where it comes from.
    source: RoleSource,
}

/// A variable of a role.
#[derive(Debug, Serialize, ToSchema)]
struct VariableItem {
    /// Its name.
    name: String,
    /// What it holds.
    #[serde(rename = "type")]
    kind: VariableKind,
    /// What a form calls it.
    label: String,
    /// What a form says of it; empty for nothing.
    help: String,
    /// What it is where nothing is given.
    default: Option<RoleValue>,
    /// Whether a value has to be given.
    required: bool,
    /// Whether it is shown to nobody once it is given.
    secret: bool,
    /// Whether Drover makes one for each server where none is given.
    generated: bool,
    /// The least that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    /// The most that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    /// The words to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
    /// The regular expression that the whole text has to match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
}

impl RoleItem {
    /// The role in `lang`.
    pub(super) fn new(role: RoleInfo, lang: Lang) -> Self {
        Self {
            name: role.name.pick(lang).to_owned(),
            description: role.description.pick(lang).to_owned(),
            key: role.key,
            version: role.version,
            digest: role.digest,
            systems: role.systems,
            variables: role
                .variables
                .into_iter()
                .map(|variable| VariableItem::new(variable, lang))
                .collect(),
            ports: role.ports,
            uninstalls: role.uninstalls,
            source: role.source,
        }
    }

    /// Its name in the API.
    pub(super) fn key(&self) -> &str {
        self.key.as_str()
    }
}

impl VariableItem {
    fn new(variable: RoleVariable, lang: Lang) -> Self {
        Self {
            required: variable.problem(None).is_some(),
            label: variable.label.pick(lang).to_owned(),
            help: variable
                .help
                .map_or_else(String::new, |help| help.pick(lang).to_owned()),
            name: variable.name,
            kind: variable.kind,
            // A default that is secret is nobody's to read.
            default: variable.default.filter(|_| !variable.secret),
            secret: variable.secret,
            generated: variable.generated,
            min: variable.min,
            max: variable.max,
            choices: variable.choices,
            pattern: variable.pattern,
        }
    }
}
