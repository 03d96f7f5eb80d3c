//! Rules end with the server that they are for: another guest that is given its id later was meant by none of them.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::audit::{Action, ObjectKind};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::monitoring::RuleTarget;
use futures::future::join_all;
use pve_client::{ConfigView, GuestConfig};
use tokio::time::timeout;

use super::rules::name;
use super::scene::Scene;
use super::service::Monitoring;
use crate::audit::{self, Entry, Who, changed};
use crate::context::Origin;
use crate::error::Result;
use crate::events::Change;
use crate::store::alert_rules::{self, OfServer};
use crate::store::tasks::{decode, encode};
use crate::tasks::Identity;

/// How long a cluster is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many are asked each time that the rules are looked at.
const AT_ONCE: usize = 4;
/// For how long a server that stays in the picture is taken for the same.
const TRUSTED: TimeDelta = TimeDelta::hours(1);
/// When one that could not be asked is asked again: until then it is taken for the same.
const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// When the server of each rule is looked at next, by the rule's id.
#[derive(Debug, Default)]
pub(super) struct Looked(HashMap<i64, DateTime<Utc>>);

/// What became of the server of a rule.
enum Found {
    /// It is the one, or nothing speaks against it.
    Same,
    /// It was not known by anything before.
    New(Identity),
    /// It is another one.
    Another,
}

impl Monitoring {
    /// Ends the rules of servers that others have taken the place of, and tells whether there were any.
    pub(super) async fn end_rules_of_replaced(&self, scene: &Scene) -> Result<bool> {
        let rules = alert_rules::of_servers(&self.0.db).await?;
        let mut due = self.due(&rules, scene);
        // The others have their turn the next time: a node that hangs may not hold up what alerts are raised by.
        due.truncate(AT_ONCE);
        let told = join_all(due.iter().map(|(_, row)| self.read(row))).await;
        let mut is_any = false;
        for ((of, _), config) in due.into_iter().zip(told) {
            let again = if config.is_some() { TRUSTED } else { AGAIN };
            let next = scene.now + again;
            self.memory().looked.0.insert(of.rule.id, next);
            match compared(of, config.as_ref()) {
                Found::Same => {}
                Found::New(identity) => {
                    let mut tx = self.0.db.begin().await?;
                    alert_rules::identify(&mut tx, &of.rule, &encode(&identity)?).await?;
                    tx.commit().await?;
                }
                Found::Another => {
                    self.end_rule(of).await?;
                    is_any = true;
                }
            }
        }
        Ok(is_any)
    }

    /// The rules whose servers are to be looked at, with those. What was away is looked at when it is back.
    fn due<'a>(&self, rules: &'a [OfServer], scene: &'a Scene) -> Vec<(&'a OfServer, &'a GuestRow)> {
        let mut memory = self.memory();
        let looked = &mut memory.looked.0;
        looked.retain(|id, _| rules.iter().any(|of| of.rule.id == *id));
        let mut due = Vec::new();
        for of in rules {
            let RuleTarget::Server(id) = &of.rule.rule.target else {
                continue;
            };
            if scene.is_silent(&id.cluster) {
                continue;
            }
            let guests = &scene.picture.guests;
            match guests.binary_search_by(|row| row.id.cmp(id)) {
                Ok(at) => {
                    if looked.get(&of.rule.id).is_none_or(|next| scene.now >= *next) {
                        due.push((of, &guests[at]));
                    }
                }
                Err(_) => drop(looked.remove(&of.rule.id)),
            }
        }
        due
    }

    async fn read(&self, row: &GuestRow) -> Option<GuestConfig> {
        let client = &self.0.clusters.get(&row.id.cluster)?.client;
        let (node, vmid, view) = (&row.node, row.id.vmid, ConfigView::Current);
        let asked = async {
            match row.kind {
                GuestKind::Qemu => client.qemu_config(node, vmid, view).await,
                GuestKind::Lxc => client.lxc_config(node, vmid, view).await,
            }
        };
        match timeout(PATIENCE, asked).await {
            Ok(Ok(config)) => Some(config),
            Ok(Err(error)) => {
                tracing::debug!(guest = %row.id, %error, "it is not known whether this is the server of a rule");
                None
            }
            Err(_) => None,
        }
    }

    async fn end_rule(&self, of: &OfServer) -> Result<()> {
        let mut write = self.0.events.begin().await?;
        let Some(rule) = alert_rules::locked(&mut write.tx, of.rule.id).await? else {
            return Ok(());
        };
        if rule.revision != of.rule.revision {
            // Somebody has just changed it, and means what is there now.
            return Ok(());
        }
        alert_rules::delete(&mut write.tx, rule.id).await?;
        let object = name(&rule.rule);
        tracing::info!(
            rule = object,
            "a rule has ended: its server was replaced by another"
        );
        let mut entry = Entry::done(Action::DeleteAlertRule, ObjectKind::AlertRule, &object);
        changed(&mut entry.changes, "rule", Some(&rule.rule), None);
        let who = Who {
            user_id: None,
            username: "drover",
            origin: &Origin::default(),
        };
        let now = write.now();
        audit::record(&mut write.tx, who, &entry, now).await?;
        write.changed(Change::Alerts);
        Ok(write.commit().await?)
    }
}

fn compared(of: &OfServer, config: Option<&GuestConfig>) -> Found {
    let Some(config) = config else {
        return Found::Same;
    };
    let known = of.identity.as_deref();
    let known: Option<Identity> = known.and_then(|text| decode("what a guest is known by", text).ok());
    match known {
        None => Found::New(Identity::of(config)),
        Some(known) if known.was_replaced_by(config) => Found::Another,
        Some(_) => Found::Same,
    }
}
