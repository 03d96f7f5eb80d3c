//! A channel as it is made, changed and shown.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::route::{CATEGORIES, Route};
use super::settings::ChannelSettings;
use super::trouble::ChannelTrouble;
use crate::error::FieldProblems;
use crate::lang::Lang;
use crate::text::Problem;

/// The longest name of a channel.
const LONGEST_NAME: u32 = 64;
/// The most routes of a channel.
const MOST_ROUTES: u32 = 20;
/// The most tags or servers of a route.
const MOST_NAMED: u32 = 200;

/// What a channel is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelInput {
    /// What it is called; no two channels are called the same in any case.
    pub name: String,
    /// Whether anything goes out by it.
    #[serde(default = "on")]
    pub enabled: bool,
    /// In which language its readers are told.
    #[serde(default)]
    pub language: Lang,
    /// Where it leads.
    pub settings: ChannelSettings,
    /// What it lets through: whatever one of these does.
    pub routes: Vec<Route>,
}

const fn on() -> bool {
    true
}

impl ChannelInput {
    /// The same without blanks around what was typed.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        let trim = |text: &mut String| *text = text.trim().to_owned();
        trim(&mut self.name);
        match &mut self.settings {
            ChannelSettings::Email { host, from, to, .. } => {
                trim(host);
                trim(from);
                to.iter_mut().for_each(trim);
            }
            ChannelSettings::Webhook { url, .. } | ChannelSettings::Slack { url } => trim(url),
            ChannelSettings::Gotify { url, token } => {
                trim(url);
                trim(token);
            }
            ChannelSettings::Ntfy { url, topic, token } => {
                trim(url);
                trim(topic);
                trim(token);
            }
        }
        for route in &mut self.routes {
            route.tags.iter_mut().for_each(trim);
            route.servers.iter_mut().for_each(trim);
        }
        self
    }

    /// What is wrong with it, by field, as far as it tells by itself.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = self.settings.problems();
        let mut say = |field: String, problem: Problem| {
            problems.insert(field, problem);
        };
        if self.name.trim().is_empty() {
            say("name".to_owned(), Problem::Required);
        } else if self.name.chars().any(char::is_control) {
            say("name".to_owned(), Problem::ControlCharacters);
        } else if self.name.chars().count() > LONGEST_NAME as usize {
            say("name".to_owned(), Problem::TooLong { max: LONGEST_NAME });
        }
        let too_many = |max| Problem::from(ChannelTrouble::TooMany { max });
        if self.routes.is_empty() {
            say("routes".to_owned(), Problem::Required);
        } else if self.routes.len() > MOST_ROUTES as usize {
            say("routes".to_owned(), too_many(MOST_ROUTES));
        }
        for (index, route) in self.routes.iter().enumerate() {
            let known: BTreeSet<&str> = CATEGORIES.iter().copied().collect();
            if let Some(given) = route
                .categories
                .iter()
                .find(|given| !known.contains(given.as_str()))
            {
                let (given, known) = (
                    given.clone(),
                    CATEGORIES.iter().map(ToString::to_string).collect(),
                );
                say(
                    format!("routes[{index}].categories"),
                    Problem::UnknownChoice { given, known },
                );
            }
            for (field, names) in [("tags", &route.tags), ("servers", &route.servers)] {
                let field = format!("routes[{index}].{field}");
                if names.len() > MOST_NAMED as usize {
                    say(field, too_many(MOST_NAMED));
                } else if names.iter().any(|name| name.trim().is_empty()) {
                    say(field, Problem::Required);
                }
            }
        }
        problems
    }
}

/// How a channel has done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChannelState {
    /// When something was taken last; null for never.
    pub sent_at: Option<DateTime<Utc>>,
    /// When something was not taken last; null for never.
    pub failed_at: Option<DateTime<Utc>>,
    /// Why not.
    pub problem: Option<Problem>,
    /// The server's own words on it.
    pub words: String,
    /// Whether its secret can't be opened any more and must be entered again.
    #[serde(default)]
    pub secret_lost: bool,
    /// How many notifications wait to go out.
    pub waiting: u32,
    /// How many were given up.
    pub dead: u32,
}

impl ChannelState {
    /// Whether the last attempt failed.
    pub fn is_failing(&self) -> bool {
        self.failed_at > self.sent_at
    }
}

/// A channel as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRow {
    /// Its id.
    pub id: Uuid,
    /// Goes up with every change; sent back with the next one, so that nobody undoes another's unseen.
    pub revision: i64,
    /// What it is made of, its secret masked.
    #[serde(flatten)]
    pub channel: ChannelInput,
    /// How it has done.
    pub state: ChannelState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}
