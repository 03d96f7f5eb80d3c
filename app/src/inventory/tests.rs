//! What a delta moves, without a browser.

use drover_types::{guest::GuestStatus, inventory::Version};

use super::*;

fn guest(vmid: u32, name: &str, cpu_percent: u8) -> GuestRow {
    GuestRow {
        name: name.into(),
        status: GuestStatus::Running,
        node: "pve1".into(),
        cores: 1,
        memory_bytes: 1,
        disk_bytes: 1,
        cpu_percent,
        started_at: 1,
        made_here: true,
        ..GuestRow::unknown(GuestId::new("lab", vmid))
    }
}

fn snapshot(number: u64, guests: Vec<GuestRow>) -> Snapshot {
    Snapshot {
        version: Version { epoch: 1, number },
        guests,
        ..Snapshot::default()
    }
}

fn names(rows: &[Guest]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

fn by(sort: &str) -> Sort {
    sort.parse().unwrap()
}

#[test]
fn a_delta_moves_only_what_it_changes() {
    Owner::new().with(|| {
        let inventory = provide_inventory();
        let first = snapshot(
            1,
            vec![guest(100, "a", 5), guest(101, "b", 50), guest(102, "c", 20)],
        );
        inventory.take(first.clone());
        let order = inventory.order(by("-cpu"), None);
        assert_eq!(
            names(&inventory.select(&order, &Filter::default())),
            ["b", "c", "a"]
        );

        let mut second = first.clone();
        second.version = first.version.next();
        second.guests[0].cpu_percent = 90;
        let kept = inventory.with_guests(|rows| Guest::clone(&rows[1]));
        inventory.apply(Delta::between(&first, &second));
        assert!(
            inventory.with_guests(|rows| Guest::ptr_eq(&kept, &rows[1])),
            "an untouched row stays the same"
        );
        let order = inventory.order(by("-cpu"), Some(&order));
        assert_eq!(
            names(&inventory.select(&order, &Filter::default())),
            ["a", "b", "c"]
        );
    });
}

#[test]
fn an_order_of_before_guests_came_and_went_is_not_used() {
    Owner::new().with(|| {
        let inventory = provide_inventory();
        let first = snapshot(1, vec![guest(100, "a", 0), guest(101, "b", 0)]);
        inventory.take(first.clone());
        let order = inventory.order(by("name"), None);
        let mut second = first.clone();
        second.version = first.version.next();
        second.guests.remove(0);
        second.guests.push(guest(102, "aa", 0));
        second.guests.push(guest(103, "z", 0));
        inventory.apply(Delta::between(&first, &second));
        let order = inventory.order(by("name"), Some(&order));
        assert_eq!(
            names(&inventory.select(&order, &Filter::default())),
            ["aa", "b", "z"]
        );
        let filter = Filter::parse("z", 0).unwrap();
        assert_eq!(names(&inventory.select(&order, &filter)), ["z"]);
        assert_eq!(
            inventory
                .guest(&GuestId::new("lab", 103))
                .map(|row| row.name.clone()),
            Some("z".into())
        );
    });
}

#[test]
fn deltas_that_come_while_the_whole_is_on_its_way_are_applied_after_it() {
    Owner::new().with(|| {
        let inventory = provide_inventory();
        let first = snapshot(1, vec![guest(100, "a", 0)]);
        let mut second = first.clone();
        second.version = first.version.next();
        second.guests[0].name = "renamed".into();
        inventory.is_loading.set(true);
        inventory.apply(Delta::between(&first, &second));
        inventory.is_loading.set(false);
        inventory.take(first);
        assert_eq!(inventory.with_guests(|rows| rows[0].name.clone()), "renamed");
    });
}
