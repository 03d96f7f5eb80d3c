//! Servers by name, for clients that know no other way to name one. Names are not unique, keys are.

use std::collections::HashSet;

use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;

/// The keys of a picture's servers: the name, and `name (cluster:vmid)` where an earlier server has it.
#[derive(Debug)]
pub struct Keys<'a>(HashSet<&'a GuestId>);

impl<'a> Keys<'a> {
    /// Of all servers of `picture`. Templates are none.
    pub fn of(picture: &'a Snapshot) -> Self {
        let mut names: HashSet<&str> = HashSet::with_capacity(picture.guests.len());
        let servers = picture.guests.iter().filter(|row| !row.template);
        let later = servers.filter(|row| !names.insert(&row.name));
        Self(later.map(|row| &row.id).collect())
    }

    /// The key of one of them.
    pub fn key(&self, row: &GuestRow) -> String {
        if self.0.contains(&row.id) {
            format!("{} ({})", row.name, row.id)
        } else {
            row.name.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(vmid: u32, name: &str, template: bool) -> GuestRow {
        GuestRow {
            name: name.to_owned(),
            template,
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        }
    }

    #[test]
    fn the_first_server_of_a_name_has_it_and_a_template_takes_none() {
        let guests = vec![
            row(100, "web", true),
            row(101, "web", false),
            row(102, "web", false),
        ];
        let picture = Snapshot {
            guests,
            ..Snapshot::default()
        };
        let keys = Keys::of(&picture);
        let of = |at: usize| keys.key(&picture.guests[at]);
        assert_eq!([of(1), of(2)], ["web".to_owned(), "web (lab:102)".to_owned()]);
    }
}
