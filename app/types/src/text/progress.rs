//! What a task's log and a running step say.

use serde::Serialize;

use super::josa::object;
use super::named::named;
use super::problem::Problem;
use crate::ids::GuestId;
use crate::lang::Lang;
use crate::removal::Reference;
use crate::role::{PlayStatus, RunKind};
use crate::task::TaskKind;
use crate::units::{duration, size};

named! {
    /// One thing that happened in a task.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(
        missing_docs,
        reason = "each variant is explained by its two sentences in `text`"
    )]
    pub enum Progress {
        Queued,
        Resumed,
        Reserved {
            guest: GuestId,
            node: String,
        },
        VmidTaken {
            vmid: u32,
        },
        Cloning {
            template: String,
            guest: GuestId,
        },
        Reattached {
            kind: String,
        },
        WaitingForLock {
            lock: String,
        },
        Configuring,
        GrowingDisk {
            interface: String,
            size_gb: u64,
        },
        AddingDisk {
            interface: String,
            size_gb: u64,
            storage: String,
        },
        ConfiguringNetwork {
            nics: u32,
        },
        DetachingDisk {
            interface: String,
        },
        DeletingDisk {
            interface: String,
            volume: String,
        },
        MovingDisk {
            interface: String,
            storage: String,
        },
        Starting,
        Stopping,
        ShuttingDown,
        Rebooting,
        Resetting,
        Suspending,
        Hibernating,
        Resuming,
        WillRemove {
            disks: u32,
            bytes: u64,
        },
        Mentioned {
            reference: Reference,
        },
        DeletingGuest {
            guest: GuestId,
        },
        Released {
            name: String,
        },
        RemovedVolume {
            volume: String,
        },
        AddingFirewallGroup {
            group: String,
        },
        RemovingFirewallGroup {
            group: String,
        },
        OrderingFirewallGroups,
        EnablingFirewall,
        FilteringNics {
            nics: u32,
        },
        NotFilteredYet {
            problem: Problem,
        },
        BackingUp {
            storage: String,
        },
        WaitingForOtherBackup,
        Copying {
            done_bytes: u64,
            total_bytes: Option<u64>,
            bytes_per_second: Option<u64>,
            seconds_left: Option<u64>,
            incremental: bool,
        },
        BackedUp {
            volume: String,
            bytes: u64,
        },
        Restoring {
            volume: String,
        },
        Restored,
        SigningIn {
            user: String,
            address: String,
            port: u16,
        },
        PinnedHostKey {
            fingerprint: String,
        },
        RunningRole {
            role: String,
            kind: RunKind,
        },
        /// A task of Ansible's, by its own name.
        RoleTask {
            name: String,
        },
        /// How a task of Ansible's ended, and what it has to say.
        RoleResult {
            status: PlayStatus,
            item: Option<String>,
            message: Option<String>,
        },
        /// What a task of Ansible's changed, or would, as lines of a diff.
        RoleDiff {
            diff: String,
        },
        /// Something that Ansible says beside.
        RoleOutput {
            line: String,
        },
        RoleDone {
            role: String,
            kind: RunKind,
            ok: u32,
            changed: u32,
            failed: u32,
        },
        WaitingForOtherRoles,
        EachOf {
            kind: TaskKind,
            count: u32,
        },
        LeftOut {
            server: String,
            problem: Problem,
        },
        WaitingForGuest,
        GuestAgentAnswered,
        AddressAnswered {
            address: String,
        },
        AlreadySo,
        /// A line of Proxmox's own log, as it is.
        ProxmoxLog {
            line: String,
        },
        Retrying {
            attempt: u32,
        },
        Cancelling {
            by: String,
        },
        Undoing,
        RemovedGuest {
            guest: GuestId,
        },
        LeftAlone {
            guest: GuestId,
        },
        UndoFailed,
        Children {
            ended: u32,
            total: u32,
        },
    }
}

