//! Everything, in the order in which it would be needed.

use super::ansible::check_ansible;
use super::cluster::check_cluster;
use super::finding::Finding;
use super::sources::check_sources;
use super::storage::{data_folder, database};
use crate::config::Config;

/// Tries everything.
pub async fn check(config: &Config) -> Vec<Finding> {
    let mut findings = vec![data_folder(&config.data), database(config).await];
    findings.extend(check_ansible(&config.ansible).await);
    findings.extend(check_sources(&config.sources).await);
    for cluster in &config.clusters {
        findings.extend(check_cluster(cluster).await);
    }
    findings
}
