//! The clusters that Drover is configured for, each with its one client. Sends nothing by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use drover_types::text::Problem;
use pve_client::{Client, ClientConfig};

use crate::error::Error;

/// What the configuration says of a cluster.
#[derive(Debug, Clone)]
pub struct ClusterConfig {
    /// Its name in Drover: part of every [`GuestId`](drover_types::ids::GuestId), so it must not change later.
    pub name: String,
    /// Addresses, credentials and trust.
    pub client: ClientConfig,
    /// The node that a new server is put on where a request names none.
    pub node: Option<String>,
    /// The storage for disks that ask for capacity.
    pub hdd_storage: Option<String>,
    /// The storage for disks that ask for speed.
    pub ssd_storage: Option<String>,
    /// The template of each system, such as `ubuntu`.
    pub templates: BTreeMap<String, u32>,
}

/// What is taken where a request leaves it open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Defaults {
    /// The node that a new server is put on.
    pub node: Option<String>,
    /// The storage for disks that ask for capacity.
    pub hdd_storage: Option<String>,
    /// The storage for disks that ask for speed.
    pub ssd_storage: Option<String>,
    /// The template of each system, such as `ubuntu`.
    pub templates: BTreeMap<String, u32>,
}

/// One cluster. Cheap to clone: the clones share connections, ticket and limits.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its name in Drover's configuration.
    pub name: Arc<str>,
    /// Its client.
    pub client: Client,
    /// What is taken where a request leaves it open.
    pub defaults: Defaults,
}

/// Every cluster. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Clusters(Arc<[Cluster]>);

/// Why the clusters can't be used as configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClustersError {
    /// There is none.
    #[error("no Proxmox cluster is configured: set PROXMOX_ENDPOINT, or write a [[cluster]] table")]
    None,
    /// The name can't stand in a URL, or would be read as part of an id.
    #[error(
        "the cluster name {0:?} can't be used: take lower-case letters, digits and inner hyphens, at most 32"
    )]
    Name(String),
    /// Two have the same name.
    #[error("two clusters are called {0:?}: give each a name of its own")]
    Repeated(String),
    /// A client can't be built.
    #[error("cluster {name:?}: {source}")]
    Client {
        /// Which cluster.
        name: String,
        /// What is wrong with its configuration.
        #[source]
        source: pve_client::Error,
    },
}

impl Clusters {
    /// Builds the clients; nothing is sent yet.
    ///
    /// # Errors
    /// Where there is none, or one can't be used as it is configured.
    pub fn connect(configs: Vec<ClusterConfig>) -> Result<Self, ClustersError> {
        let mut clusters: Vec<Cluster> = Vec::with_capacity(configs.len());
        for config in configs {
            if !is_name(&config.name) {
                return Err(ClustersError::Name(config.name));
            }
            if clusters.iter().any(|other| *other.name == *config.name) {
                return Err(ClustersError::Repeated(config.name));
            }
            let client = Client::new(config.client).map_err(|source| ClustersError::Client {
                name: config.name.clone(),
                source,
            })?;
            clusters.push(Cluster {
                name: config.name.into(),
                client,
                defaults: Defaults {
                    node: config.node,
                    hdd_storage: config.hdd_storage,
                    ssd_storage: config.ssd_storage,
                    templates: config.templates,
                },
            });
        }
        if clusters.is_empty() {
            return Err(ClustersError::None);
        }
        Ok(Self(clusters.into()))
    }

    /// The cluster of this name.
    pub fn get(&self, name: &str) -> Option<&Cluster> {
        self.0.iter().find(|cluster| *cluster.name == *name)
    }

    /// The one that is meant where a request names none: the first of the configuration.
    pub fn first(&self) -> Option<&Cluster> {
        self.0.first()
    }

    /// The one that is named, or the first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `cluster`, where there is none of that name.
    pub fn named(&self, name: Option<&str>) -> crate::Result<&Cluster> {
        let found = match name {
            Some(name) => self.get(name),
            None => self.first(),
        };
        found.ok_or_else(|| {
            let given = name.unwrap_or_default().to_owned();
            let known = self.iter().map(|cluster| cluster.name.to_string()).collect();
            Error::field("cluster", Problem::UnknownChoice { given, known })
        })
    }

    /// Each, in the order of the configuration.
    pub fn iter(&self) -> std::slice::Iter<'_, Cluster> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Clusters {
    type Item = &'a Cluster;
    type IntoIter = std::slice::Iter<'a, Cluster>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn is_name(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=32).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use pve_client::Credentials;

    use super::*;

    fn config(name: &str, endpoint: &str) -> ClusterConfig {
        let credentials = Credentials::token("drover@pve!main=secret").unwrap();
        ClusterConfig {
            name: name.into(),
            client: ClientConfig::new(vec![endpoint.into()], credentials),
            node: Some("pve1".into()),
            hdd_storage: None,
            ssd_storage: Some("local-lvm".into()),
            templates: BTreeMap::new(),
        }
    }

    #[test]
    fn clusters_are_found_by_name_and_the_first_is_the_default() {
        let home = "http://127.0.0.1:1";
        let clusters = Clusters::connect(vec![config("lab", home), config("office-2", home)]).unwrap();
        assert_eq!(clusters.first().map(|c| &*c.name), Some("lab"));
        let office = clusters.get("office-2").unwrap();
        assert_eq!(office.defaults.ssd_storage.as_deref(), Some("local-lvm"));
        assert!(clusters.get("office").is_none());
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_without_its_secret() {
        let home = "http://127.0.0.1:1";
        let none = Clusters::connect(Vec::new()).unwrap_err();
        assert_eq!(none, ClustersError::None);
        for name in ["", "a:b", "Lab", "-lab", "랩"] {
            let error = Clusters::connect(vec![config(name, home)]).unwrap_err();
            assert_eq!(error, ClustersError::Name(name.into()));
        }
        let twice = Clusters::connect(vec![config("lab", home), config("lab", home)]).unwrap_err();
        assert_eq!(twice, ClustersError::Repeated("lab".into()));
        let clear = Clusters::connect(vec![config("lab", "http://192.0.2.1:8006")]).unwrap_err();
        assert!(matches!(&clear, ClustersError::Client { name, .. } if name == "lab"));
        assert!(!clear.to_string().contains("secret"));
    }
}
