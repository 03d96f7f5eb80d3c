//! Backups: made, given back and pruned in the lab, and what is sent for them.

use drover_lab::Lab;
use pve_client::{
    ArchiveName, BackupMode, Client, CloneQemu, Compression, ConfigView, GuestKind, GuestProgress, LogPhase,
    PruneFilter, PruneMark, Restore, Retention, TaskOutcome, Upid, Vzdump, VzdumpLog,
};
use serde_json::{Value, json};
use wiremock::MockServer;

use crate::lab::{client, done, lab};
use crate::support::{data, server};

fn upid(kind: &str) -> Value {
    json!(format!(
        "UPID:pve1:0003A9F2:0012B6C1:65A1B2C3:{kind}:100:drover@pve!main:"
    ))
}

/// What the only request said in its body.
async fn form(server: &MockServer) -> String {
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    String::from_utf8(requests[0].body.clone()).unwrap()
}

/// A small virtual machine of the test's own.
async fn shop(client: &Client) {
    let clone = CloneQemu {
        newid: 700,
        name: Some("shop".into()),
        full: Some(true),
        ..CloneQemu::default()
    };
    done(client, &client.clone_qemu("pve1", 9000, &clone).await.unwrap()).await;
}

fn to_local() -> Vzdump {
    Vzdump {
        storage: "local".into(),
        ..Vzdump::default()
    }
}

/// What the log of a task that ended tells.
async fn told(client: &Client, upid: &Upid) -> GuestProgress {
    let lines = client.task_log(upid, 0, 1_000).await.unwrap().lines;
    let mut log = VzdumpLog::default();
    for line in &lines {
        log.read(&line.text);
    }
    assert_eq!(log.outcome(), Some(&TaskOutcome::Ok), "{lines:?}");
    log.current().cloned().unwrap()
}

async fn archives(client: &Client) -> Vec<pve_client::Volume> {
    client
        .storage_content("pve1", "local", Some("backup"), Some(700))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_backup_is_made_and_given_back() {
    let lab: Lab = lab().await;
    let client = client(&lab);
    shop(&client).await;
    let how = Vzdump {
        notes_template: Some("{{guestname}} by hand".into()),
        ..to_local()
    };
    let upid = client.vzdump("pve1", 700, &how).await.unwrap();
    assert_eq!((upid.kind(), upid.vmid()), ("vzdump", Some(700)));
    done(&client, &upid).await;
    let log = told(&client, &upid).await;
    assert_eq!(
        (log.vmid, &log.phase, log.percent()),
        (Some(700), &LogPhase::Finished, Some(100))
    );

    let made = archives(&client).await;
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].notes.as_deref(), Some("shop by hand"));
    let archive: ArchiveName = made[0].volid.parse().unwrap();
    assert!(log.archive.unwrap().ends_with(archive.file()));
    assert_eq!((archive.kind(), archive.vmid()), (GuestKind::Qemu, 700));
    assert_eq!(Some(archive.timestamp()), made[0].ctime);
    let kept = client.archive_config("pve1", archive.as_str()).await.unwrap();
    assert_eq!(kept.name(), Some("shop"));
    assert!(kept.boot_disk().is_some() && !kept.nics().is_empty());

    let restore = Restore {
        archive: archive.to_string(),
        ..Restore::default()
    };
    let taken = client.restore_qemu("pve1", 700, &restore).await.unwrap_err();
    assert!(taken.is_vmid_taken(), "{taken:?}");
    let beside = Restore {
        unique: true,
        name: Some("shop-2".into()),
        ..restore.clone()
    };
    let upid = client.restore_qemu("pve1", 701, &beside).await.unwrap();
    done(&client, &upid).await;
    let log = told(&client, &upid).await;
    assert_eq!(
        (log.is_restore, &log.phase, log.percent()),
        (true, &LogPhase::Finished, Some(100))
    );
    let other = client
        .qemu_config("pve1", 701, ConfigView::Current)
        .await
        .unwrap();
    assert_eq!(other.name(), Some("shop-2"));
    assert_ne!(other.nics()[0].mac, kept.nics()[0].mac);

    let over = Restore {
        force: true,
        ..restore
    };
    done(&client, &client.restore_qemu("pve1", 700, &over).await.unwrap()).await;
    let back = client
        .qemu_config("pve1", 700, ConfigView::Current)
        .await
        .unwrap();
    assert_eq!(back.nics()[0].mac, kept.nics()[0].mac);
}

