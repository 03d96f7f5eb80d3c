//! What the command palette offers for a text.

use drover_types::{action::GuestAction, guest::GuestRow, permission::Permission};
use drover_ui::IconName;

use crate::{
    inventory::{Guest, use_inventory},
    paths,
    session::use_session,
    shared::{action_icon, action_name, status_name},
    texts::{say, use_i18n},
};

/// How many servers are offered at once.
const MOST_SERVERS: usize = 8;

/// Up to how many servers what can be done to them is at hand too.
const FEW_SERVERS: usize = 2;

/// What choosing an item does.
#[derive(Clone, PartialEq)]
pub(super) enum Deed {
    /// Goes to an address.
    Go(String),
    /// Does something to a server.
    Act(GuestAction, Guest),
}

/// One line of the palette.
#[derive(Clone, PartialEq)]
pub(super) struct Item {
    /// Names it among the items of one list.
    pub(super) key: String,
    /// Its group's heading.
    pub(super) group: String,
    pub(super) icon: IconName,
    pub(super) text: String,
    pub(super) hint: String,
    pub(super) deed: Deed,
}

/// The items for `query`, best first; tracked by language and inventory.
pub(super) fn items(query: &str) -> Vec<Item> {
    let query = query.trim().to_lowercase();
    let mut items = pages(&query);
    if !query.is_empty() {
        let servers = servers(&query);
        // Servers before actions: Enter at once must never switch something off.
        items.extend(servers.iter().map(server));
        if servers.len() <= FEW_SERVERS {
            items.extend(servers.iter().flat_map(actions));
        }
    }
    items
}

fn pages(query: &str) -> Vec<Item> {
    let i18n = use_i18n();
    let entries = [
        (paths::OVERVIEW, IconName::Grid, say!(i18n, layout.overview)),
        (paths::SERVERS, IconName::Server, say!(i18n, layout.servers)),
        (paths::NEW_SERVER, IconName::Plus, say!(i18n, layout.new_server)),
        (paths::TASKS, IconName::List, say!(i18n, layout.tasks)),
        (paths::BACKUPS, IconName::Archive, say!(i18n, backups.title)),
        (paths::STORAGE, IconName::Database, say!(i18n, layout.storage)),
        (paths::FIREWALL, IconName::Shield, say!(i18n, firewall.title)),
        (paths::ROLES, IconName::Layers, say!(i18n, roles.title)),
        (paths::MONITORING, IconName::Chart, say!(i18n, monitoring.title)),
        (
            paths::MONITORING_ALERTS,
            IconName::Alert,
            say!(i18n, monitoring.alerts_page),
        ),
        (
            paths::MONITORING_CHARTS,
            IconName::Activity,
            say!(i18n, monitoring.charts_page),
        ),
        (paths::USERS, IconName::Users, say!(i18n, users.title)),
        (paths::AUDIT, IconName::History, say!(i18n, audit.title)),
        (paths::PROFILE, IconName::User, say!(i18n, layout.profile)),
        (paths::GALLERY, IconName::Layers, say!(i18n, layout.gallery)),
    ];
    let group = say!(i18n, layout.palette_pages);
    let manages_users = use_session()
        .with_grants(|grants| grants.allow(Permission::ManageUsers))
        .unwrap_or_default();
    let sees_all = use_session()
        .with_grants(|grants| grants.allow(Permission::ViewAll))
        .unwrap_or_default();
    let is_open = |path: &str| {
        if path.starts_with(paths::MONITORING) {
            sees_all
        } else {
            manages_users || ![paths::USERS, paths::AUDIT].contains(&path)
        }
    };
    let fits = |path: &str, text: &str| text.to_lowercase().contains(query) || path.contains(query);
    entries
        .into_iter()
        .filter(|(path, _, text)| is_open(path) && (query.is_empty() || fits(path, text)))
        .map(|(path, icon, text)| Item {
            key: path.to_owned(),
            group: group.clone(),
            icon,
            text,
            hint: String::new(),
            deed: Deed::Go(path.to_owned()),
        })
        .collect()
}

/// The servers whose name, id, tag or address holds every word; a name that begins with the text comes first.
fn servers(query: &str) -> Vec<Guest> {
    let words: Vec<&str> = query.split_whitespace().collect();
    use_inventory().with_guests(|guests| {
        let mut found: Vec<(bool, &Guest)> = guests
            .iter()
            .filter(|guest| !guest.template && words.iter().all(|word| holds(guest, word)))
            .map(|guest| (!guest.name.to_lowercase().starts_with(query), guest))
            .collect();
        found.sort_by(|(a, left), (b, right)| {
            a.cmp(b)
                .then_with(|| drover_types::filter::natural(&left.name, &right.name))
        });
        found
            .into_iter()
            .take(MOST_SERVERS)
            .map(|(_, guest)| Guest::clone(guest))
            .collect()
    })
}

fn holds(guest: &GuestRow, word: &str) -> bool {
    guest.name.to_lowercase().contains(word)
        || guest.id.vmid.to_string().starts_with(word)
        || guest.addresses.iter().any(|address| address.starts_with(word))
        || guest.tags.iter().any(|tag| tag == word)
}

fn server(guest: &Guest) -> Item {
    let i18n = use_i18n();
    Item {
        key: guest.id.to_string(),
        group: say!(i18n, layout.palette_servers),
        icon: IconName::Server,
        text: guest.name.clone(),
        hint: format!(
            "{} · {} · {}",
            status_name(guest.status),
            guest.node,
            guest.id.vmid
        ),
        deed: Deed::Go(paths::server(&guest.id)),
    }
}

/// What the user may do to a guest now; the palette leaves out what its menu explains.
fn actions(guest: &Guest) -> Vec<Item> {
    let i18n = use_i18n();
    let allowed = |action: &GuestAction| {
        let refusal = use_session().with_grants(|grants| action.refusal(guest, grants));
        matches!(refusal, Some(None))
    };
    GuestAction::ALL
        .iter()
        .copied()
        .filter(allowed)
        .map(|action| Item {
            key: format!("{}-{action:?}", guest.id),
            group: say!(i18n, layout.palette_actions),
            icon: action_icon(action),
            text: format!("{}: {}", action_name(action), guest.name),
            hint: String::new(),
            deed: Deed::Act(action, Guest::clone(guest)),
        })
        .collect()
}
