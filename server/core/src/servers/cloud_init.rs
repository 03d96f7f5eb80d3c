//! What a machine's cloud-init drive holds otherwise than its configuration. Proxmox takes such changes into the
//! configuration at once, and makes the drive anew at the next start: a guest that runs goes by the old one until then.

use drover_types::guest::{GuestRow, GuestStatus};
use pve_client::{Client, Disk, GuestConfig, PendingValue};

/// The keys of the configuration that only the drive takes to the guest, beside the addresses.
const KEYS: [&str; 8] = [
    "cicustom",
    "cipassword",
    "citype",
    "ciupgrade",
    "ciuser",
    "nameserver",
    "searchdomain",
    "sshkeys",
];

/// What the drive holds and what it will hold. A guest that is off goes by no drive.
pub(super) async fn on_drive(client: &Client, row: &GuestRow) -> pve_client::Result<Vec<PendingValue>> {
    if row.status == GuestStatus::Stopped {
        return Ok(Vec::new());
    }
    client.qemu_cloud_init(&row.node, row.id.vmid).await
}

/// What of it waits for the next start, by its key. The name is Proxmox's own too, and so are NICs: what of those waits
/// Proxmox tells with the hardware.
pub(super) fn waiting(config: &GuestConfig, drive: Vec<PendingValue>) -> Vec<PendingValue> {
    if !config.disks().iter().any(Disk::is_cloud_init) {
        return Vec::new();
    }
    let counts = |key: &str| KEYS.contains(&key) || is_address(key);
    let mut waiting = drive;
    waiting.retain(|one| counts(&one.key) && (one.delete || one.pending.is_some()));
    waiting.sort_by(|one, other| one.key.cmp(&other.key));
    waiting
}

/// Whether a key gives addresses to a NIC.
pub(super) fn is_address(key: &str) -> bool {
    key.strip_prefix("ipconfig")
        .is_some_and(|number| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_drive_lacks_waits_where_there_is_a_drive() {
        let drive: Vec<PendingValue> = serde_json::from_value(json!([
            {"key": "sshkeys", "pending": "ssh-ed25519%20AAAA"},
            {"key": "ipconfig0", "value": "ip=192.0.2.5/24", "pending": "ip=192.0.2.6/24"},
            {"key": "ciuser", "value": "ops"},
            {"key": "name", "value": "web", "pending": "shop"},
            {"key": "net0", "value": "virtio=a", "pending": "virtio=b"},
            {"key": "nameserver", "delete": 1},
        ]))
        .unwrap();
        let read = |value| serde_json::from_value::<GuestConfig>(value).unwrap();
        let with = read(json!({"ide2": "local-lvm:vm-100-cloudinit,media=cdrom"}));
        let keys: Vec<_> = waiting(&with, drive.clone())
            .into_iter()
            .map(|one| one.key)
            .collect();
        assert_eq!(keys, ["ipconfig0", "nameserver", "sshkeys"]);
        let without = read(json!({"ide2": "none,media=cdrom"}));
        assert_eq!(waiting(&without, drive), []);
    }
}
