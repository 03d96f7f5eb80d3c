//! What the form asks for besides the configuration: the bridges of the server's node, and the addresses that the
//! guest agent reports. In the browser alone.

use std::collections::BTreeMap;

use drover_types::cluster::BridgeRow;
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::super::edit::{Editor, Field, NicPart};
use crate::{rpc, session::use_session};

/// What is known so far; cheap to copy.
#[derive(Clone, Copy)]
pub struct Surroundings {
    editor: Editor,
    bridges: RwSignal<Vec<BridgeRow>>,
    reported: RwSignal<BTreeMap<String, Vec<String>>>,
}

impl Surroundings {
    /// Asks now, and again when the server moves or begins to run.
    pub fn follow(editor: Editor) -> Self {
        let session = use_session();
        let known = Self {
            editor,
            bridges: RwSignal::new(Vec::new()),
            reported: RwSignal::new(BTreeMap::new()),
        };
        let place = Memo::new(move |_| {
            editor
                .guest
                .with(|guest| (guest.id.clone(), guest.node.clone(), guest.status))
        });
        Effect::new(move |_| {
            let (id, node, _) = place.get();
            spawn_local(async move {
                // The form works without either: what is configured stays to be seen and chosen.
                match rpc::clusters::bridges(id.cluster.clone(), node).await {
                    Ok(bridges) => drop(known.bridges.try_set(bridges)),
                    Err(error) => session.heed(&error),
                }
                match rpc::servers::server_detail(id).await {
                    Ok(detail) => {
                        let reported = detail.nics.into_iter().map(|nic| (nic.interface, nic.addresses));
                        known.reported.try_set(reported.collect());
                    }
                    Err(error) => session.heed(&error),
                }
            });
        });
        known
    }

    /// The addresses that the guest agent reports of a NIC. Tracked.
    pub fn reported(self, interface: &str) -> Vec<String> {
        self.reported
            .with(|reported| reported.get(interface).cloned().unwrap_or_default())
    }

    /// The bridge that a new NIC begins with. Not tracked.
    pub fn first(self) -> String {
        self.bridges.with_untracked(|bridges| {
            bridges
                .first()
                .map(|bridge| bridge.name.clone())
                .unwrap_or_default()
        })
    }

    /// The bridges to choose from, with what is known of their networks. Tracked.
    pub fn options(self, index: u32) -> Vec<SelectOption> {
        let mut options: Vec<_> = self.bridges.with(|bridges| {
            let option = |bridge: &BridgeRow| {
                let about = bridge.comment.as_ref().or(bridge.cidr.as_ref());
                let label = about.map_or_else(
                    || bridge.name.clone(),
                    |about| format!("{} · {about}", bridge.name),
                );
                SelectOption::new(bridge.name.clone(), label)
            };
            bridges.iter().map(option).collect()
        });
        // What is configured stays to be seen while the list is on its way, or where the node has no such bridge.
        let chosen = self
            .editor
            .with(|typed| typed.get(Field::Nic(index, NicPart::Bridge)).to_owned());
        if !chosen.is_empty() && options.iter().all(|option| option.value != chosen) {
            options.push(SelectOption::new(chosen.clone(), chosen));
        }
        options
    }
}
