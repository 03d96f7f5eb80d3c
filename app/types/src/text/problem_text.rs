//! How each problem is said to people.

use super::josa::subject;
use super::problem::Problem;
use super::state::state_word;
use super::value_kind::value_kind;
use crate::lang::Lang;
use crate::units::size;

impl Problem {
    /// The sentence for people.
    #[expect(
        clippy::too_many_lines,
        reason = "one table of all sentences, a line or two each"
    )]
    pub fn text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::Required => fixed("필수 항목입니다.", "This is required."),
            Self::WrongType { expected } => {
                let expected = value_kind(expected, lang);
                say(
                    format!("형식이 잘못되었습니다. 필요한 형식: {expected}"),
                    format!("This has the wrong type; expected: {expected}."),
                )
            }
            Self::TooShort { min } => say(
                format!("{min}자 이상이어야 합니다."),
                format!("Use at least {min} characters."),
            ),
            Self::TooLong { max } => say(
                format!("{max}자 이하여야 합니다."),
                format!("Use at most {max} characters."),
            ),
            Self::OutOfRange { min, max } => say(
                format!("{min}에서 {max} 사이여야 합니다."),
                format!("Choose a value from {min} to {max}."),
            ),
            Self::UnknownChoice { given, known } => say(
                format!("\"{given}\" 값을 알 수 없습니다. 가능한 값: {}", known.join(", ")),
                format!("\"{given}\" is unknown. Possible values: {}.", known.join(", ")),
            ),
            Self::InvalidName => fixed(
                "DNS 이름이어야 합니다: 영문자, 숫자, 하이픈을 쓰고 영문자나 숫자로 시작하고 끝나며 63자 이하입니다.",
                "Use a DNS name: letters, digits and hyphens, starting and ending with a letter or digit, at most 63 characters.",
            ),
            Self::ReservedWord { word } => say(
                format!("\"{word}\"는 API가 쓰는 낱말이라 이름으로 쓸 수 없습니다."),
                format!("\"{word}\" is a word of the API and can't be a name."),
            ),
            Self::NameTaken { name } => say(
                format!("이름 \"{name}\"은(는) 이미 쓰이고 있습니다."),
                format!("The name \"{name}\" is taken."),
            ),
            Self::MemoryInMegabytes => fixed(
                "메모리는 128MB 이상이어야 합니다. 단위는 GB가 아니라 MB입니다.",
                "Memory must be 128 MB or more. The unit is MB, not GB.",
            ),
            Self::InvalidAddress => fixed("올바른 IP 주소가 아닙니다.", "This is not an IP address."),
            Self::AddressNotInNetwork { network } => say(
                format!("이 주소는 네트워크 {network}의 호스트 주소가 아닙니다."),
                format!("This is not a host address of the network {network}."),
            ),
            Self::AddressTaken { address, by } if by.is_empty() => say(
                format!("주소 {address}는 이미 사용 중입니다."),
                format!("The address {address} is in use."),
            ),
            Self::AddressTaken { address, by } => say(
                format!("주소 {}는 {} 사용 중입니다.", address, subject(by)),
                format!("The address {address} is used by {by}."),
            ),
            Self::AddressRepeated { address } => say(
                format!("주소 {address}가 여러 번 쓰였습니다."),
                format!("The address {address} is given more than once."),
            ),
            Self::InvalidInterface { given } => say(
                format!("\"{given}\"은 디스크 인터페이스가 아닙니다. 예: scsi0, virtio1, sata0"),
                format!("\"{given}\" is no disk interface. Examples: scsi0, virtio1, sata0."),
            ),
            Self::InterfaceRepeated { interface } => say(
                format!("{} 두 번 쓰였습니다.", subject(interface)),
                format!("{interface} is given twice."),
            ),
            Self::DiskTooSmall { interface, min_gb } => say(
                format!("템플릿의 {interface}는 {min_gb}GB입니다. 디스크는 줄일 수 없습니다."),
                format!("The template's {interface} has {min_gb} GB, and a disk can't be made smaller."),
            ),
            Self::NotEnoughSpace {
                storage,
                needed_gb,
                free_gb,
            } => say(
                format!(
                    "스토리지 {storage}의 공간이 부족합니다: {needed_gb}GB가 필요하고 {free_gb}GB가 남아 있습니다."
                ),
                format!("{storage} has {free_gb} GB free, and {needed_gb} GB are needed."),
            ),
            Self::StorageNotOnNode { storage, node } => say(
                format!("노드 {node}에는 스토리지 {storage}가 없습니다."),
                format!("The node {node} has no storage {storage}."),
            ),
            Self::StorageWithoutImages { storage } => say(
                format!("스토리지 {storage}에는 디스크를 둘 수 없습니다."),
                format!("The storage {storage} does not hold disks."),
            ),
            Self::TemplateMissing { known } => say(
                format!("템플릿을 고르십시오. 가능한 템플릿: {}", known.join(", ")),
                format!("Choose a template: {}.", known.join(", ")),
            ),
            Self::TemplateUnknown { template, known } => say(
                format!(
                    "템플릿 {template}이 없습니다. 가능한 템플릿: {}",
                    known.join(", ")
                ),
                format!(
                    "There is no template {template}. Known ones: {}.",
                    known.join(", ")
                ),
            ),
            Self::TemplateOnOtherNode { node } => say(
                format!("템플릿의 디스크가 노드 {node}의 로컬 스토리지에 있어 그 노드에만 만들 수 있습니다."),
                format!(
                    "The template's disk is on local storage of the node {node}, so the server must be made there."
                ),
            ),
            Self::BridgeNotOnNode { bridge, node } => say(
                format!("노드 {node}에는 브리지 {bridge}가 없습니다."),
                format!("The node {node} has no bridge {bridge}."),
            ),
            Self::InvalidSshKey { line } => say(
                format!("{line}번째 줄은 SSH 공개 키가 아닙니다."),
                format!("Line {line} is no SSH public key."),
            ),
            Self::InvalidUserName => fixed(
                "사용자 이름은 영문 소문자로 시작하고 소문자, 숫자, -, _만 쓸 수 있습니다.",
                "A user name starts with a lower-case letter and has lower-case letters, digits, - and _ only.",
            ),
            Self::InvalidTag { tag } => say(
                format!("\"{tag}\"은 태그로 쓸 수 없습니다. 영문 소문자, 숫자, -, _, +, .만 쓸 수 있습니다."),
                format!("\"{tag}\" can't be a tag. Use lower-case letters, digits, -, _, + and dots."),
            ),
            Self::InvalidCpuType { given } => say(
                format!("\"{given}\"은(는) CPU 종류가 아닙니다. 예: host, x86-64-v2-AES"),
                format!("\"{given}\" is no CPU type. Examples: host, x86-64-v2-AES."),
            ),
            Self::InvalidNic { given } => say(
                format!("\"{given}\"은(는) 네트워크 장치가 아닙니다. net0부터 net31까지 있습니다."),
                format!("\"{given}\" is no network device. They are net0 to net31."),
            ),
            Self::BalloonOverMemory { memory_mb } => say(
                format!("메모리 {memory_mb}MB를 넘을 수 없습니다."),
                format!("This can't be more than the memory, {memory_mb} MB."),
            ),
            Self::DiskCanNotShrink { interface, size_gb } => say(
                format!("{interface}는 {size_gb}GB입니다. 디스크는 줄일 수 없습니다."),
                format!("{interface} has {size_gb} GB, and a disk can't be made smaller."),
            ),
            Self::InterfaceTaken { interface } => say(
                format!("{} 이미 쓰이고 있습니다.", subject(interface)),
                format!("{interface} is in use."),
            ),
            Self::NoFreeInterface { bus } => say(
                format!("{bus}에 빈 자리가 없습니다."),
                format!("{bus} has no place left."),
            ),
            Self::SameStorage { storage } => say(
                format!("디스크가 이미 스토리지 {storage}에 있습니다."),
                format!("The disk is on {storage} already."),
            ),
            Self::IsBootDisk { interface } => say(
                format!("{interface}은(는) 부팅 디스크입니다. 그래도 제거하려면 강제로 하십시오."),
                format!("{interface} is the boot disk. It is removed by force only."),
            ),
            Self::IsCloudInitDrive { interface } => say(
                format!("{interface}은(는) cloud-init 드라이브입니다. 그래도 제거하려면 강제로 하십시오."),
                format!("{interface} is the cloud-init drive. It is removed by force only."),
            ),
            Self::DeviceUnfit { interface } => say(
                format!("{interface}에는 할 수 없습니다."),
                format!("This can't be done to {interface}."),
            ),
            Self::SameAsRow { row } => say(
                format!("{row}번째 행과 같습니다."),
                format!("Row {row} has the same."),
            ),
            Self::InvalidSeries => fixed(
                "web-{01..20}처럼 중괄호 안에 처음과 끝 번호를 쓰십시오.",
                "Write the first and the last number in braces, such as web-{01..20}.",
            ),
            Self::AddressesUsedUp { network } => say(
                format!("네트워크 {network}에 남은 주소가 모자랍니다."),
                format!("The network {network} has too few addresses left."),
            ),
            Self::PasswordsDiffer => fixed("두 비밀번호가 다릅니다.", "The two passwords differ."),
            Self::PasswordTooShort { min } => say(
                format!("비밀번호는 {min}자 이상이어야 합니다."),
                format!("A password has at least {min} characters."),
            ),
            Self::PasswordTooCommon => fixed(
                "너무 흔한 비밀번호입니다. 다른 비밀번호를 고르십시오.",
                "This password is too common. Choose another.",
            ),
            Self::InvalidUsername => fixed(
                "사용자 이름에는 문자, 숫자와 . _ - @ 만 쓸 수 있으며, 문자나 숫자로 시작하고 80자 이하여야 합니다.",
                "Use letters, digits and . _ - @, beginning with a letter or digit, at most 80 characters.",
            ),
            Self::InvalidEmail => fixed("올바른 이메일 주소가 아닙니다.", "This is not an e-mail address."),
            Self::OwnAccount => fixed(
                "자기 자신의 계정은 삭제하거나 사용 중지하거나 역할을 바꿀 수 없습니다.",
                "You can't delete, disable or demote yourself.",
            ),
            Self::LastAdministrator => fixed(
                "마지막 관리자입니다. 활성 상태의 관리자가 한 명은 남아 있어야 합니다.",
                "This is the last administrator; one must stay who can sign in.",
            ),
            Self::AdministratorsReachAll => fixed(
                "관리자는 모든 서버를 다룹니다. 범위를 정하려면 먼저 역할을 바꾸십시오.",
                "An administrator reaches every server. Change the role before limiting the scope.",
            ),
            Self::InvalidScope { given } => say(
                format!(
                    "\"{given}\"은(는) 범위 규칙이 아닙니다. tag:web, pool:shop, node:pve1, name:db-*처럼 쓰십시오."
                ),
                format!(
                    "\"{given}\" is no rule of a scope. Write it as tag:web, pool:shop, node:pve1 or name:db-*."
                ),
            ),
            Self::AdministratorsStay => fixed(
                "관리자는 삭제할 수 없습니다. 먼저 다른 역할로 바꾸십시오.",
                "An administrator can't be deleted. Give the user another role first.",
            ),
            Self::WrongPassword => fixed("현재 비밀번호가 틀렸습니다.", "The current password is wrong."),
            Self::MalformedBody => fixed(
                "요청 본문을 읽을 수 없습니다.",
                "The request's body can't be read.",
            ),
            Self::BodyTooLarge { max_bytes } => say(
                format!("요청 본문이 너무 큽니다. 최대 {}입니다.", size(*max_bytes)),
                format!(
                    "The request's body is too large; {} is the most.",
                    size(*max_bytes)
                ),
            ),
            Self::MethodNotAllowed => fixed(
                "이 주소에는 쓸 수 없는 메서드입니다.",
                "This address does not take that method.",
            ),
            Self::NotSignedIn => fixed("로그인이 필요합니다.", "Sign in first."),
            Self::SignInFailed => fixed(
                "사용자 이름 또는 비밀번호가 올바르지 않습니다.",
                "The user name or the password is wrong.",
            ),
            Self::TooManyAttempts { retry_after_seconds } => say(
                format!("시도가 너무 많습니다. {retry_after_seconds}초 뒤에 다시 시도하십시오."),
                format!("Too many attempts. Try again in {retry_after_seconds} s."),
            ),
            Self::PermissionMissing { permission } => say(
                format!(
                    "권한 {permission}({})이 필요합니다.",
                    permission.description(lang)
                ),
                format!(
                    "This needs the permission {permission} ({}).",
                    permission.description(lang)
                ),
            ),
            Self::AdministratorsOnly => {
                fixed("관리자만 할 수 있습니다.", "Only an administrator may do this.")
            }
            Self::AllServersNeeded => fixed(
                "이 작업은 모든 서버에 걸칩니다. 계정이나 토큰이 일부 서버로 한정되어 있어 할 수 없습니다.",
                "This concerns all servers, and your account or token is limited to some of them.",
            ),
            Self::ScopeTooWide { scope } => say(
                format!("자신의 범위({scope})보다 넓은 범위는 줄 수 없습니다."),
                format!("You can't grant more than the servers of your own scope: {scope}."),
            ),
            Self::OutsideScope { scope } => say(
                format!("이 서버는 자신의 범위({scope})에 들지 않습니다. 이름, 노드나 태그를 바꾸십시오."),
                format!("This server would not be among yours ({scope}). Change its name, node or tags."),
            ),
            Self::NotAmongServers { server, scope } => say(
                format!("서버 \"{server}\"이(가) 없거나, 자신의 범위({scope})에 들지 않습니다."),
                format!("There is no server \"{server}\", or it is not among yours ({scope})."),
            ),
            Self::SessionNeeded => fixed(
                "API 토큰으로는 할 수 없습니다. 로그인해서 하십시오.",
                "An API token can't do this. Sign in for it.",
            ),
            Self::PasswordMustChange => fixed(
                "임시 비밀번호입니다. 먼저 프로필에서 새 비밀번호를 정하십시오.",
                "This password was generated for you. Choose your own in the profile first.",
            ),
            Self::CrossSite => fixed(
                "다른 사이트에서 온 요청이라 거절했습니다.",
                "The request came from another site and was refused.",
            ),
            Self::TooManyStreams { max } => say(
                format!("열어 둔 스트림이 너무 많습니다. 한 사용자는 {max}개까지 열 수 있습니다."),
                format!("Too many streams are open; a user may have {max} of them."),
            ),
            Self::NotFound => fixed("찾을 수 없습니다.", "There is no such thing."),
            Self::UserNotFound { username } => say(
                format!("사용자 \"{username}\"을(를) 찾을 수 없습니다."),
                format!("There is no user \"{username}\"."),
            ),
            Self::ServerNotFound { server } => say(
                format!("서버 \"{server}\"을 찾을 수 없습니다."),
                format!("There is no server \"{server}\"."),
            ),
            Self::ServerNameAmbiguous { name, guests } => {
                let list = guests
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ");
                say(
                    format!("이름이 \"{name}\"인 서버가 여럿입니다. 이 가운데 하나로 지정하십시오: {list}"),
                    format!("Several servers are named \"{name}\". Name one of: {list}."),
                )
            }
            Self::DeviceNotFound { device } => say(
                format!("이 서버에는 장치 {device}이(가) 없습니다."),
                format!("This server has no device {device}."),
            ),
            Self::ConfigurationChanged => fixed(
                "그 사이에 다른 사람이 설정을 바꾸었습니다. 다시 불러온 뒤에 변경하십시오.",
                "Somebody else has changed the configuration meanwhile. Load it again before you change it.",
            ),
            Self::ClustersDiffer => fixed(
                "두 스토리지는 같은 클러스터에 있어야 합니다.",
                "Both storages have to be in the same cluster.",
            ),
            Self::StorageNotFound { storage } => say(
                format!("이름이 \"{storage}\"인 스토리지가 없습니다."),
                format!("There is no storage \"{storage}\"."),
            ),
            Self::TaskNotFound => fixed("작업을 찾을 수 없습니다.", "There is no such task."),
            Self::NotificationNotFound => fixed("알림을 찾을 수 없습니다.", "There is no such notification."),
            Self::TaskInTheWay { .. } => fixed(
                "이 서버에서 다른 작업이 진행 중입니다. 끝난 뒤에 다시 시도하십시오.",
                "Another task is at work on this server. Try again when it has ended.",
            ),
            Self::GuestMustBe { states } => {
                let ko: Vec<_> = states.iter().map(|s| state_word(s, Lang::Ko)).collect();
                let en: Vec<_> = states.iter().map(|s| state_word(s, Lang::En)).collect();
                say(
                    format!("{} 상태의 서버에만 할 수 있습니다.", ko.join(", ")),
                    format!("Only {} servers allow this.", en.join(" or ")),
                )
            }
            Self::AgentSilent => fixed(
                "게스트 에이전트가 응답하지 않습니다. 서버에 설치되어 켜져 있는지 확인하십시오.",
                "The guest agent does not answer. See that it is installed in the server and switched on.",
            ),
            Self::NoJournal => fixed(
                "서버 안에서 저널을 읽을 수 없습니다.",
                "The journal can't be read in the server.",
            ),
            Self::ContainersUnsupported => {
                fixed("컨테이너에는 할 수 없습니다.", "Containers don't support this.")
            }
            Self::GuestIsTemplate => fixed("템플릿에는 할 수 없습니다.", "Templates don't allow this."),
            Self::GuestProtected => fixed(
                "Proxmox에서 삭제 방지(protection)가 켜진 서버입니다. 끄고 나서 다시 시도하십시오.",
                "This server is protected from removal in Proxmox. Take the protection off and try again.",
            ),
            Self::GuestReplaced => fixed(
                "그 사이 바뀌었거나 같은 VMID의 다른 서버입니다. 건드리지 않았습니다.",
                "It was changed since, or another server has its VMID now. Nothing was touched.",
            ),
            Self::TemplateInUse => fixed(
                "연결된 복제본이 이 템플릿의 디스크를 쓰고 있습니다.",
                "Linked clones use the disks of this template.",
            ),
            Self::NothingToCleanUp => fixed(
                "이 서버에는 정리할 것이 없습니다.",
                "There is nothing to clean up of this server.",
            ),
            Self::MadeHere => fixed(
                "Drover가 만든 서버라서 가져올 필요가 없습니다.",
                "Drover has made this server; it need not be adopted.",
            ),
            Self::DiskInUse { volume } => say(
                format!("디스크 {volume}의 서버가 있습니다. 지우지 않았습니다."),
                format!("The server of {volume} is there; the disk was not deleted."),
            ),
            Self::DiskUnknown { volume } => say(
                format!("남은 디스크 가운데 {volume}은(는) 없습니다."),
                format!("There is no orphan disk {volume}."),
            ),
            Self::TaskEnded => fixed("이미 끝난 작업입니다.", "The task has ended already."),
            Self::TaskUndoing => fixed("이미 되돌리는 중입니다.", "It is being undone already."),
            Self::TaskFinishing => fixed(
                "취소하기에는 늦었습니다. 지금 멈추면 일부만 남으므로 끝까지 진행합니다.",
                "It is too late to cancel: stopped now it would leave half of something, so it goes on to its end.",
            ),
            Self::TaskNotRetryable => fixed(
                "이 작업은 다시 시도할 수 없습니다. 새로 시작하십시오.",
                "This task can't be retried. Start a new one.",
            ),
            Self::SelfTestsOff => fixed(
                "자체 점검이 꺼져 있습니다. DROVER_SELF_TESTS=true로 켤 수 있습니다.",
                "Self-tests are switched off. DROVER_SELF_TESTS=true switches them on.",
            ),
            Self::DroverUnreachable => fixed(
                "Drover 서버에 연결할 수 없습니다. 연결을 확인하고 다시 시도하십시오.",
                "Drover can't be reached. Check the connection and try again.",
            ),
            Self::ClusterUnreachable { cluster } => say(
                format!("Proxmox 클러스터 {cluster}에 연결할 수 없습니다."),
                format!("The Proxmox cluster {cluster} can't be reached."),
            ),
            Self::NodeOffline { node } => say(
                format!("노드 {node}가 오프라인입니다."),
                format!("The node {node} is offline."),
            ),
            Self::ClusterRefused { cluster } => say(
                format!("Proxmox 클러스터 {cluster}가 요청을 거절했습니다. 자세한 내용을 확인하십시오."),
                format!("The Proxmox cluster {cluster} refused the request. See the details."),
            ),
            Self::ClusterDenied { cluster } => say(
                format!("Drover의 Proxmox 토큰에 클러스터 {cluster}에서 필요한 권한이 없습니다."),
                format!("Drover's Proxmox token lacks a privilege on the cluster {cluster}."),
            ),
            Self::ProxmoxTaskFailed { kind } => say(
                format!("Proxmox 작업 {} 실패했습니다.", subject(kind)),
                format!("The Proxmox task {kind} failed."),
            ),
            Self::ProxmoxTaskLost { kind } => say(
                format!("Proxmox 작업 {kind}의 결과를 알 수 없습니다."),
                format!("The result of the Proxmox task {kind} is unknown."),
            ),
            Self::NoFreeVmid => fixed("빈 VMID가 없습니다.", "No VMID is free."),
            Self::NoNodeFits => fixed(
                "이 서버를 둘 수 있는 노드가 없습니다.",
                "No node can hold this server.",
            ),
            Self::NotEnoughMemory { needed_mb } => say(
                format!("메모리가 {needed_mb}MB 이상인 노드가 없습니다."),
                format!("No node has {needed_mb} MB of memory."),
            ),
            Self::ReadBackDiffers { field } => say(
                format!("Proxmox에 적용한 {} 요청과 다릅니다.", subject(field)),
                format!("What Proxmox has for {field} differs from what was asked for."),
            ),
            Self::SecretLost => fixed(
                "저장된 비밀번호를 복호화할 수 없습니다. DROVER_SECRET_KEY가 바뀌었을 수 있습니다.",
                "The stored password can't be decrypted. DROVER_SECRET_KEY may have changed.",
            ),
            Self::CancelledBy { user } => say(
                format!("{} 취소했습니다.", subject(user)),
                format!("Cancelled by {user}."),
            ),
            Self::StepTimedOut { minutes } => say(
                format!("{minutes}분 안에 끝나지 않았습니다."),
                format!("It did not end within {minutes} min."),
            ),
            Self::GuestGone => fixed("서버가 사라졌습니다.", "The server has gone."),
            Self::NotAllDone { done, total } => say(
                format!("{total}개 중 {done}개만 되었습니다."),
                format!("{done} of {total} were done."),
            ),
            Self::OnPurpose => fixed("요청대로 실패했습니다.", "It failed, as was asked for."),
            Self::Channel { trouble } => trouble.text(lang),
            Self::Internal => fixed(
                "내부 오류가 발생했습니다. 요청 번호와 함께 서버 로그를 확인하십시오.",
                "Something went wrong inside Drover. The server's log has it under the request's id.",
            ),
            // Kept narrow: the sentences of these are next door.
            #[rustfmt::skip]
            Self::AddressesDiffer | Self::GatewayNotInNetwork { .. } | Self::InvalidCidr | Self::GatewayWithoutAddress | Self::InvalidFirewallName | Self::InvalidAddressSpec { .. }
            | Self::AddressRangeReversed { .. } | Self::HostBitsSet { .. } | Self::AddressFamiliesMixed | Self::AddressRangeInList
            | Self::InvalidPort { .. } | Self::PortRangeReversed { .. } | Self::TooManyPorts { .. } | Self::PortsNeedProtocol { .. } | Self::UnknownProtocol { .. } | Self::InvalidIcmpType { .. } | Self::IcmpTypeNeedsIcmp | Self::IcmpHasNoPorts | Self::IcmpOfOtherFamily { .. }
            | Self::UnknownMacro { .. } | Self::SetByMacro { .. } | Self::NoLineBreaks | Self::InvalidFirewallInterface { .. } | Self::NoInterfaceInGroup | Self::NoForwardOnServer | Self::NoRejectOfForwarded
            | Self::RefusedByProxmox | Self::IpSetNotFound { .. } | Self::AliasNotFound { .. } | Self::FirewallGroupNotFound { .. } | Self::FirewallGroupAmbiguous { .. } | Self::FirewallGroupInUse { .. }
            | Self::FirewallGroupInChange { .. } | Self::FirewallRuleNotFound { .. } | Self::FirewallNameInUse { .. } | Self::IpSetChangedInPart { .. } | Self::FirewallChanged
            | Self::ClusterFirewallOff { .. } => self.network_text(lang),
            #[rustfmt::skip]
            Self::PrometheusUnreachable | Self::PrometheusSlow { .. } | Self::PrometheusRefused { .. } | Self::PrometheusUnreadable | Self::PrometheusLacks { .. } | Self::PrometheusNeeded | Self::GrafanaOff => self.source_text(lang),
            #[rustfmt::skip]
            Self::StorageWithoutBackups { .. } | Self::InvalidBackupVolume { .. } | Self::BackupOfAnother { .. } | Self::InvalidSchedule { .. }
            | Self::BackupNotFound { .. } | Self::BackupProtected { .. } | Self::BackupJobNotFound { .. } | Self::BackupJobChanged { .. }
            | Self::StorageFull { .. } | Self::BackupMissing { .. } | Self::BackupTurnMissed | Self::RestoreIncomplete | Self::VmidTaken { .. } | Self::NodeNotFound { .. } | Self::GuestLocked { .. } => self.backup_text(lang),
            #[rustfmt::skip]
            Self::RoleNotFound { .. } | Self::RoleNotAssigned { .. } | Self::RoleWithoutUninstall { .. } | Self::AnsibleMissing | Self::NoRoles { .. }
            | Self::RoleTwice { .. } | Self::NoHostKey { .. } | Self::NoAddress { .. } | Self::NoUser { .. } | Self::ServerOff { .. } | Self::NotReachable { .. }
            | Self::SshUnreachable { .. } | Self::SshRefused { .. } | Self::HostKeyChanged { .. } | Self::RoleFailed { .. }
            | Self::PlaybookFailed { .. } | Self::PatternMismatch { .. } | Self::ControlCharacters => self.role_text(lang),
            #[rustfmt::skip]
            Self::WarningBeyondCritical | Self::RuleOfAllOnly | Self::UnknownTimeZone { .. } | Self::AlertNotFound
            | Self::SetByConfiguration { .. } | Self::SetByChannels | Self::AlertRuleNotFound | Self::AlertRuleChanged | Self::MonitoringChanged | Self::AlertRuleTaken => self.monitoring_text(lang),
        }
    }
}
