//! Roles by the real Ansible, over real SSH, into a throw-away Debian. Where there is no Ansible or nobody is root, these
//! say so and do nothing else.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use drover_core::Error;
use drover_core::ansible::AnsibleOptions;
use drover_core::tasks::TaskSettings;
use drover_lab::LabOptions;
use drover_types::ids::GuestId;
use drover_types::role::{
    ConnectionChange, RoleAssignment, RoleKey, RoleRemoval, RoleValue, RoleValues, RunKind, RunOutcome,
    StandingState,
};
use drover_types::server::CreateServer;
use drover_types::task::{TaskFilter, TaskKind, TaskState};
use drover_types::text::{Problem, Progress};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::stage::{Process, Stage, settings, shop};

const RUNNING: u32 = 100;

/// A Debian with an SSH server, gone with this.
struct Machine {
    said: Said,
    _process: Child,
}

#[derive(Deserialize)]
struct Said {
    address: String,
    port: u16,
}

impl Machine {
    /// `None` where there can be none here.
    async fn start(public_key: &str) -> Option<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = std::env::var_os("LAB_PYTHON").unwrap();
        let mut process = Command::new(python)
            .args(["-m", "lab.machine", "--authorized-key", public_key])
            .current_dir(root.join("end2end"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let Some(line) = lines.next_line().await.unwrap() else {
            let status = process.wait().await.unwrap();
            assert_eq!(status.code(), Some(77), "a machine could not be made");
            return None;
        };
        Some(Self {
            said: serde_json::from_str(&line).unwrap(),
            _process: process,
        })
    }
}

/// Says that a test does nothing, and why: past what is kept back of tests that pass.
fn skip(why: &str) {
    use std::io::Write as _;
    let mut stderr = std::io::stderr();
    writeln!(stderr, "skipped: {why}").unwrap();
}

/// A stage whose server 100 is a machine, and a process of Drover's that knows the way; `None` where that can't be.
async fn stage_with_machine() -> Option<(Stage, Machine)> {
    let ansible = AnsibleOptions {
        playbook: std::env::var_os("ANSIBLE_PLAYBOOK").map(PathBuf::from),
        ..AnsibleOptions::default()
    };
    if ansible.find_playbook().is_err() {
        skip("there is no ansible-playbook; name it by ANSIBLE_PLAYBOOK");
        return None;
    }
    let mut stage = Stage::new(LabOptions::default()).await;
    stage.ansible = ansible;
    let process = stage.process().await;
    let key = process.roles.overview(&stage.ctx).await.unwrap().public_key;
    let machine = Machine::start(&key).await;
    if machine.is_none() {
        skip("no machine can be made here; lab.machine has said why");
    }
    let guest = process.seen(RUNNING).await;
    if let Some(machine) = &machine {
        connect(&stage, &process, &guest, &machine.said).await;
    }
    process.stop().await;
    Some((stage, machine?))
}

async fn connect(stage: &Stage, process: &Process, guest: &GuestId, said: &Said) {
    let by_hand = ConnectionChange {
        address: Some(said.address.clone()),
        user: Some("debian".into()),
        port: Some(said.port),
    };
    process
        .roles
        .set_connection(&stage.ctx, guest, &by_hand)
        .await
        .unwrap();
}

fn key(name: &str) -> RoleKey {
    RoleKey::parse(name).unwrap()
}

fn web(port: i64) -> RoleAssignment {
    RoleAssignment {
        variables: RoleValues::from([
            ("listen_address".to_owned(), RoleValue::Text("127.0.0.1".into())),
            ("port".to_owned(), RoleValue::Integer(port)),
        ]),
        ..RoleAssignment::plain(key("web"))
    }
}

fn free_port() -> i64 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    i64::from(socket.local_addr().unwrap().port())
}

/// What a web server on this machine answers.
async fn get(port: i64) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", u16::try_from(port).unwrap()))
        .await
        .unwrap();
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// How many checks there were, once all of them have ended.
async fn checks(process: &Process, ctx: &drover_core::OpContext) -> usize {
    let wanted = TaskFilter {
        kind: Some(TaskKind::CheckRole),
        ..TaskFilter::default()
    };
    let checks = process.tasks.list(ctx, &wanted).await.unwrap().tasks;
    for task in &checks {
        assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    }
    checks.len()
}

/// How often Ansible was started for a role in a task.
async fn starts(process: &Process, ctx: &drover_core::OpContext, task: drover_types::ids::TaskId) -> usize {
    let log = process.tasks.get(ctx, task).await.unwrap().log;
    let is_start = |line: &&drover_types::task::LogLine| matches!(line.message, Progress::RunningRole { .. });
    log.iter().filter(is_start).count()
}

