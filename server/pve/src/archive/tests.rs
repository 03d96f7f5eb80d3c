use proptest::prelude::*;

use super::*;
use crate::wire::GuestKind;

fn name(text: &str) -> ArchiveName {
    text.parse().unwrap()
}

#[test]
fn a_file_says_what_it_is() {
    let archive = name("nfs-1:backup/vzdump-qemu-100-2026_01_31-23_59_58.vma.zst");
    assert_eq!(archive.storage(), "nfs-1");
    assert_eq!(
        archive.path(),
        "backup/vzdump-qemu-100-2026_01_31-23_59_58.vma.zst"
    );
    assert_eq!(archive.file(), "vzdump-qemu-100-2026_01_31-23_59_58.vma.zst");
    assert_eq!((archive.kind(), archive.vmid()), (GuestKind::Qemu, 100));
    assert_eq!((archive.timestamp(), archive.is_utc()), (1_769_903_998, false));
    assert_eq!(
        (archive.format(), archive.compression()),
        (ArchiveFormat::Vma, Some(ArchiveCompression::Zstd))
    );
}

#[test]
fn a_snapshot_says_what_it_is() {
    let archive = name("pbs:backup/ct/999999999/2026-01-31T23:59:58Z");
    assert_eq!(archive.storage(), "pbs");
    assert_eq!(archive.file(), "ct/999999999/2026-01-31T23:59:58Z");
    assert_eq!((archive.kind(), archive.vmid()), (GuestKind::Lxc, 999_999_999));
    assert_eq!((archive.timestamp(), archive.is_utc()), (1_769_903_998, true));
    assert_eq!(
        (archive.format(), archive.compression()),
        (ArchiveFormat::Pbs, None)
    );
    assert_eq!(
        name("pbs:backup/vm/100/2026-01-31T23:59:58Z").kind(),
        GuestKind::Qemu
    );
}

#[test]
fn every_ending_of_proxmoxs_is_known() {
    use ArchiveCompression::{Bzip2, Gzip, Lzo, Zstd};
    use ArchiveFormat::{Tar, Vma};
    for (kind, ending, read) in [
        ("qemu", "vma", (Vma, None)),
        ("qemu", "vma.gz", (Vma, Some(Gzip))),
        ("qemu", "vma.lzo", (Vma, Some(Lzo))),
        ("qemu", "vma.bz2", (Vma, Some(Bzip2))),
        ("qemu", "tar.gz", (Tar, Some(Gzip))),
        ("lxc", "tar", (Tar, None)),
        ("lxc", "tar.zst", (Tar, Some(Zstd))),
        ("openvz", "tgz", (Tar, Some(Gzip))),
    ] {
        let archive = name(&format!(
            "local:backup/vzdump-{kind}-101-2026_01_31-00_00_00.{ending}"
        ));
        assert_eq!((archive.format(), archive.compression()), read, "{kind} {ending}");
        assert_eq!(archive.kind() == GuestKind::Qemu, kind == "qemu");
    }
}

#[test]
fn anything_else_is_refused() {
    let file = "vzdump-qemu-100-2026_01_31-00_00_00.vma.zst";
    let mut bad: Vec<String> = [
        "",
        ":",
        "local",
        "local:",
        "local:backup",
        "local:backup/",
        "local:iso/debian.iso",
        "local:100/vm-100-disk-0.qcow2",
        "local:vztmpl/debian-12.tar.zst",
        "local:backup/somebodys-own.vma.zst",
        "pbs:backup/host/web/2026-01-31T00:00:00Z",
        "pbs:backup/vm/web/2026-01-31T00:00:00Z",
        "pbs:backup/vm/099/2026-01-31T00:00:00Z",
        "pbs:backup/vm/100/2026-01-31T00:00:00",
        "pbs:backup/vm/100/2026-01-31T00:00:00+01:00",
        "pbs:backup/vm/100/2026-02-30T00:00:00Z",
        "pbs:backup/vm/100/2026-01-31T00:00:00Z/drive-scsi0.img",
        "pbs:backup/vm/../2026-01-31T00:00:00Z",
        "pbs:backup/vm//2026-01-31T00:00:00Z",
        "pbs:vm/100/2026-01-31T00:00:00Z",
    ]
    .map(str::to_owned)
    .into();
    for (old, new) in [
        ("100", "99"),
        ("100", "0100"),
        ("100", "+100"),
        ("100", "1000000000"),
        ("100", "99999999999"),
        ("100", ""),
        ("100", "1 0"),
        ("100", "１００"),
        ("qemu", "kvm"),
        ("qemu", "QEMU"),
        ("2026_01_31", "2026_02_29"),
        ("2026_01_31", "2026-01-31"),
        ("00_00_00", "24_00_00"),
        ("00_00_00", "00_00_00_00"),
        ("vma.zst", "vma.xz"),
        ("vma.zst", "vma."),
        ("vma.zst", ""),
        ("vma.zst", "tgz.gz"),
        ("vma.zst", "vma.zst.notes"),
        ("vma.zst", "log"),
        ("vma.zst", "vma.zst\n"),
        ("vma.zst", "vma.zst "),
        ("vma.zst", "vma.zst\0"),
        ("vzdump", "../vzdump"),
        ("vzdump", "sub/vzdump"),
        ("vzdump", "/vzdump"),
        ("vzdump", " vzdump"),
        ("vzdump", "\u{1b}vzdump"),
    ] {
        bad.push(format!("local:backup/{}", file.replacen(old, new, 1)));
    }
    for storage in [
        "", "l", "-local", "local-", "1ocal", "lo cal", "lo/cal", "..", "löcal", "local:x",
    ] {
        bad.push(format!("{storage}:backup/{file}"));
    }
    for path in [
        format!("/var/lib/vz/dump/{file}"),
        format!("local:/backup/{file}"),
        format!("local:backup//{file}"),
    ] {
        bad.push(path);
    }
    for text in bad {
        assert_eq!(
            text.parse::<ArchiveName>(),
            Err(InvalidArchive::NoArchive(text.clone()))
        );
    }
}