#[tokio::test]
async fn pruning_does_what_its_preview_says() {
    let lab: Lab = lab().await;
    let client = client(&lab);
    shop(&client).await;
    for _ in 0..3 {
        done(&client, &client.vzdump("pve1", 700, &to_local()).await.unwrap()).await;
        lab.advance(60.0).await.unwrap();
    }
    let mut made = archives(&client).await;
    assert_eq!(made.len(), 3);
    made.sort_by_key(|volume| volume.ctime);
    let oldest = made[0].volid.as_str();
    client
        .set_volume("pve1", "local", oldest, Some("for the audit"), Some(true))
        .await
        .unwrap();
    let noted = archives(&client)
        .await
        .into_iter()
        .find(|volume| volume.volid == oldest);
    let noted = noted.unwrap();
    assert_eq!(
        (noted.notes.as_deref(), noted.protected),
        (Some("for the audit"), true)
    );

    let filter = PruneFilter {
        vmid: Some(700),
        kind: Some(GuestKind::Qemu),
    };
    let latest = Retention {
        keep_last: 1,
        ..Retention::default()
    };
    let mut preview = client
        .prune_preview("pve1", "local", filter, &latest)
        .await
        .unwrap();
    preview.sort_by_key(|entry| entry.ctime);
    let marks: Vec<_> = preview.iter().map(|entry| entry.mark).collect();
    assert_eq!(marks, [PruneMark::Protected, PruneMark::Remove, PruneMark::Keep]);
    assert!(preview.iter().all(|entry| entry.vmid == Some(700)));

    let all = client
        .prune_preview("pve1", "local", filter, &Retention::ALL)
        .await
        .unwrap();
    assert!(all.iter().all(|entry| entry.mark != PruneMark::Remove));

    let upid = client.prune("pve1", "local", filter, &latest).await.unwrap();
    done(&client, &upid.unwrap()).await;
    let mut left: Vec<_> = archives(&client)
        .await
        .into_iter()
        .map(|volume| volume.volid)
        .collect();
    left.sort();
    assert_eq!(left, [made[0].volid.clone(), made[2].volid.clone()]);
}

#[tokio::test]
async fn a_backup_prunes_only_where_it_is_told_to() {
    let fewer = Retention {
        keep_last: 2,
        keep_monthly: 1,
        ..Retention::default()
    };
    let full = Vzdump {
        mode: BackupMode::Stop,
        compress: Compression::None,
        notes_template: Some("{{guestname}} & co".into()),
        protected: true,
        prune: Some(fewer),
        options: vec![("bwlimit".into(), "51200".into())],
        ..to_local()
    };
    let as_storage = Vzdump {
        prune_as_storage: true,
        ..to_local()
    };
    for (how, sent) in [
        (
            to_local(),
            "vmid=100&storage=local&mode=snapshot&compress=zstd&remove=0",
        ),
        (
            as_storage,
            "vmid=100&storage=local&mode=snapshot&compress=zstd&remove=1",
        ),
        (
            full,
            "vmid=100&storage=local&mode=stop&compress=0&notes-template=%7B%7Bguestname%7D%7D+%26+co&protected=1&remove=1\
             &prune-backups=keep-last%3D2%2Ckeep-monthly%3D1&bwlimit=51200",
        ),
    ] {
        let server = server("POST", "/nodes/pve1/vzdump", data(&upid("vzdump"))).await;
        let client = crate::support::client(vec![server.uri()]);
        client.vzdump("pve1", 100, &how).await.unwrap();
        assert_eq!(form(&server).await, sent);
    }
}

#[tokio::test]
async fn a_container_is_made_of_its_backup_by_other_names() {
    let all = Restore {
        archive: "pbs:backup/ct/101/2026-01-01T00:00:00Z".into(),
        force: true,
        unique: true,
        storage: Some("fast".into()),
        pool: Some("web".into()),
        start: true,
        name: Some("files".into()),
        description: Some("again".into()),
        bwlimit: Some(1024),
    };
    let rest = "force=1&unique=1&storage=fast&pool=web&start=1";
    let archive = "pbs%3Abackup%2Fct%2F101%2F2026-01-01T00%3A00%3A00Z";

    let at = server("POST", "/nodes/pve1/lxc", data(&upid("vzrestore"))).await;
    let client = crate::support::client(vec![at.uri()]);
    client.restore_lxc("pve1", 101, &all).await.unwrap();
    assert_eq!(
        form(&at).await,
        format!(
            "vmid=101&ostemplate={archive}&restore=1&{rest}&hostname=files&description=again&bwlimit=1024"
        )
    );

    let at = server("POST", "/nodes/pve1/qemu", data(&upid("qmrestore"))).await;
    let client = crate::support::client(vec![at.uri()]);
    client.restore_qemu("pve1", 101, &all).await.unwrap();
    assert_eq!(
        form(&at).await,
        format!("vmid=101&archive={archive}&{rest}&name=files&description=again&bwlimit=1024")
    );
}

#[tokio::test]
async fn notes_and_protection_are_changed_one_by_one() {
    let path = "/nodes/pve1/storage/pbs/content/pbs%3Abackup%2Fvm%2F100%2F2026-01-01T00%3A00%3A00Z";
    for (notes, protected, sent) in [
        (Some(""), None, "notes="),
        (None, Some(false), "protected=0"),
        (Some("a=b"), Some(true), "notes=a%3Db&protected=1"),
    ] {
        let server = server("PUT", path, data(&json!(null))).await;
        let client = crate::support::client(vec![server.uri()]);
        let volume = "pbs:backup/vm/100/2026-01-01T00:00:00Z";
        client
            .set_volume("pve1", "pbs", volume, notes, protected)
            .await
            .unwrap();
        assert_eq!(form(&server).await, sent);
    }
}