impl Progress {
    /// The sentence for people; a line of Proxmox's log stays as it is.
    #[expect(
        clippy::too_many_lines,
        reason = "one table of all sentences, a line or two each"
    )]
    pub fn text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::Queued => fixed("대기 중", "Waiting to be run"),
            Self::Resumed => fixed("중단된 곳에서 이어서 진행합니다", "Resumed where it had stopped"),
            Self::Reserved { guest, node } => say(
                format!("노드 {node}에 {} 예약했습니다", object(&guest.to_string())),
                format!("Reserved {guest} on {node}"),
            ),
            Self::VmidTaken { vmid } => say(
                format!("VMID {vmid}은(는) 다른 사람이 쓰고 있어 다음 번호를 예약합니다"),
                format!("Somebody else has taken VMID {vmid}; reserving the next one"),
            ),
            Self::Cloning { template, guest } => say(
                format!("템플릿 {template}에서 {} 복제합니다", object(&guest.to_string())),
                format!("Cloning {guest} from the template {template}"),
            ),
            Self::Reattached { kind } => say(
                format!("진행 중인 Proxmox 작업 {kind}에 다시 연결했습니다"),
                format!("Re-attached to the running Proxmox task {kind}"),
            ),
            Self::WaitingForLock { lock } => say(
                format!("Proxmox의 잠금({lock})이 풀리기를 기다립니다"),
                format!("Waiting for Proxmox's lock ({lock})"),
            ),
            Self::Configuring => fixed("CPU와 메모리를 설정합니다", "Setting cores and memory"),
            Self::GrowingDisk { interface, size_gb } => say(
                format!("{} {size_gb}GB로 늘립니다", object(interface)),
                format!("Growing {interface} to {size_gb} GB"),
            ),
            Self::AddingDisk {
                interface,
                size_gb,
                storage,
            } => say(
                format!(
                    "스토리지 {storage}에 {size_gb}GB 디스크 {} 추가합니다",
                    object(interface)
                ),
                format!("Adding {interface} with {size_gb} GB on {storage}"),
            ),
            Self::ConfiguringNetwork { nics } => say(
                format!("네트워크 장치 {nics}개와 cloud-init을 설정합니다"),
                format!("Setting up cloud-init and network devices ({nics})"),
            ),
            Self::DetachingDisk { interface } => say(
                format!("디스크 {} 분리합니다", object(interface)),
                format!("Detaching {interface}"),
            ),
            Self::DeletingDisk { interface, volume } => say(
                format!("디스크 {interface}({volume})의 데이터를 삭제합니다"),
                format!("Deleting {interface} with its data ({volume})"),
            ),
            Self::MovingDisk { interface, storage } => say(
                format!("디스크 {} 스토리지 {storage}로 옮깁니다", object(interface)),
                format!("Moving {interface} to {storage}"),
            ),
            Self::Starting => fixed("서버를 시작합니다", "Starting the server"),
            Self::Stopping => fixed("서버를 중지합니다", "Stopping the server"),
            Self::ShuttingDown => fixed("서버를 종료합니다", "Shutting the server down"),
            Self::Rebooting => fixed("서버를 재시작합니다", "Rebooting the server"),
            Self::Resetting => fixed("서버를 강제로 재시작합니다", "Resetting the server"),
            Self::Suspending => fixed("서버를 일시 정지합니다", "Suspending the server"),
            Self::Hibernating => fixed(
                "서버의 메모리를 디스크에 저장합니다",
                "Saving the server's memory to disk",
            ),
            Self::Resuming => fixed("서버를 재개합니다", "Resuming the server"),
            Self::WillRemove { disks, bytes } => say(
                format!("디스크 {disks}개({})가 함께 삭제됩니다", size(*bytes)),
                format!("{disks} disks with {} go with it", size(*bytes)),
            ),
            Self::Mentioned { reference } => reference.text(lang),
            Self::DeletingGuest { guest } => say(
                format!("{} 삭제합니다", object(&guest.to_string())),
                format!("Deleting {guest}"),
            ),
            Self::Released { name } => say(
                format!("{name}의 이름, 번호, 주소 예약을 해제했습니다"),
                format!("Gave back name, id and addresses of {name}"),
            ),
            Self::RemovedVolume { volume } => say(
                format!("{} 삭제했습니다", object(volume)),
                format!("Deleted {volume}"),
            ),
            Self::AddingFirewallGroup { group } => say(
                format!("방화벽 그룹 {} 지정합니다", object(group)),
                format!("Assigning the firewall group {group}"),
            ),
            Self::RemovingFirewallGroup { group } => say(
                format!("방화벽 그룹 {} 해제합니다", object(group)),
                format!("Removing the firewall group {group}"),
            ),
            Self::OrderingFirewallGroups => fixed(
                "방화벽 그룹의 순서를 맞춥니다",
                "Putting the firewall groups in order",
            ),
            Self::EnablingFirewall => fixed("서버의 방화벽을 켭니다", "Switching the server's firewall on"),
            Self::FilteringNics { nics } => say(
                format!("네트워크 장치 {nics}개의 방화벽을 켭니다"),
                format!("Switching the firewall on for network devices ({nics})"),
            ),
            Self::NotFilteredYet { problem } => say(
                format!("아직 걸러지지 않습니다. {}", problem.text(Lang::Ko)),
                format!("Nothing is filtered yet. {}", problem.text(Lang::En)),
            ),
            Self::BackingUp { storage } => say(
                format!("스토리지 {storage}에 백업합니다"),
                format!("Backing up to {storage}"),
            ),
            Self::WaitingForOtherBackup => fixed(
                "이 노드의 다른 백업이 끝나기를 기다립니다",
                "Waiting for another backup of this node to end",
            ),
            Self::Copying {
                done_bytes,
                total_bytes,
                bytes_per_second,
                seconds_left,
                incremental,
            } => copying(
                (*done_bytes, *total_bytes),
                *bytes_per_second,
                *seconds_left,
                *incremental,
                lang,
            ),
            Self::BackedUp { volume, bytes } => say(
                format!("{volume}에 백업했습니다({})", size(*bytes)),
                format!("Backed up to {volume} ({})", size(*bytes)),
            ),
            Self::Restoring { volume } => say(
                format!("{volume}에서 복원합니다"),
                format!("Restoring from {volume}"),
            ),
            Self::Restored => fixed("복원했습니다", "Restored"),
            Self::SigningIn { user, address, port } => say(
                format!("{user}@{address}에 SSH로 접속합니다(포트 {port})"),
                format!("Signing in as {user}@{address}, port {port}"),
            ),
            Self::PinnedHostKey { fingerprint } => say(
                format!("첫 접속입니다. 호스트 키를 기억합니다: {fingerprint}"),
                format!("First contact; remembering the host key {fingerprint}"),
            ),
            Self::RunningRole { role, kind } => match kind {
                RunKind::Apply => say(
                    format!("역할을 설치합니다: {role}"),
                    format!("Installing the role {role}"),
                ),
                RunKind::Check => say(
                    format!("역할의 변경 사항을 확인합니다: {role}"),
                    format!("Looking what the role {role} would change"),
                ),
                RunKind::Remove => say(
                    format!("역할을 제거합니다: {role}"),
                    format!("Taking back the role {role}"),
                ),
            },
            Self::RoleTask { name } => name.clone(),
            Self::RoleResult {
                status,
                item,
                message,
            } => {
                let parts = [item, message].into_iter().flatten().map(String::as_str);
                let said: Vec<&str> = std::iter::once(status.name(lang)).chain(parts).collect();
                said.join(": ")
            }
            Self::RoleDiff { diff } => diff.clone(),
            Self::RoleDone {
                role,
                kind: RunKind::Check,
                changed,
                ..
            } => say(
                format!("{role}: 바뀔 항목 {changed}개"),
                format!("{role}: would change {changed}"),
            ),
            Self::RoleDone {
                role,
                ok,
                changed,
                failed,
                ..
            } => say(
                format!("{role}: 정상 {ok}, 변경 {changed}, 실패 {failed}"),
                format!("{role}: {ok} ok, {changed} changed, {failed} failed"),
            ),
            Self::WaitingForOtherRoles => fixed(
                "다른 서버의 역할 설치가 끝나기를 기다립니다",
                "Waiting for roles of other servers to be done",
            ),
            Self::EachOf { kind, count } => say(
                format!("{}: {count}대", kind.name(Lang::Ko)),
                format!("{}: {count}", kind.name(Lang::En)),
            ),
            Self::LeftOut { server, problem } => say(
                format!("{server} 제외: {}", problem.text(Lang::Ko)),
                format!("Left out {server}: {}", problem.text(Lang::En)),
            ),
            Self::WaitingForGuest => fixed(
                "게스트 에이전트나 주소가 응답하기를 기다립니다",
                "Waiting for the guest agent or the address to answer",
            ),
            Self::GuestAgentAnswered => fixed("게스트 에이전트가 응답했습니다", "The guest agent answered"),
            Self::AddressAnswered { address } => say(
                format!("주소 {address}에서 응답했습니다"),
                format!("The address {address} answered"),
            ),
            Self::AlreadySo => fixed("이미 그 상태입니다", "It is so already"),
            Self::ProxmoxLog { line } | Self::RoleOutput { line } => line.clone(),
            Self::Retrying { attempt } => say(
                format!("다시 시도합니다({attempt}번째)"),
                format!("Trying again (attempt {attempt})"),
            ),
            Self::Cancelling { by } => say(format!("취소 요청: {by}"), format!("Cancel asked for by {by}")),
            Self::Undoing => fixed("만든 것을 되돌립니다", "Undoing what was made"),
            Self::RemovedGuest { guest } => say(
                format!("{} 삭제했습니다", object(&guest.to_string())),
                format!("Removed {guest}"),
            ),
            Self::LeftAlone { guest } => say(
                format!("{guest}은(는) 이 작업이 만든 것이 아니므로 건드리지 않았습니다"),
                format!("{guest} was not made by this task and was left alone"),
            ),
            Self::UndoFailed => fixed(
                "되돌리지 못했습니다. 다시 시도합니다",
                "Could not undo; it will be tried again",
            ),
            Self::Children { ended, total } => say(
                format!("{total}개 중 {ended}개가 끝났습니다"),
                format!("{ended} of {total} have ended"),
            ),
        }
    }
}