#[test]
fn what_is_known_may_be_left_out() {
    for file in [
        "vzdump-lxc-101-2026_01_31-00_00_00.tar.zst",
        "ct/101/2026-01-31T00:00:00Z",
    ] {
        let whole = format!("store:backup/{file}");
        for given in [
            whole.clone(),
            format!("backup/{file}"),
            format!("store:{file}"),
            file.to_owned(),
        ] {
            assert_eq!(
                ArchiveName::in_storage("store", &given).unwrap().as_str(),
                whole,
                "{given}"
            );
        }
        let other = format!("other:backup/{file}");
        assert_eq!(
            ArchiveName::in_storage("store", &other),
            Err(InvalidArchive::OtherStorage {
                archive: other,
                storage: "store".into()
            })
        );
        for bad in [
            format!("other:{file}"),
            format!("backup/backup/{file}"),
            format!("store:store:{file}"),
            format!("storex:{file}"),
            format!("../backup/{file}"),
            format!("/backup/{file}"),
            format!("{file}/.."),
        ] {
            assert_eq!(
                ArchiveName::in_storage("store", &bad),
                Err(InvalidArchive::NoArchive(bad.clone()))
            );
        }
        assert!(ArchiveName::in_storage("", file).is_err());
        assert!(ArchiveName::in_storage("a/b", file).is_err());
        assert!(ArchiveName::in_storage("store:backup/x", file).is_err());
    }
}

proptest! {
    #[test]
    fn well_formed_ones_survive(
        storage in "[a-zA-Z][a-zA-Z0-9_.-]{0,8}[a-zA-Z0-9]", vmid in 100_u32..=999_999_999,
        kind in "qemu|lxc|openvz", ending in "vma|tar|tgz|(vma|tar)\\.(gz|lzo|zst|bz2)",
        (year, month, day) in (1970_u32..=9999, 1_u32..=12, 1_u32..=28),
        (hour, minute, second) in (0_u32..24, 0_u32..60, 0_u32..60),
    ) {
        let file = format!(
            "vzdump-{kind}-{vmid}-{year}_{month:02}_{day:02}-{hour:02}_{minute:02}_{second:02}.{ending}"
        );
        let time = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        let snapshot = format!("{}/{vmid}/{time}", if kind == "qemu" { "vm" } else { "ct" });
        let mut timestamps = Vec::new();
        for file in [file, snapshot] {
            let text = format!("{storage}:backup/{file}");
            let archive: ArchiveName = text.parse().unwrap();
            prop_assert_eq!(archive.to_string(), text);
            prop_assert_eq!(archive.storage(), &storage);
            prop_assert_eq!(archive.file(), &file);
            prop_assert_eq!(archive.vmid(), vmid);
            prop_assert_eq!(archive.kind() == GuestKind::Qemu, kind == "qemu");
            prop_assert_eq!(&ArchiveName::in_storage(&storage, &file).unwrap(), &archive);
            timestamps.push(archive.timestamp());
        }
        prop_assert_eq!(timestamps[0], timestamps[1]);
        prop_assert_eq!(timestamps[0].rem_euclid(86_400), i64::from(hour * 3600 + minute * 60 + second));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}", storage in "\\PC{0,8}") {
        for text in [text.clone(), format!("local:backup/{text}"), format!("local:backup/vzdump-qemu-100-{text}")] {
            if let Ok(archive) = text.parse::<ArchiveName>() {
                prop_assert_eq!(archive.to_string(), &text[..]);
            }
            if let Ok(archive) = ArchiveName::in_storage(&storage, &text) {
                prop_assert_eq!(archive.storage(), &storage);
            }
        }
    }
}
