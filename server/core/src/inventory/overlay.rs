//! What Drover knows of a guest before, or beside, the collector: what a task does with it, how it was found
//! when it was asked itself, which addresses it has.

use chrono::{DateTime, Utc};
use drover_types::guest::{GuestRow, GuestStatus, MemorySource};
use drover_types::ids::GuestId;
use drover_types::role::RoleKey;

use super::inside::Inside;

/// What holds for a guest as long as it exists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Note {
    /// Whether Drover made it.
    pub(super) made: bool,
    /// When Drover was asked to make it, in seconds since 1970.
    pub(super) asked_at: Option<i64>,
    /// When it was made, or what it was cloned from, by its configuration.
    pub(super) born_at: Option<i64>,
    /// Whether its configuration forbids to remove it.
    pub(super) protected: bool,
    /// Who asked for it, where Drover makes or made it.
    pub(super) maker: Option<String>,
    /// Who adopted it.
    pub(super) adopted: Option<Adoption>,
    /// The role that was given to it.
    pub(super) role: Option<RoleKey>,
    /// The firewall groups that Drover has given it.
    pub(super) groups: Vec<String>,
    /// The addresses that were given to it.
    pub(super) reserved: Vec<String>,
    /// The addresses that its agent tells; `None` where that was never asked or never answered.
    pub(super) sampled: Option<Vec<String>>,
    /// What it tells of itself.
    pub(super) inside: Option<Inside>,
    /// What its exporter tells Prometheus, which goes before.
    pub(super) exported: Option<Inside>,
}

/// Somebody took a guest into their care that was made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Adoption {
    /// Who; `None` where that user is gone.
    pub(super) owner: Option<String>,
    /// What it is there for.
    pub(super) role: Option<RoleKey>,
}

/// Something new about a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Noted {
    /// A reservation stands for it, with these addresses.
    Reserved {
        made: bool,
        maker: Option<String>,
        addresses: Vec<String>,
        asked_at: Option<i64>,
    },
    /// Its configuration was read: when it was made, where that is known, and whether it is protected.
    Read { born_at: Option<i64>, protected: bool },
    /// No reservation stands for it any more.
    Free,
    /// It was adopted; `None` where it is not, any more.
    Adopted(Option<Adoption>),
    /// It has these firewall groups of ours.
    Groups(Vec<String>),
    /// It was given a role; `None` where it has none, any more.
    Role(Option<RoleKey>),
    /// Its agent told its addresses; `None` where the guest is gone.
    Sampled(Option<Vec<String>>),
    /// What it tells of itself; `None` where that holds no more.
    Inside(Option<Inside>),
    /// What its exporter tells Prometheus; `None` where that is not known any more.
    Exported(Option<Inside>),
}

impl Note {
    /// Takes over what is new, and tells whether it was.
    pub(super) fn change(&mut self, noted: Noted) -> bool {
        let before = self.clone();
        match noted {
            Noted::Reserved {
                made,
                maker,
                addresses,
                asked_at,
            } => {
                self.asked_at = asked_at;
                self.made = made;
                self.maker = maker;
                self.reserved = addresses;
            }
            Noted::Free => {
                self.made = false;
                self.maker = None;
                self.asked_at = None;
                self.reserved.clear();
            }
            Noted::Read { born_at, protected } => {
                self.born_at = born_at;
                self.protected = protected;
            }
            Noted::Adopted(adoption) => self.adopted = adoption,
            Noted::Groups(groups) => self.groups = groups,
            Noted::Role(role) => self.role = role,
            Noted::Sampled(addresses) => self.sampled = addresses,
            Noted::Inside(inside) => self.inside = inside,
            Noted::Exported(exported) => self.exported = exported,
        }
        *self != before
    }

    /// The time that it was certainly not there before.
    pub(super) fn made_at(&self) -> Option<i64> {
        self.asked_at.max(self.born_at)
    }

