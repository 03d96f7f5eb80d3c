//! Backup jobs in the lab, and what is sent for them.

use drover_lab::Lab;
use pve_client::{GuestKind, JobChange, JobSelection, Retention};
use serde_json::json;

use crate::lab::{client, lab};
use crate::support::{data, server};

#[tokio::test]
async fn a_job_lives_from_its_making_to_its_end() {
    let lab: Lab = lab().await;
    let client = client(&lab);
    let none = client.not_backed_up().await.unwrap();
    let guest = none
        .iter()
        .find(|guest| guest.kind == Some(GuestKind::Qemu))
        .unwrap();
    let vmid = guest.vmid;

    let job = JobChange::new()
        .set("id", "night")
        .set("storage", "local")
        .set("schedule", "mon..fri 02:00")
        .set("mode", "snapshot")
        .set("comment", "야간")
        .retention(Some(&"keep-daily=7".parse::<Retention>().unwrap()))
        .guests(&JobSelection::All { exclude: vec![vmid] });
    client.create_backup_job(&job).await.unwrap();
    let again = client.create_backup_job(&job).await.unwrap_err();
    assert!(again.is_name_taken() && !again.is_not_found(), "{again:?}");

    let made = client.backup_job("night").await.unwrap();
    assert!(made.enabled && made.all && made.names(vmid));
    assert_eq!(made.prune_backups.unwrap().keep_daily, 7);
    assert_eq!(made.comment.as_deref(), Some("야간"));
    assert!(made.next_run.is_some(), "{made:?}");
    assert!(client.backup_jobs().await.unwrap().contains(&made));
    let uncovered: Vec<_> = client.not_backed_up().await.unwrap();
    assert_eq!(
        uncovered.iter().map(|guest| guest.vmid).collect::<Vec<_>>(),
        [vmid]
    );

    // From all guests but one to that one.
    let change = JobChange::new()
        .guests(&JobSelection::Guests(vec![vmid]))
        .set("enabled", 0)
        .retention(None);
    client.change_backup_job("night", &change).await.unwrap();
    let changed = client.backup_job("night").await.unwrap();
    assert!(!changed.enabled && !changed.all && changed.exclude.is_empty());
    assert_eq!(changed.vmid, [vmid.to_string()]);
    assert_eq!((changed.prune_backups, changed.next_run), (None, None));
    assert_eq!(changed.schedule.as_deref(), Some("mon..fri 02:00"));
    let taken = client.backup_job_volumes("night").await.unwrap();
    assert_eq!(
        (taken.len(), taken[0].vmid, taken[0].kind),
        (1, vmid, Some(GuestKind::Qemu))
    );
    assert!(taken[0].volumes.iter().any(|volume| volume.included));

    client.delete_backup_job("night").await.unwrap();
    for gone in [
        client.backup_job("night").await.map(drop),
        client.change_backup_job("night", &change).await,
        client.delete_backup_job("night").await,
        client.backup_job_volumes("night").await.map(drop),
    ] {
        assert!(gone.unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn a_change_says_what_is_taken_out() {
    let server = server("PUT", "/cluster/backup/night", data(&json!(null))).await;
    let change = JobChange::new()
        .set("enabled", 1)
        .guests(&JobSelection::Pool("web".into()));
    crate::support::client(vec![server.uri()])
        .change_backup_job("night", &change)
        .await
        .unwrap();
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(sent.body, b"enabled=1&pool=web&delete=all%2Cexclude%2Cvmid");
}

#[tokio::test]
async fn a_new_job_takes_nothing_out() {
    let server = server("POST", "/cluster/backup", data(&json!(null))).await;
    let job = JobChange::new()
        .guests(&JobSelection::Guests(vec![100, 101]))
        .retention(None);
    crate::support::client(vec![server.uri()])
        .create_backup_job(&job)
        .await
        .unwrap();
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(sent.body, b"vmid=100%2C101");
}

#[tokio::test]
async fn a_schedule_is_looked_ahead() {
    let runs = json!([
        {"timestamp": 1_800_000_000, "utc": "Fri Jan 15 08:00:00 2027"},
        {"timestamp": "1800086400", "utc": "Sat Jan 16 08:00:00 2027"},
    ]);
    let server = server("GET", "/cluster/jobs/schedule-analyze", data(&runs)).await;
    let client = crate::support::client(vec![server.uri()]);
    let times = client
        .analyze_schedule("08:00", Some(1_799_990_000), 2)
        .await
        .unwrap();
    assert_eq!(times, [1_800_000_000, 1_800_086_400]);
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(
        sent.url.query(),
        Some("schedule=08%3A00&starttime=1799990000&iterations=2")
    );
}