/// How far a backup or a restore is.
fn copying(
    (done, total): (u64, Option<u64>),
    speed: Option<u64>,
    left: Option<u64>,
    incremental: bool,
    lang: Lang,
) -> String {
    let done = size(done);
    let changed = if incremental {
        lang.pick("바뀐 ", " that changed")
    } else {
        ""
    };
    let mut text = match (total.map(size), lang) {
        (None, Lang::Ko) => [&done, " 복사됨"].concat(),
        (None, Lang::En) => [&done, " copied"].concat(),
        (Some(total), Lang::Ko) => [changed, &total, " 중 ", &done].concat(),
        (Some(total), Lang::En) => [&done, " of ", &total, changed].concat(),
    };
    if let Some(speed) = speed {
        text.extend([", ", &size(speed), "/s"]);
    }
    if let Some(left) = left.and_then(|left| i64::try_from(left).ok()) {
        text.push_str(", ");
        text.push_str(&duration(left, lang));
        text.push_str(lang.pick(" 남음", " left"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{GIB, MIB};

    #[test]
    fn a_copy_says_how_much_how_fast_and_for_how_long() {
        let copying = |seconds_left, incremental| Progress::Copying {
            done_bytes: 3 * GIB,
            total_bytes: Some(32 * GIB),
            bytes_per_second: Some(410 * MIB),
            seconds_left,
            incremental,
        };
        let full = copying(Some(72), false);
        assert_eq!(full.text(Lang::En), "3 GiB of 32 GiB, 410 MiB/s, 1 min 12 s left");
        assert_eq!(full.text(Lang::Ko), "32 GiB 중 3 GiB, 410 MiB/s, 1분 12초 남음");
        assert_eq!(
            copying(None, true).text(Lang::En),
            "3 GiB of 32 GiB that changed, 410 MiB/s"
        );
    }
}