#[tokio::test]
async fn a_new_server_stays_though_its_roles_can_not_be_installed() {
    let mut stage = Stage::new(LabOptions::default()).await;
    // Nothing is reached, so nothing is run.
    stage.ansible.playbook = std::env::current_exe().ok();
    let quick = TaskSettings {
        answer_limit: Duration::from_secs(3),
        ..settings()
    };
    let process = stage.process_with(quick).await;
    let request = CreateServer {
        roles: vec![
            RoleAssignment::plain(key("db")),
            RoleAssignment::plain(key("node_exporter")),
        ],
        ..shop()
    };
    let made = process.servers.create(&stage.ctx, request).await.unwrap();
    let told: Vec<_> = made
        .generated
        .iter()
        .map(|one| (one.role.as_str(), one.server.as_str()))
        .collect();
    assert!(
        !told.is_empty() && told.iter().all(|one| *one == ("db", "shop")),
        "{told:?}"
    );
    let ended = process.end(made.task.id).await;
    assert_eq!(ended.task.state, TaskState::Partial);
    assert!(
        matches!(ended.task.problem, Some(Problem::SshUnreachable { .. })),
        "{ended:#?}"
    );
    let guest = ended.task.guest.unwrap();
    let state = stage.lab.state().await.unwrap();
    let made_guest = &state["guests"][guest.vmid.to_string()];
    assert_eq!(made_guest["status"], "running");
    let keys = made_guest["config"]["sshkeys"].as_str().unwrap();
    assert!(
        keys.contains("ops%40example") && keys.ends_with("%20drover"),
        "{keys}"
    );
    process.seen(guest.vmid).await;
    let of = process.roles.of_server(&stage.ctx, &guest).await.unwrap();
    let states: Vec<_> = of
        .roles
        .iter()
        .map(|one| (one.role.as_str(), one.state))
        .collect();
    assert_eq!(
        states,
        [
            ("db", StandingState::Failed),
            ("node_exporter", StandingState::Failed)
        ]
    );
    let secret = &made.generated[0];
    assert!(!of.roles[0].variables.contains_key(&secret.variable));
    for table in ["tasks", "server_roles", "audit"] {
        assert!(!process.holds(table, &secret.value).await, "{table}");
    }
    process.stop().await;
}

