//! How problems with roles are said to people.

use super::josa::subject;
use super::problem::Problem;
use crate::lang::Lang;

impl Problem {
    /// The sentence for people, of those problems that [`Problem::text`] sends here.
    pub(super) fn role_text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::RoleNotFound { role } => say(
                format!("역할을 찾을 수 없습니다: {role}"),
                format!("There is no role {role}."),
            ),
            Self::RoleNotAssigned { server, role } => say(
                format!("서버 {server}에 없는 역할입니다: {role}"),
                format!("{server} does not have the role {role}."),
            ),
            Self::RoleWithoutUninstall { role } => say(
                format!("역할 {role}에는 제거 절차가 없습니다. 기록에서만 지울 수 있습니다."),
                format!(
                    "The role {role} has no way to take itself back. It can only be taken off the record."
                ),
            ),
            Self::NoRoles { server } => say(
                format!("서버 {server}에는 역할이 없습니다."),
                format!("{server} has no role."),
            ),
            Self::RoleTwice { role } => say(
                format!("두 번 지정된 역할입니다: {role}"),
                format!("The role {role} is named twice."),
            ),
            Self::NoHostKey { server } => say(
                format!("서버 {server}의 호스트 키는 아직 기억하고 있지 않습니다."),
                format!("No host key of {server} is remembered yet."),
            ),
            Self::AnsibleMissing => fixed(
                "ansible-playbook을 찾을 수 없습니다. ANSIBLE_PLAYBOOK에 경로를 지정하세요.",
                "ansible-playbook is not there. Name it by ANSIBLE_PLAYBOOK.",
            ),
            Self::NoAddress { server } => say(
                format!("서버 {server}의 주소를 알 수 없습니다. 연결 설정에 주소를 입력하세요."),
                format!("{server} has no address that Drover knows. Set one for its connection."),
            ),
            Self::NoUser { server } => say(
                format!("서버 {server}에 로그인할 사용자를 알 수 없습니다. 연결 설정에 사용자를 입력하세요."),
                format!(
                    "Nobody has said which user Drover signs in to {server} as. Set one for its connection."
                ),
            ),
            Self::ServerOff { server } => say(
                format!("서버 {} 꺼져 있습니다.", subject(server)),
                format!("{server} is off."),
            ),
            Self::NotReachable { minutes } => say(
                format!("서버를 켰지만 {minutes}분 안에 게스트 에이전트도 주소도 응답하지 않았습니다."),
                format!(
                    "The server was started, but neither its guest agent nor its address answered within {minutes} min."
                ),
            ),
            Self::SshUnreachable { address, port } => say(
                format!("{address}의 {port}번 포트에서 SSH가 응답하지 않습니다."),
                format!("No SSH answers at {address}, port {port}."),
            ),
            Self::SshRefused { user, address } => say(
                format!(
                    "{address}이(가) 사용자 {user}의 로그인을 거부했습니다. Drover의 공개 키를 등록하세요."
                ),
                format!("{address} does not let {user} in. Give that user Drover's public key."),
            ),
            Self::HostKeyChanged { server, known, found } => say(
                format!(
                    "서버 {server}의 호스트 키가 처음 접속했을 때와 다릅니다({known} → {found}). 서버를 다시 설치했다면 연결 설정에서 키를 지우세요."
                ),
                format!(
                    "The host key of {server} is not the one of the first contact ({known}, now {found}). If the server was installed anew, forget its key in its connection; if not, somebody may be in between."
                ),
            ),
            Self::RoleFailed { role, task } => say(
                format!("역할 {role}의 작업이 실패했습니다: {task}"),
                format!("The role {role} failed at the task “{task}”."),
            ),
            Self::PlaybookFailed { role } => say(
                format!("역할을 실행하지 못했습니다: {role}"),
                format!("The role {role} could not be run."),
            ),
            Self::PatternMismatch { pattern } => say(
                format!("형식이 맞지 않습니다. 필요한 형식: {pattern}"),
                format!("This does not fit {pattern}."),
            ),
            Self::ControlCharacters => fixed(
                "줄바꿈 같은 제어 문자는 쓸 수 없습니다.",
                "Line breaks and other control characters are not allowed.",
            ),
            // Every other problem is said elsewhere.
            _ => String::new(),
        }
    }
}
