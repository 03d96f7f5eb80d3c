//! Tells from the reason of a task of Proxmox's that something else held the guest, and what.

use pve_client::Error;

use super::guest::was_locked;

/// The lock for which a task of Proxmox's failed; `None` where it failed for something else.
pub(super) fn locked(reason: &str) -> Option<Error> {
    was_locked(reason).then(|| Error::Locked {
        lock: name(reason).map(str::to_owned),
        message: reason.to_owned(),
    })
}

/// The word in the brackets of `VM is locked (backup)`.
fn name(reason: &str) -> Option<&str> {
    let (_, rest) = reason.split_once("is locked (")?;
    rest.split_once(')').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_is_named() {
        let lock = |reason| match locked(reason) {
            Some(Error::Locked { lock, .. }) => Some(lock),
            _ => None,
        };
        assert_eq!(lock("VM is locked (backup)"), Some(Some("backup".to_owned())));
        assert_eq!(
            lock("can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout"),
            Some(None)
        );
        assert_eq!(lock("start failed: exit code 1"), None);
    }
}