#[tokio::test]
async fn what_is_not_reached_is_on_record_and_not_tried_over_and_over() {
    let mut stage = Stage::new(LabOptions::default()).await;
    stage.ansible.playbook = std::env::current_exe().ok();
    let quick = TaskSettings {
        sign_in_limit: Duration::ZERO,
        ..settings()
    };
    let process = stage.process_with(quick).await;
    let (ctx, guest) = (&stage.ctx, process.seen(RUNNING).await);
    let nobody = Said {
        address: "127.0.0.1".into(),
        port: u16::try_from(free_port()).unwrap(),
    };
    connect(&stage, &process, &guest, &nobody).await;
    let mut tried = Vec::new();
    for port in [8080, 8081] {
        let (task, _) = process.roles.assign(ctx, &guest, &web(port)).await.unwrap();
        let ended = process.end(task.id).await.task;
        assert_eq!(ended.state, TaskState::Partial);
        assert!(
            matches!(ended.problem, Some(Problem::SshUnreachable { .. })),
            "{ended:?}"
        );
        tried.push(task.id);
    }
    let of = process.roles.of_server(ctx, &guest).await.unwrap();
    assert_eq!((of.roles[0].state, of.runs.len()), (StandingState::Failed, 2));
    assert!(of.runs.iter().all(|run| run.outcome == Some(RunOutcome::Failed)));
    let refused = process.roles.retry(ctx, tried[0]).await;
    assert!(
        matches!(refused, Err(Error::Conflict(Problem::TaskNotRetryable))),
        "{refused:?}"
    );
    let again = process.roles.retry(ctx, tried[1]).await.unwrap();
    process.end(again.id).await;

    let check = process.roles.check(ctx, &guest, None).await.unwrap();
    process.end(check.id).await;
    let of = process.roles.of_server(ctx, &guest).await.unwrap();
    assert_eq!(
        of.roles[0].last_check.as_ref().unwrap().outcome,
        Some(RunOutcome::Failed)
    );

    // One that replaces takes the others off the record.
    let ftp = RoleAssignment {
        replaces: true,
        ..RoleAssignment::plain(key("ftp"))
    };
    let (task, generated) = process.roles.assign(ctx, &guest, &ftp).await.unwrap();
    assert_eq!(generated.len(), 1);
    process.end(task.id).await;
    let of = process.roles.of_server(ctx, &guest).await.unwrap();
    let roles: Vec<_> = of.roles.iter().map(|one| one.role.as_str()).collect();
    assert_eq!(roles, ["ftp"]);
    let removal = RoleRemoval {
        role: None,
        uninstall: false,
    };
    assert!(
        process
            .roles
            .remove(ctx, &guest, &removal)
            .await
            .unwrap()
            .is_none()
    );
    process.shows(&guest, |row| row.role.is_none()).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_installed_compared_mended_and_taken_back() {
    let Some((stage, machine)) = stage_with_machine().await else {
        return;
    };
    let process = stage.process().await;
    let (ctx, guest) = (&stage.ctx, process.seen(RUNNING).await);
    let port = free_port();
    let (task, generated) = process.roles.assign(ctx, &guest, &web(port)).await.unwrap();
    assert_eq!(generated, []);
    let ended = process.end(task.id).await;
    assert_eq!(ended.task.state, TaskState::Completed, "{ended:#?}");
    let page = get(port).await;
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("nginx"),
        "{page}"
    );

    let of = process.roles.of_server(ctx, &guest).await.unwrap();
    let [standing] = of.roles.as_slice() else {
        panic!("{of:#?}");
    };
    assert_eq!(
        (standing.state, standing.outdated),
        (StandingState::Applied, false)
    );
    assert!(standing.last_run.as_ref().unwrap().changed > 0);
    assert_eq!(of.connection.fingerprints.len(), 1, "{:?}", of.connection);

    let check = process.roles.check(ctx, &guest, None).await.unwrap();
    assert_eq!(process.end(check.id).await.task.state, TaskState::Completed);
    let checked = process
        .roles
        .of_server(ctx, &guest)
        .await
        .unwrap()
        .roles
        .remove(0)
        .last_check
        .unwrap();
    assert_eq!((checked.kind, checked.changed), (RunKind::Check, 0));

    process.shows(&guest, |row| row.role == Some(key("web"))).await;
    process.roles.check_due().await.unwrap();
    assert_eq!(checks(&process, ctx).await, 1, "nothing is due");
    process.all_runs_are_old().await;
    process.roles.check_due().await.unwrap();
    assert_eq!(checks(&process, ctx).await, 2);

    let removal = RoleRemoval {
        role: Some(key("web")),
        uninstall: true,
    };
    let task = process
        .roles
        .remove(ctx, &guest, &removal)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    let of = process.roles.of_server(ctx, &guest).await.unwrap();
    assert_eq!((of.roles.len(), of.runs.len()), (0, 4));
    assert!(
        of.runs
            .iter()
            .all(|run| run.outcome == Some(RunOutcome::Completed))
    );
    drop(machine);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_during_a_run_runs_the_role_once_more() {
    let Some((stage, _machine)) = stage_with_machine().await else {
        return;
    };
    let ctx = &stage.ctx;
    let first = stage.process().await;
    let guest = first.seen(RUNNING).await;
    let (task, _) = first.roles.assign(ctx, &guest, &web(free_port())).await.unwrap();
    let is_in_role = |line: &drover_types::task::LogLine| matches!(&line.message, Progress::RoleTask { name } if name.starts_with("web"));
    first
        .until(task.id, |detail| detail.log.iter().any(is_in_role))
        .await;
    first.kill().await;

    let second = stage.process().await;
    let ended = second.end(task.id).await;
    assert_eq!(ended.task.state, TaskState::Completed, "{ended:#?}");
    assert_eq!(starts(&second, ctx, task.id).await, 2, "before and after");
    let of = second.roles.of_server(ctx, &guest).await.unwrap();
    assert_eq!(of.roles[0].state, StandingState::Applied);
    assert_eq!(of.runs.len(), 1, "one run of one task");
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_host_key_stops_before_anything_is_done() {
    let Some((stage, first)) = stage_with_machine().await else {
        return;
    };
    let process = stage.process().await;
    let (ctx, guest) = (&stage.ctx, process.seen(RUNNING).await);
    let (task, _) = process
        .roles
        .assign(ctx, &guest, &web(free_port()))
        .await
        .unwrap();
    process.end(task.id).await;
    let key = process.roles.overview(ctx).await.unwrap().public_key;
    let second = Machine::start(&key).await.unwrap();
    connect(&stage, &process, &guest, &second.said).await;
    let task = process.roles.check(ctx, &guest, None).await.unwrap();
    let ended = process.end(task.id).await;
    assert!(
        matches!(ended.task.problem, Some(Problem::HostKeyChanged { .. })),
        "{ended:#?}"
    );
    process.roles.forget_host_keys(ctx, &guest).await.unwrap();
    let task = process.roles.check(ctx, &guest, None).await.unwrap();
    assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    drop(first);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_called_off_ends_and_can_be_asked_for_again() {
    let Some((stage, _machine)) = stage_with_machine().await else {
        return;
    };
    let process = stage.process().await;
    let (ctx, guest) = (&stage.ctx, process.seen(RUNNING).await);
    let (task, _) = process
        .roles
        .assign(ctx, &guest, &web(free_port()))
        .await
        .unwrap();
    let is_running = |line: &drover_types::task::LogLine| matches!(line.message, Progress::RoleTask { .. });
    process
        .until(task.id, |detail| detail.log.iter().any(is_running))
        .await;
    process.tasks.cancel(ctx, task.id).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(30), process.end(task.id))
        .await
        .unwrap();
    assert_eq!(ended.task.state, TaskState::Partial);
    let of = process.roles.of_server(ctx, &guest).await.unwrap();
    assert_eq!(of.runs[0].outcome, Some(RunOutcome::Cancelled));
    assert_eq!(of.roles[0].state, StandingState::Failed);
    let again = process.roles.retry(ctx, task.id).await.unwrap();
    assert_eq!(process.end(again.id).await.task.state, TaskState::Completed);
    process.stop().await;
}
