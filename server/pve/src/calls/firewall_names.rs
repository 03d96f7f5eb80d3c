//! What rules refer to by name: aliases and sets of addresses, of the cluster or of a guest. A node has none.

use super::firewall::{FirewallOf, below};
use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{FirewallAlias, FirewallIpSet, FirewallIpSetEntry, FirewallRef, GuestKind};

impl Client {
    /// What a rule of this firewall may name.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn firewall_refs(&self, of: FirewallOf<'_>) -> Result<Vec<FirewallRef>> {
        self.list(below!(get, of, "/refs")).await
    }

    /// The aliases.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn firewall_aliases(&self, of: FirewallOf<'_>) -> Result<Vec<FirewallAlias>> {
        self.list(below!(get, of, "/aliases")).await
    }

    /// Makes an alias.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_name_taken` where there is one of that name.
    pub async fn create_firewall_alias(
        &self,
        of: FirewallOf<'_>,
        name: &str,
        cidr: &str,
        comment: Option<&str>,
    ) -> Result<()> {
        let call = below!(post, of, "/aliases")
            .param("name", name)
            .param("cidr", cidr);
        self.done(call.opt("comment", comment)).await
    }

    /// Writes an alias anew; `new_name` only where it gets another one.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the aliases were changed meanwhile.
    pub async fn change_firewall_alias(
        &self,
        of: FirewallOf<'_>,
        name: &str,
        new_name: Option<&str>,
        (cidr, comment): (&str, Option<&str>),
        digest: Option<&str>,
    ) -> Result<()> {
        let call = below!(put, of, "/aliases/{name}", &name)
            .param("cidr", cidr)
            .opt("comment", comment)
            .opt("rename", new_name);
        self.done(call.opt("digest", digest)).await
    }

    /// Deletes an alias.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the aliases were changed meanwhile.
    pub async fn delete_firewall_alias(
        &self,
        of: FirewallOf<'_>,
        name: &str,
        digest: Option<&str>,
    ) -> Result<()> {
        let call = below!(delete, of, "/aliases/{name}", &name);
        self.done(call.opt("digest", digest)).await
    }

    /// The sets of addresses, without their members.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn firewall_ip_sets(&self, of: FirewallOf<'_>) -> Result<Vec<FirewallIpSet>> {
        self.list(below!(get, of, "/ipset")).await
    }

    /// The members of a set.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is no such set.
    pub async fn firewall_ip_set(&self, of: FirewallOf<'_>, name: &str) -> Result<Vec<FirewallIpSetEntry>> {
        self.list(below!(get, of, "/ipset/{name}", &name)).await
    }

    /// Makes an empty set.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_name_taken` where there is one of that name.
    pub async fn create_firewall_ip_set(
        &self,
        of: FirewallOf<'_>,
        name: &str,
        comment: Option<&str>,
    ) -> Result<()> {
        let call = below!(post, of, "/ipset").param("name", name);
        self.done(call.opt("comment", comment)).await
    }

    /// Gives a set another name or comment. Rules that name it don't follow.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the list of sets was changed meanwhile.
    pub async fn change_firewall_ip_set(
        &self,
        of: FirewallOf<'_>,
        name: &str,
        new_name: &str,
        comment: Option<&str>,
        digest: Option<&str>,
    ) -> Result<()> {
        let call = below!(post, of, "/ipset")
            .param("name", new_name)
            .param("rename", name)
            .opt("comment", comment);
        self.done(call.opt("digest", digest)).await
    }

    /// Deletes a set with its members.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is no such set.
    pub async fn delete_firewall_ip_set(&self, of: FirewallOf<'_>, name: &str) -> Result<()> {
        let call = below!(delete, of, "/ipset/{name}", &name);
        self.done(call.flag("force", true)).await
    }

    /// Adds a member to a set.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_name_taken` where it is in the set.
    pub async fn add_firewall_ip(
        &self,
        of: FirewallOf<'_>,
        set: &str,
        (cidr, nomatch): (&str, bool),
        comment: Option<&str>,
    ) -> Result<()> {
        let call = below!(post, of, "/ipset/{name}", &set)
            .param("cidr", cidr)
            .flag("nomatch", nomatch);
        self.done(call.opt("comment", comment)).await
    }

    /// Writes a member of a set anew.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the set was changed meanwhile.
    pub async fn change_firewall_ip(
        &self,
        of: FirewallOf<'_>,
        set: &str,
        (cidr, nomatch): (&str, bool),
        comment: Option<&str>,
        digest: Option<&str>,
    ) -> Result<()> {
        let call = below!(put, of, "/ipset/{name}/{cidr}", &set, &cidr)
            .param("nomatch", u8::from(nomatch))
            .opt("comment", comment);
        self.done(call.opt("digest", digest)).await
    }

    /// Takes a member out of a set.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the set was changed meanwhile.
    pub async fn delete_firewall_ip(
        &self,
        of: FirewallOf<'_>,
        set: &str,
        cidr: &str,
        digest: Option<&str>,
    ) -> Result<()> {
        let call = below!(delete, of, "/ipset/{name}/{cidr}", &set, &cidr);
        self.done(call.opt("digest", digest)).await
    }
}