    /// What is known from inside the guest.
    pub(super) fn inside(&self) -> Option<Inside> {
        let Some(exported) = self.exported else {
            return self.inside;
        };
        let asked = self.inside.unwrap_or_default();
        Some(Inside {
            memory_percent: exported.memory_percent.or(asked.memory_percent),
            disk_percent: exported.disk_percent.or(asked.disk_percent),
            load_percent: exported.load_percent.or(asked.load_percent),
            told_at: exported.told_at,
        })
    }

    /// Writes what is known onto the row.
    pub(super) fn decorate(&self, row: &mut GuestRow) {
        row.made_here = self.made;
        row.protected = self.protected;
        row.adopted = self.adopted.is_some() && !self.made;
        let adopter = || self.adopted.as_ref().and_then(|one| one.owner.as_ref());
        row.owner = self.maker.as_ref().or_else(adopter).cloned();
        // What is installed tells more than what somebody said when it was adopted.
        let said = || self.adopted.as_ref().filter(|_| row.adopted)?.role.as_ref();
        row.role = self.role.as_ref().or_else(said).cloned();
        if let (Some(inside), GuestStatus::Running) = (self.inside(), row.status) {
            if let Some(memory) = inside.memory_percent {
                row.memory_percent = memory;
                row.memory_source = MemorySource::Guest;
            }
            row.disk_percent = inside.disk_percent.or(row.disk_percent);
        }
        row.firewall_groups.clone_from(&self.groups);
        let addresses = self.sampled.as_ref().unwrap_or(&self.reserved);
        row.addresses.clone_from(addresses);
    }
}

/// What a task that is at work makes of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doing {
    /// Makes it; until Proxmox shows it, the row is made of the reservation.
    Creating {
        name: String,
        node: String,
        /// Empty for the template's.
        tags: Vec<String>,
    },
    /// Brings it into another state.
    Changing(GuestStatus),
}

/// How a guest was found when it was asked itself; `row` is `None` where it is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fresh {
    pub(super) row: Option<GuestRow>,
    /// When to believe the collector again, whatever it says.
    pub(super) until: DateTime<Utc>,
}

/// What lies over the collector's row for a while.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Overlay {
    /// The collector's row.
    pub(super) under: Option<GuestRow>,
    pub(super) doing: Option<Doing>,
    pub(super) fresh: Option<Fresh>,
}

impl Overlay {
    /// Whether nothing lies over the collector's row any more.
    pub(super) const fn is_void(&self) -> bool {
        self.doing.is_none() && self.fresh.is_none()
    }

    /// Drops what the collector has caught up with, or what is too old.
    pub(super) fn settle(&mut self, now: DateTime<Utc>) {
        if let Some(fresh) = &self.fresh
            && (now >= fresh.until || agree(self.under.as_ref(), fresh.row.as_ref()))
        {
            self.fresh = None;
        }
    }

    /// The row to be shown; `None` where there is none.
    pub(super) fn row(&self, id: &GuestId) -> Option<GuestRow> {
        let base = match &self.fresh {
            Some(fresh) => fresh.row.clone(),
            None => self.under.clone(),
        };
        match &self.doing {
            None => base,
            Some(Doing::Changing(status)) => base.map(|row| GuestRow {
                status: *status,
                ..row
            }),
            Some(Doing::Creating { name, node, tags }) => {
                let mut row = base.unwrap_or_else(|| GuestRow::unknown(id.clone()));
                row.status = GuestStatus::Creating;
                row.name.clone_from(name);
                if !tags.is_empty() {
                    row.tags.clone_from(tags);
                }
                if row.node.is_empty() {
                    row.node.clone_from(node);
                }
                Some(row)
            }
        }
    }
}

fn agree(under: Option<&GuestRow>, fresh: Option<&GuestRow>) -> bool {
    match (under, fresh) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            a.status == b.status
                && a.name == b.name
                && a.node == b.node
                && a.cores == b.cores
                && a.memory_bytes == b.memory_bytes
                && a.disk_bytes == b.disk_bytes
        }
        _ => false,
    }
}
