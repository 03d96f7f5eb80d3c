//! Proxmox's own backup jobs, and what they mean for servers.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::backup::{BackupMode, Compression, Coverage, JobChoice, JobDraft, Retention};
use drover_types::ids::GuestId;
use drover_types::task::TaskState;
use drover_types::text::Problem;

use crate::stage::{Process, Stage};

async fn stage() -> (Stage, Process) {
    let stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    process.seen(100).await;
    (stage, process)
}

fn nightly() -> JobDraft {
    JobDraft {
        enabled: true,
        schedule: "mon..fri 02:30".into(),
        storage: "nfs".into(),
        node: None,
        choice: JobChoice::Some {
            vmids: vec![100, 101],
        },
        mode: BackupMode::Snapshot,
        compression: Compression::Zstd,
        retention: Some(Retention {
            keep_last: Some(3),
            ..Retention::default()
        }),
        notes: "{{guestname}}\nby night".into(),
        protected: false,
        repeat_missed: true,
        comment: "the shop's".into(),
    }
}

/// The one job that is not of the demo cluster.
async fn own(stage: &Stage, process: &Process) -> drover_types::backup::BackupJob {
    let jobs = process.backups.jobs(&stage.ctx).await.unwrap();
    let own = jobs.into_iter().find(|job| job.job.comment == "the shop's");
    own.unwrap()
}

#[tokio::test]
async fn a_job_is_made_changed_run_and_deleted_in_proxmox() {
    let (stage, process) = stage().await;
    let backups = &process.backups;
    backups.create_job(&stage.ctx, "lab", &nightly()).await.unwrap();
    let made = own(&stage, &process).await;
    assert_eq!(
        (&made.job, made.servers, made.next_runs.len()),
        (&nightly(), 2, 5)
    );
    assert!(made.next_runs.is_sorted(), "{made:?}");
    let person = stage.person().backup_job(&made.id).await.unwrap();
    assert_eq!(person.vmid, ["100", "101"]);

    let all = JobDraft {
        choice: JobChoice::All { except: vec![101] },
        enabled: false,
        node: Some("pve1".into()),
        retention: None,
        ..nightly()
    };
    backups
        .change_job(&stage.ctx, "lab", &made.id, &all, Some(&made.job))
        .await
        .unwrap();
    let changed = own(&stage, &process).await;
    assert_eq!(changed.job, all);
    assert!(changed.next_runs.is_empty(), "one that is off is not run");
    let late = backups
        .change_job(&stage.ctx, "lab", &made.id, &nightly(), Some(&made.job))
        .await;
    assert!(matches!(late, Err(Error::Edited(_))), "{late:?}");

    let some = JobDraft {
        choice: JobChoice::Some {
            vmids: vec![101, 102],
        },
        ..nightly()
    };
    backups
        .change_job(&stage.ctx, "lab", &made.id, &some, None)
        .await
        .unwrap();
    let run = backups.run_job(&stage.ctx, "lab", &made.id).await.unwrap();
    let named: Vec<u32> = run.accepted.iter().map(|one| one.guest.vmid).collect();
    assert_eq!(named, [101, 102], "{run:?}");
    for one in &run.accepted {
        let detail = process.end(one.task).await;
        assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    }
    let of = backups
        .of_server(&stage.ctx, &GuestId::new("lab", 102))
        .await
        .unwrap();
    assert_eq!(of.archives[0].notes.as_deref(), Some("db-main-01"), "{of:?}");
    assert!(of.jobs.contains(&made.id));

    backups.delete_job(&stage.ctx, "lab", &made.id).await.unwrap();
    let gone = backups.run_job(&stage.ctx, "lab", &made.id).await;
    assert!(
        matches!(&gone, Err(Error::NotFound(Problem::BackupJobNotFound { id })) if *id == made.id),
        "{gone:?}"
    );
    process.stop().await;
}

#[tokio::test]
async fn what_a_job_can_not_say_is_refused_with_its_field() {
    let (stage, process) = stage().await;
    for (field, job) in [
        (
            "schedule",
            JobDraft {
                schedule: "every other day".into(),
                ..nightly()
            },
        ),
        (
            "schedule",
            JobDraft {
                schedule: " ".into(),
                ..nightly()
            },
        ),
        (
            "storage",
            JobDraft {
                storage: "ceph".into(),
                ..nightly()
            },
        ),
        (
            "node",
            JobDraft {
                node: Some("pve9".into()),
                ..nightly()
            },
        ),
        (
            "vmids",
            JobDraft {
                choice: JobChoice::Some { vmids: vec![] },
                ..nightly()
            },
        ),
        (
            "pool",
            JobDraft {
                choice: JobChoice::Pool { pool: String::new() },
                ..nightly()
            },
        ),
        (
            "comment",
            JobDraft {
                comment: "two\nlines".into(),
                ..nightly()
            },
        ),
    ] {
        match process.backups.create_job(&stage.ctx, "lab", &job).await {
            Err(Error::Invalid(fields)) => assert!(fields.contains_key(field), "{field}: {fields:?}"),
            other => panic!("{field}: {other:?}"),
        }
    }
    let wrong = process.backups.next_runs(&stage.ctx, "lab", "25:99").await;
    let given = "25:99".to_owned();
    assert!(
        matches!(&wrong, Err(Error::Invalid(fields)) if fields["schedule"] == Problem::InvalidSchedule { given }),
        "{wrong:?}"
    );
    process.stop().await;
}

#[tokio::test]
async fn the_page_tells_what_no_job_backs_up() {
    let (stage, process) = stage().await;
    for job in process.backups.jobs(&stage.ctx).await.unwrap() {
        process
            .backups
            .delete_job(&stage.ctx, "lab", &job.id)
            .await
            .unwrap();
    }
    let covered = || async {
        let overview = process.backups.overview(&stage.ctx).await.unwrap();
        let covered = overview
            .servers
            .into_iter()
            .filter(|one| one.coverage == Coverage::Covered);
        covered.map(|one| one.guest.vmid).collect::<Vec<_>>()
    };
    assert_eq!(covered().await, [0_u32; 0]);
    process
        .backups
        .create_job(&stage.ctx, "lab", &nightly())
        .await
        .unwrap();
    assert_eq!(covered().await, [100, 101]);
    process.stop().await;
}
