//! How the clusters are, in one word and one colour, and how old the picture of them is.

use drover_types::{cluster::ClusterHealth, units};
use drover_ui::Tone;
use leptos::prelude::*;

use crate::{
    clock::use_now,
    inventory::use_inventory,
    live::{Connection, use_live},
    texts::{say, use_i18n, use_lang},
};

/// How long a break of the stream goes unmentioned: a server that restarts is back before.
const PATIENCE_SECONDS: i64 = 3;

/// How the clusters are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// What the colour means.
    pub tone: Tone,
    /// A few words.
    pub label: String,
    /// Where what is shown may be old: a sentence that says since when.
    pub stale: Option<String>,
}

/// How the clusters are now.
pub fn use_health() -> Memo<Health> {
    let i18n = use_i18n();
    let lang = use_lang();
    let live = use_live();
    let inventory = use_inventory();
    let now = use_now();
    Memo::new(move |_| {
        let clusters = inventory.clusters();
        let age = |since: i64| units::age(now.get() - since, lang.get());
        if let Connection::Lost { since } = live.connection()
            && now.get() - since >= PATIENCE_SECONDS
        {
            return Health {
                tone: Tone::Warning,
                label: say!(i18n, layout.offline),
                stale: Some(say!(i18n, layout.offline_since, age = age(since))),
            };
        }
        if let Some(cluster) = clusters.iter().find(|cluster| cluster.is_stale(now.get())) {
            let name = cluster.name.clone();
            return Health {
                tone: Tone::Danger,
                label: say!(i18n, layout.unreachable, cluster = name.clone()),
                stale: Some(if cluster.fetched_at == 0 {
                    say!(i18n, layout.unreachable_never, cluster = name)
                } else {
                    say!(
                        i18n,
                        layout.unreachable_since,
                        cluster = name,
                        age = age(cluster.fetched_at)
                    )
                }),
            };
        }
        if let Some(cluster) = clusters.iter().find(|cluster| cluster.quorate == Some(false)) {
            return Health {
                tone: Tone::Danger,
                label: say!(i18n, layout.no_quorum, cluster = cluster.name.clone()),
                stale: None,
            };
        }
        if !inventory.is_loaded() {
            return Health {
                tone: Tone::Neutral,
                label: say!(i18n, layout.connecting),
                stale: None,
            };
        }
        let offline = inventory.nodes().iter().filter(|node| !node.online).count();
        if offline > 0 {
            return Health {
                tone: Tone::Warning,
                label: say!(i18n, layout.nodes_offline, count = offline as u64),
                stale: None,
            };
        }
        Health {
            tone: Tone::Success,
            label: names(&clusters).unwrap_or_else(|| say!(i18n, layout.healthy)),
            stale: None,
        }
    })
}

/// The name of the only cluster.
fn names(clusters: &[ClusterHealth]) -> Option<String> {
    match clusters {
        [one] => Some(one.name.clone()),
        _ => None,
    }
}
