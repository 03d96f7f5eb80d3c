//! How Drover signs in to a server: what is set by hand, and the keys of its host.

use drover_types::audit::{Action, ObjectKind};
use drover_types::error::FieldProblems;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::role::{Connection, ConnectionChange};
use drover_types::text::Problem;

use super::service::Roles;
use crate::ansible::HostKeys;
use crate::audit::{self, Entry, changed};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::store::tasks::{decode, encode};
use crate::store::{reservations, server_connections};
use crate::tasks::{Identity, SSH_PORT, configured, known_user};

/// The longest name of a host, and of a user.
const LONGEST: usize = 253;

impl Roles {
    /// Sets by hand how Drover signs in to a server; nothing for what it finds out by itself. For those who reach every
    /// server, as Drover's key opens any that somebody names here.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Limited`]; [`Error::NotFound`]; [`Error::Invalid`]; or the cluster's.
    pub async fn set_connection(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        set: &ConnectionChange,
    ) -> Result<()> {
        let actor = ctx.require_for_all(Permission::AssignRoles)?;
        check(set)?;
        let row = self.0.servers.row(actor, guest).await?;
        let config = self.0.servers.config(&row).await?;
        let on_record = server_connections::of(&self.0.db, guest).await?;
        let is_of_another = match &on_record {
            Some(record) => {
                let known: Identity = decode("what a guest is known by", &record.identity)?;
                known.was_replaced_by(&config)
            }
            None => false,
        };
        let before = on_record.unwrap_or_default().set;
        let mut entry = Entry::done(Action::SetConnection, ObjectKind::Server, &row.name);
        changed(
            &mut entry.changes,
            "address",
            Some(&before.address),
            Some(&set.address),
        );
        changed(&mut entry.changes, "user", Some(&before.user), Some(&set.user));
        changed(&mut entry.changes, "port", Some(&before.port), Some(&set.port));
        let identity = encode(&Identity::of(&config))?;
        let mut write = self.0.events.begin().await?;
        if is_of_another {
            server_connections::forget(&mut write.tx, guest).await?;
        }
        server_connections::set(&mut write.tx, guest, &identity, set).await?;
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Roles);
        Ok(write.commit().await?)
    }

    /// Forgets the keys of a server's host: those of the next contact are taken for its own.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for the server; [`Error::Conflict`] where none are known.
    pub async fn forget_host_keys(&self, ctx: &OpContext, guest: &GuestId) -> Result<()> {
        let actor = ctx.require(Permission::AssignRoles)?;
        let row = self.0.servers.listed(actor, guest).await?;
        let before = server_connections::of(&self.0.db, guest)
            .await?
            .unwrap_or_default();
        let known = HostKeys::read(&before.host_keys).fingerprints();
        let mut entry = Entry::done(Action::ForgetHostKey, ObjectKind::Server, &row.name);
        changed(&mut entry.changes, "host_keys", Some(&known), None);
        let mut write = self.0.events.begin().await?;
        if !server_connections::unpin(&mut write.tx, guest).await? {
            let server = row.name;
            return Err(Error::Conflict(Problem::NoHostKey { server }));
        }
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        Ok(write.commit().await?)
    }

    /// How Drover signs in to a server, as far as that is known without asking it.
    pub(super) async fn connection(&self, row: &GuestRow) -> Result<Connection> {
        let record = server_connections::of(&self.0.db, &row.id)
            .await?
            .unwrap_or_default();
        let os_type = reservations::at(&self.0.db, &row.id)
            .await?
            .map(|one| one.os_type);
        // A cluster that does not answer keeps nobody from what is on record.
        let config = self.0.servers.config(row).await.ok();
        let by_config = config
            .as_ref()
            .and_then(configured)
            .map(|address| address.to_string());
        let address = record.set.address.clone().or(by_config);
        let user = config
            .as_ref()
            .and_then(|config| known_user(row.kind, config, os_type.as_deref(), &record.set));
        Ok(Connection {
            address: address.or_else(|| row.addresses.first().cloned()),
            user: user.or_else(|| record.set.user.clone()),
            port: record.set.port.unwrap_or(SSH_PORT),
            fingerprints: HostKeys::read(&record.host_keys).fingerprints(),
            pinned_at: record.pinned_at,
            set: record.set,
        })
    }
}

fn check(set: &ConnectionChange) -> Result<()> {
    // What begins with a hyphen would be an option to a program.
    let is_word = |text: &str, more: &str| {
        !text.is_empty()
            && text.len() <= LONGEST
            && !text.starts_with('-')
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let mut problems = FieldProblems::new();
    if set.address.as_deref().is_some_and(|text| !is_word(text, ".-:")) {
        problems.insert("address".to_owned(), Problem::InvalidAddress);
    }
    if set.user.as_deref().is_some_and(|text| !is_word(text, "._-")) {
        problems.insert("user".to_owned(), Problem::InvalidName);
    }
    if set.port == Some(0) {
        problems.insert("port".to_owned(), Problem::OutOfRange { min: 1, max: 65_535 });
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}
