//! The story of tasks and of what they have taken, on both databases.

use chrono::TimeDelta;

use super::*;
use crate::store::testing::databases;
use crate::store::{Unique, reservations, task_steps, violated};
use drover_types::task::{StepName, StepState};

/// A user for tasks to belong to.
pub(crate) async fn user(db: &Db, name: &str, now: DateTime<Utc>) -> i64 {
    let mut tx = db.begin().await.unwrap();
    let id: i64 = on_tx!(&mut tx, |c| sqlx::query_scalar(
        "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at) \
         VALUES ($1, '', 'admin', $2, $3, $3) RETURNING id"
    )
    .bind(name)
    .bind(true)
    .bind(now)
    .fetch_one(c))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

fn task(id: u128, actor_id: i64, guest: Option<&GuestId>, at: DateTime<Utc>) -> TaskInsert<'_> {
    TaskInsert {
        id: TaskId(Uuid::from_u128(id)),
        kind: TaskKind::CreateServer,
        actor_id: Some(actor_id),
        actor: "ann",
        guest,
        target: "web-01",
        input: "{}",
        secret: Some("sealed"),
        at,
        parent: None,
        is_parent: false,
        retry_of: None,
    }
}

/// Takes the first of the tests' tasks that nobody runs, as this transaction sees them.
async fn next(tx: &mut Tx, owner: Uuid, now: DateTime<Utc>, until: DateTime<Utc>) -> Option<TaskRecord> {
    for id in 1..=2 {
        let taken = claim(tx, TaskId(Uuid::from_u128(id)), owner, now, until).await;
        if let Some(taken) = taken.unwrap() {
            return Some(taken);
        }
    }
    None
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn a_task_from_the_queue_to_its_end() {
    for test in databases().await {
        let (db, name) = (&test.db, test.name);
        let now = DateTime::from_timestamp(1_700_000_000, 123_456_000).unwrap();
        let later = now + TimeDelta::seconds(15);
        let ann = user(db, "ann", now).await;
        let guest = GuestId::new("lab", 100);

        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, &task(1, ann, Some(&guest), now)).await.unwrap();
        insert(&mut tx, &task(2, ann, None, now)).await.unwrap();
        task_steps::insert(
            &mut tx,
            TaskId(Uuid::from_u128(1)),
            &[StepName::Reserve, StepName::Clone],
        )
        .await
        .unwrap();
        let busy = at_work_on(&mut tx, &guest).await.unwrap();
        assert_eq!(busy, Some(TaskId(Uuid::from_u128(1))), "{name}");
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let twice = insert(&mut tx, &task(3, ann, Some(&guest), now))
            .await
            .unwrap_err();
        assert_eq!(violated(&twice), Some(Unique::TaskOfGuest), "{name}");
        drop(tx);

        let waiting: Vec<u128> = free(db, now)
            .await
            .unwrap()
            .iter()
            .map(|one| one.id.0.as_u128())
            .collect();
        assert_eq!(waiting, [1, 2], "{name}");
        let (one, two) = (Uuid::from_u128(11), Uuid::from_u128(12));
        let mut tx = db.begin().await.unwrap();
        let first = next(&mut tx, one, now, later).await.unwrap();
        let second = next(&mut tx, two, now, later).await.unwrap();
        assert!(next(&mut tx, two, now, later).await.is_none(), "{name}");
        tx.commit().await.unwrap();
        assert_eq!(
            (first.row.id.0.as_u128(), second.row.id.0.as_u128()),
            (1, 2),
            "{name}"
        );
        assert_eq!(free(db, now).await.unwrap(), [], "{name}");
        assert_eq!(
            (first.row.state, first.row.guest),
            (TaskState::Running, Some(guest.clone()))
        );
        assert_eq!(first.secret.as_deref(), Some("sealed"));

        let mine = Lease {
            task: first.row.id,
            owner: one,
        };
        let stolen = Lease {
            task: first.row.id,
            owner: two,
        };
        let mut tx = db.begin().await.unwrap();
        assert!(!fence(&mut tx, stolen, now).await.unwrap(), "{name}");
        assert_eq!(renew(&mut tx, stolen, later).await.unwrap(), None, "{name}");
        assert_eq!(renew(&mut tx, mine, later).await.unwrap(), Some(None), "{name}");
        assert!(set_cancelled_by(&mut tx, mine.task, "bob", now).await.unwrap());
        assert!(!set_cancelled_by(&mut tx, mine.task, "eve", now).await.unwrap());
        assert_eq!(
            renew(&mut tx, mine, later).await.unwrap(),
            Some(Some("bob".into())),
            "{name}"
        );
        assert!(fence(&mut tx, mine, now).await.unwrap(), "{name}");
        task_steps::set_state(&mut tx, mine.task, 1, StepState::Running, now)
            .await
            .unwrap();
        task_steps::set_journal(&mut tx, mine.task, 1, "{}", Some("UPID:a"))
            .await
            .unwrap();
        task_steps::set_journal(&mut tx, mine.task, 1, "{ }", None)
            .await
            .unwrap();
        task_steps::set_progress(&mut tx, mine.task, 1, 40).await.unwrap();
        for line in ["one", "two", "three"] {
            let line = Progress::ProxmoxLog { line: line.into() };
            task_steps::log(&mut tx, mine.task, Some(StepName::Clone), &line, now)
                .await
                .unwrap();
        }
        set_progress(&mut tx, mine.task, 33).await.unwrap();
        set_message(&mut tx, mine.task, &Progress::Undoing).await.unwrap();
        let problem = Problem::CancelledBy { user: "bob".into() };
        set_undoing(&mut tx, mine.task, &problem, Some("words"))
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let steps = task_steps::of(db, mine.task).await.unwrap();
        let clone = &steps[1];
        assert_eq!(
            (steps[0].row.state, clone.row.state),
            (StepState::Pending, StepState::Running)
        );
        assert_eq!(
            (clone.row.upid.as_deref(), clone.journal.as_deref()),
            (Some("UPID:a"), Some("{ }"))
        );
        assert_eq!(
            (clone.row.progress, clone.row.started_at),
            (Some(40), Some(now)),
            "{name}"
        );
        let log = task_steps::log_of(db, mine.task, 1, 10).await.unwrap();
        assert_eq!(
            log.iter().map(|line| line.number).collect::<Vec<_>>(),
            [2, 3],
            "{name}"
        );
        let end_of_log = task_steps::log_of(db, mine.task, 0, 1).await.unwrap();
        assert_eq!(
            end_of_log[0].message,
            Progress::ProxmoxLog { line: "three".into() }
        );
        let known = ["UPID:a".to_owned(), "UPID:b".to_owned()];
        let others = task_steps::known_to_others(db, second.row.id, &known)
            .await
            .unwrap();
        assert_eq!(others, ["UPID:a"], "{name}");
        assert!(
            task_steps::known_to_others(db, mine.task, &known)
                .await
                .unwrap()
                .is_empty()
        );

        // A lease that ran out is for anybody to take.
        let mut tx = db.begin().await.unwrap();
        give_back(&mut tx, stolen).await.unwrap();
        assert!(next(&mut tx, two, now, later).await.is_none(), "{name}");
        give_back(&mut tx, mine).await.unwrap();
        let again = next(&mut tx, two, now, later).await.unwrap();
        assert!(again.undoing && again.row.id == mine.task, "{name}");
        let past = later + TimeDelta::microseconds(1);
        assert!(next(&mut tx, one, past, past).await.is_some(), "{name}");
        tx.commit().await.unwrap();

        let wanted = Wanted {
            limit: 10,
            ..Wanted::default()
        };
        let ending = Ending {
            state: TaskState::Cancelled,
            problem: Some(&problem),
            cause: None,
            at: later,
        };
        let mut tx = db.begin().await.unwrap();
        assert!(end(&mut tx, mine.task, &ending).await.unwrap());
        assert!(!end(&mut tx, mine.task, &ending).await.unwrap());
        tx.commit().await.unwrap();
        let ended = get(db, mine.task).await.unwrap().unwrap();
        assert_eq!(
            (ended.row.state, ended.row.problem, ended.secret),
            (TaskState::Cancelled, Some(problem), None)
        );
        let order: Vec<u128> = list(db, &wanted)
            .await
            .unwrap()
            .iter()
            .map(|task| task.row.id.0.as_u128())
            .collect();
        assert_eq!(order, [2, 1], "{name}");
        let before = Wanted {
            before: Some(TaskId(Uuid::from_u128(2))),
            ..wanted
        };
        assert_eq!(list(db, &before).await.unwrap().len(), 1, "{name}");
        let about = Wanted {
            guest: Some(&guest),
            limit: 5,
            ..Wanted::default()
        };
        assert_eq!(list(db, &about).await.unwrap().len(), 1, "{name}");
        // Somebody else's tasks, as far as they are on guests that are seen.
        for (actor_id, guests, number) in [
            (ann + 1, vec![guest.clone()], 1),
            (ann + 1, vec![], 0),
            (ann, vec![], 2),
        ] {
            let seen = Seen { actor_id, guests };
            let seen = Wanted {
                seen: Some(&seen),
                limit: 5,
                ..Wanted::default()
            };
            assert_eq!(list(db, &seen).await.unwrap().len(), number, "{name}");
            assert_eq!(
                count(db, &seen).await.unwrap(),
                i64::try_from(number).unwrap(),
                "{name}"
            );
        }
        let none = Wanted {
            state: Some(TaskState::Failed),
            actor_id: Some(ann),
            limit: 5,
            ..Wanted::default()
        };
        assert!(list(db, &none).await.unwrap().is_empty());
        let second_page = Wanted {
            limit: 1,
            offset: 1,
            ..Wanted::default()
        };
        let rows = list(db, &second_page).await.unwrap();
        assert_eq!(
            rows.iter().map(|task| task.row.id).collect::<Vec<_>>(),
            [mine.task],
            "{name}"
        );
        let counted = (
            count(db, &second_page).await.unwrap(),
            count(db, &about).await.unwrap(),
            count(db, &none).await.unwrap(),
        );
        assert_eq!(counted, (2, 1, 0), "{name}");
        assert_eq!(
            counts(db).await.unwrap(),
            [(TaskKind::CreateServer, TaskState::Running, 1)],
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_one_task_has_taken_no_other_takes() {
    for test in databases().await {
        let (db, name) = (&test.db, test.name);
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let ann = user(db, "ann", now).await;
        let taken = |id: u128, vmid, name: &str| reservations::Reservation {
            task: TaskId(Uuid::from_u128(id)),
            guest: GuestId::new("lab", vmid),
            name: name.into(),
            node: "pve1".into(),
            os_type: "debian".into(),
            made: false,
        };
        let mut tx = db.begin().await.unwrap();
        for id in 1..=4 {
            insert(&mut tx, &task(id, ann, None, now)).await.unwrap();
        }
        let address = ["10.0.0.5".to_owned()];
        reservations::insert(&mut tx, &taken(1, 100, "web-01"), &address, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for (other, address, rule) in [
            (taken(2, 100, "web-02"), "10.0.0.6", Unique::ReservedVmid),
            (taken(2, 101, "web-01"), "10.0.0.6", Unique::ReservedName),
            (taken(2, 101, "web-02"), "10.0.0.5", Unique::ReservedAddress),
        ] {
            let mut tx = db.begin().await.unwrap();
            let error = reservations::insert(&mut tx, &other, &[address.to_owned()], now)
                .await
                .unwrap_err();
            assert_eq!(violated(&error), Some(rule), "{name}");
        }
        let mut tx = db.begin().await.unwrap();
        reservations::insert(&mut tx, &taken(2, 101, "web-02"), &[], now)
            .await
            .unwrap();
        reservations::set_made(&mut tx, TaskId(Uuid::from_u128(2)))
            .await
            .unwrap();
        reservations::set_vmid(&mut tx, TaskId(Uuid::from_u128(2)), 102)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let second = reservations::of(db, TaskId(Uuid::from_u128(2)))
            .await
            .unwrap()
            .unwrap();
        assert!(second.made && second.guest.vmid == 102, "{name}");
        let standing = reservations::in_cluster(db, "lab").await.unwrap();
        let mut standing: Vec<_> = standing
            .iter()
            .map(|one| (one.taken.name.as_str(), one.addresses.clone(), one.ended))
            .collect();
        standing.sort();
        assert_eq!(
            standing,
            [
                ("web-01", vec!["10.0.0.5".to_owned()], false),
                ("web-02", vec![], false)
            ],
            "{name}"
        );
        assert_eq!(reservations::in_cluster(db, "other").await.unwrap(), [], "{name}");

        // The second task has ended and its guest is gone; the first one's is only about to be made.
        let mut tx = db.begin().await.unwrap();
        let ending = Ending {
            state: TaskState::Completed,
            problem: None,
            cause: None,
            at: now,
        };
        end(&mut tx, TaskId(Uuid::from_u128(2)), &ending).await.unwrap();
        tx.commit().await.unwrap();
        let standing = reservations::in_cluster(db, "lab").await.unwrap();
        let ended: Vec<_> = standing.iter().filter(|one| one.ended).collect();
        assert!(ended.len() == 1 && ended[0].taken.guest.vmid == 102, "{name}");
        let mut tx = db.begin().await.unwrap();
        assert_eq!(
            reservations::release_gone(&mut tx, "lab", &[102]).await.unwrap(),
            0,
            "{name}"
        );
        assert_eq!(
            reservations::release_gone(&mut tx, "lab", &[7]).await.unwrap(),
            1,
            "{name}"
        );
        tx.commit().await.unwrap();
        let left = reservations::all(db).await.unwrap();
        assert_eq!(
            left.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["web-01"],
            "{name}"
        );
        let mut tx = db.begin().await.unwrap();
        reservations::release(&mut tx, TaskId(Uuid::from_u128(1)))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(reservations::in_cluster(db, "lab").await.unwrap(), [], "{name}");
    }
}
