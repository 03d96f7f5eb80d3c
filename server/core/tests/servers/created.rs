//! From a request to a machine that answers.

use drover_lab::LabOptions;
use drover_types::ids::GuestId;
use drover_types::metrics::Timeframe;
use drover_types::server::{CreateServer, DiskSpec};
use drover_types::task::{StepState, TaskState};
use drover_types::text::Progress;

use crate::stage::{LOCAL, SHARED, Stage, assert_shop, settings, shop};

#[tokio::test]
async fn a_server_is_made_as_it_was_asked_for() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    let detail = process.end(id).await;
    let vmid = assert_shop(&before, &stage.holdings().await, &detail);
    assert!(detail.steps.iter().all(|step| step.state == StepState::Done));
    assert_eq!(
        detail.task.guest,
        Some(GuestId::new("lab", vmid.parse().unwrap()))
    );
    let said = |wanted: &Progress| detail.log.iter().any(|line| line.message == *wanted);
    assert!(
        said(&Progress::GuestAgentAnswered) && said(&Progress::WaitingForGuest),
        "{:#?}",
        detail.log
    );
    let copied = |text: &str| {
        detail
            .log
            .iter()
            .any(|line| matches!(&line.message, Progress::ProxmoxLog { line } if line.contains(text)))
    };
    assert!(
        copied("create full clone of drive scsi0") && !copied("transferred"),
        "{:#?}",
        detail.log
    );
    assert_eq!(process.count("secrets").await, 0);
    assert_eq!(process.count("reservations").await, 1);
    assert_eq!(process.count("reservation_addresses").await, 1);

    // Neither log nor detail nor input carries the password.
    assert!(!format!("{detail:?}").contains("hush"));
    let guest = process.seen(vmid.parse().unwrap()).await;
    let shown = process.servers.detail(&stage.ctx, &guest).await.unwrap();
    assert_eq!(
        (shown.cores, shown.memory_mb, shown.description.as_str()),
        (4, 3072, "the shop")
    );
    assert_eq!((shown.disks.len(), shown.nics.len()), (2, 2));
    assert_eq!(shown.nics[0].configured, "10.77.0.5/24");
    assert!(
        shown.nics[0]
            .addresses
            .iter()
            .any(|address| address == "10.77.0.5"),
        "{:?}",
        shown.nics
    );
    let figures = process
        .servers
        .metrics(&stage.ctx, &guest, Timeframe::Hour)
        .await
        .unwrap();
    assert_eq!(figures.times.len(), figures.cpu_percent.len());
    process.stop().await;
}

#[tokio::test]
async fn a_template_on_shared_storage_is_cloned_to_any_node_and_other_storage() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let request = CreateServer {
        name: "far".into(),
        node: Some("pve3".into()),
        template: Some(SHARED),
        cores: 1,
        memory_mb: 512,
        disks: vec![DiskSpec {
            interface: "scsi0".into(),
            size_gb: 8,
            storage: Some("nfs".into()),
        }],
        ..CreateServer::default()
    };
    let detail = process.end(process.create(request).await).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let vmid = detail.task.guest.unwrap().vmid.to_string();
    let guest = &stage.holdings().await.guests[&vmid];
    assert_eq!(guest["node"], "pve3");
    assert!(
        guest["config"]["scsi0"].as_str().unwrap().starts_with("nfs:"),
        "{guest}"
    );
    assert_eq!(
        guest["config"]["tags"], "debian",
        "the template's tags without `template`"
    );
    process.stop().await;
}

#[tokio::test]
async fn several_at_once_get_an_id_each_and_a_name_once() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let request = |name: &str| CreateServer {
        name: name.into(),
        template: Some(LOCAL),
        cores: 1,
        memory_mb: 512,
        ..CreateServer::default()
    };
    let make = |name: &'static str| process.servers.create(&stage.ctx, request(name));
    let (a, b, c, d) = tokio::join!(make("one"), make("two"), make("three"), make("one"));
    let mut queued: Vec<_> = [a, b, c, d].into_iter().filter_map(Result::ok).collect();
    assert_eq!(queued.len(), 3, "the name that came twice was refused once");
    queued.sort_by_key(|task| task.task.guest.as_ref().unwrap().vmid);
    queued.dedup_by_key(|task| task.task.guest.as_ref().unwrap().vmid);
    assert_eq!(queued.len(), 3);
    for task in queued {
        assert_eq!(process.end(task.task.id).await.task.state, TaskState::Completed);
    }
    process.stop().await;
}

#[tokio::test]
async fn the_address_counts_where_the_agent_is_silent() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let process = stage
        .process_with(drover_core::tasks::TaskSettings {
            answer_port: port,
            ..settings()
        })
        .await;
    let mut request = shop();
    // Only loopback can be listened on here; the plan refuses it, so it comes from the machine's own network.
    request.nics[0].address = own_address();
    request.nics[0].gateway = None;
    let Some(address) = request.nics[0].address else {
        return process.stop().await;
    };
    let listener = tokio::net::TcpListener::bind((address, port))
        .await
        .unwrap_or(listener);
    stage.hold("hold_before", "POST", "/status/start$", 0).await;
    let id = process.create(request).await;
    let hold = stage.held("/status/start$").await;
    let vmid = process.until(id, |_| true).await.task.guest.unwrap().vmid;
    stage
        .lab
        .patch_guest(vmid, serde_json::json!({"agent": "never"}))
        .await
        .unwrap();
    stage.lab.release(hold).await.unwrap();
    let detail = process.end(id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let told = Progress::AddressAnswered {
        address: address.to_string(),
    };
    assert!(detail.log.iter().any(|line| line.message == told));
    drop(listener);
    process.stop().await;
}

/// An address of this machine that is not loopback, if it has one.
fn own_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: connecting chooses the route, and with it the address.
    socket.connect("192.0.2.1:9").ok()?;
    socket
        .local_addr()
        .ok()
        .map(|address| address.ip())
        .filter(|ip| !ip.is_loopback())
}

#[tokio::test]
async fn a_list_that_lags_behind_misleads_nobody() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        stats_lag: 1000.0,
        ..LabOptions::default()
    })
    .await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let detail = process.end(process.create(shop()).await).await;
    assert_shop(&before, &stage.holdings().await, &detail);
    // The list does not know the new server's name yet; the reservation does.
    let again = process.servers.create(&stage.ctx, shop()).await;
    assert!(
        matches!(&again, Err(drover_core::Error::Invalid(fields)) if fields.contains_key("name")),
        "{again:?}"
    );
    process.stop().await;
}

#[tokio::test]
async fn an_id_that_is_taken_before_the_task_runs_is_replaced() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let idle = stage
        .process_with(drover_core::tasks::TaskSettings {
            max_running: 0,
            ..settings()
        })
        .await;
    let id = idle.create(shop()).await;
    let taken = idle.until(id, |_| true).await.task.guest.unwrap().vmid;
    idle.stop().await;
    stage
        .lab
        .add_guest(serde_json::json!({"vmid": taken, "name": "theirs"}))
        .await
        .unwrap();
    let before = stage.holdings().await;
    let process = stage.process().await;
    let detail = process.end(id).await;
    let vmid = assert_shop(&before, &stage.holdings().await, &detail);
    assert_ne!(vmid, taken.to_string());
    process.stop().await;
}
