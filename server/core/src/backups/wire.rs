//! Between Drover's words for backups and Proxmox's.

use drover_types::backup::{BackUp, BackupMode, Compression, Retention};
use pve_client::Vzdump;

/// How Proxmox is asked for a backup; `options` are what a job of its own says beside.
pub(crate) fn vzdump(how: &BackUp, options: &[(String, String)]) -> Vzdump {
    let notes = how.notes.trim();
    Vzdump {
        storage: how.storage.clone(),
        mode: mode(how.mode),
        compress: compression(how.compression),
        // Line breaks and backslashes are written as in C (`PVE::VZDump`, `generate_notes`).
        notes_template: (!notes.is_empty()).then(|| escaped(notes)),
        protected: how.protected,
        prune: how.retention.as_ref().map(retention),
        prune_as_storage: how.as_storage_says,
        options: options.to_vec(),
    }
}

pub(super) const fn mode(mode: BackupMode) -> pve_client::BackupMode {
    match mode {
        BackupMode::Snapshot => pve_client::BackupMode::Snapshot,
        BackupMode::Suspend => pve_client::BackupMode::Suspend,
        BackupMode::Stop => pve_client::BackupMode::Stop,
    }
}

pub(super) const fn mode_of(mode: pve_client::BackupMode) -> BackupMode {
    match mode {
        pve_client::BackupMode::Snapshot => BackupMode::Snapshot,
        pve_client::BackupMode::Suspend => BackupMode::Suspend,
        pve_client::BackupMode::Stop => BackupMode::Stop,
    }
}

pub(super) const fn compression(compression: Compression) -> pve_client::Compression {
    match compression {
        Compression::Zstd => pve_client::Compression::Zstd,
        Compression::Gzip => pve_client::Compression::Gzip,
        Compression::Lzo => pve_client::Compression::Lzo,
        Compression::None => pve_client::Compression::None,
    }
}

pub(super) const fn compression_of(compression: pve_client::Compression) -> Compression {
    match compression {
        pve_client::Compression::Zstd => Compression::Zstd,
        pve_client::Compression::Gzip => Compression::Gzip,
        pve_client::Compression::Lzo => Compression::Lzo,
        pve_client::Compression::None => Compression::None,
    }
}

pub(super) fn retention(kept: &Retention) -> pve_client::Retention {
    let count = |count: Option<u32>| count.unwrap_or_default();
    pve_client::Retention {
        keep_all: kept.keeps_all(),
        keep_last: count(kept.keep_last),
        keep_hourly: count(kept.keep_hourly),
        keep_daily: count(kept.keep_daily),
        keep_weekly: count(kept.keep_weekly),
        keep_monthly: count(kept.keep_monthly),
        keep_yearly: count(kept.keep_yearly),
    }
}

pub(super) fn retention_of(kept: &pve_client::Retention) -> Retention {
    let count = |count: u32| (count > 0).then_some(count);
    Retention {
        keep_last: count(kept.keep_last),
        keep_hourly: count(kept.keep_hourly),
        keep_daily: count(kept.keep_daily),
        keep_weekly: count(kept.keep_weekly),
        keep_monthly: count(kept.keep_monthly),
        keep_yearly: count(kept.keep_yearly),
    }
}

pub(super) fn escaped(notes: &str) -> String {
    notes.replace('\\', r"\\").replace('\n', r"\n").replace('\r', "")
}

/// Notes as people wrote them.
pub(super) fn unescaped(template: &str) -> String {
    let mut text = String::with_capacity(template.len());
    let mut letters = template.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_survive_the_way_to_proxmox() {
        let notes = "before the update\n{{guestname}} in C:\\new";
        let template = escaped(notes);
        assert_eq!(template, r"before the update\n{{guestname}} in C:\\new");
        assert_eq!(unescaped(&template), notes);
        assert_eq!(unescaped("\\"), "\\");
    }

    #[test]
    fn nothing_is_pruned_unless_that_is_asked_for() {
        let mut how = BackUp {
            storage: "nfs".into(),
            notes: "  ".into(),
            ..BackUp::default()
        };
        let sent = vzdump(&how, &[]);
        assert_eq!((sent.prune, sent.notes_template), (None, None));
        assert!(!sent.prune_as_storage);
        how.as_storage_says = true;
        assert!(vzdump(&how, &[]).prune_as_storage);
        how.retention = Some(Retention {
            keep_last: Some(3),
            ..Retention::default()
        });
        assert_eq!(vzdump(&how, &[]).prune.unwrap().to_string(), "keep-last=3");
        assert_eq!(
            retention_of(&retention(&how.retention.unwrap())),
            how.retention.unwrap()
        );
    }
}
