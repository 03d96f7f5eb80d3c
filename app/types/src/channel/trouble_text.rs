//! How trouble with channels is said to people.

use super::trouble::ChannelTrouble;
use crate::lang::Lang;

impl ChannelTrouble {
    /// The sentence for people.
    #[expect(clippy::too_many_lines, reason = "one sentence after another")]
    pub fn text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::InvalidHost => fixed(
                "호스트 이름이나 IP 주소만 적으십시오. 예: mail.example.org",
                "Give the name or address of a host alone, such as mail.example.org.",
            ),
            Self::InvalidUrl => fixed(
                "https:// 또는 http://로 시작하고 사용자 이름과 비밀번호가 없는 주소여야 합니다.",
                "Use an address that begins with https:// or http:// and has no user name or password in it.",
            ),
            Self::InvalidToken => fixed(
                "토큰에는 빈칸 없이 영문자, 숫자, 기호만 쓸 수 있습니다.",
                "A token has letters, digits and signs only, and no blanks.",
            ),
            Self::InvalidTopic => fixed(
                "주제는 영문자, 숫자, 하이픈, 밑줄로 64자 이하여야 합니다.",
                "A topic has letters, digits, hyphens and underscores only, at most 64.",
            ),
            Self::InvalidCertificate => fixed(
                "PEM 형식의 인증서가 아닙니다.",
                "This is not a certificate in PEM.",
            ),
            Self::TooMany { max } => say(
                format!("{max}개까지 적을 수 있습니다."),
                format!("Give {max} at most."),
            ),
            Self::SecretAgain => fixed(
                "서버, 포트, 사용자 이름, 보안 방식이 바뀌면 이 값을 다시 입력하십시오. 저장된 값은 입력했을 때의 설정으로만 보냅니다.",
                "Give this again where the server, port, user or kind of security changes: the stored one is used only as it was given.",
            ),
            Self::SecretLost => fixed(
                "저장된 비밀 값을 복호화할 수 없습니다. 다시 입력하십시오. DROVER_SECRET_KEY가 바뀌었을 수 있습니다.",
                "Its secret must be entered again: the stored one can't be decrypted. DROVER_SECRET_KEY may have changed.",
            ),
            Self::NotFound => fixed(
                "그런 알림 채널이 없습니다.",
                "There is no such notification channel.",
            ),
            Self::DeliveryNotFound => fixed("그런 발송 기록이 없습니다.", "There is no such delivery."),
            Self::NotDead => fixed(
                "포기한 발송만 다시 보낼 수 있습니다.",
                "Only what was given up can be sent again.",
            ),
            Self::Edited { name } => say(
                format!(
                    "그 사이에 다른 사람이 알림 채널 {name}을(를) 바꾸었습니다. 두 내용을 견주어 보고 다시 시도하십시오."
                ),
                format!(
                    "Somebody else has changed the notification channel {name} meanwhile. Compare both versions and try again."
                ),
            ),
            Self::SwitchedOff => fixed("채널이 꺼져 있습니다.", "The channel was switched off."),
            Self::InnerAddress { host } => say(
                format!(
                    "{host}은(는) 내부 주소로 이어지므로 보내지 않습니다. 허용하려면 DROVER_WEBHOOK_ALLOW에 추가하십시오."
                ),
                format!(
                    "{host} leads to an inner address, and nothing is sent there. DROVER_WEBHOOK_ALLOW can allow it."
                ),
            ),
            Self::UnknownHost { host } => say(
                format!("{host}의 주소를 찾을 수 없습니다."),
                format!("No address is known for {host}."),
            ),
            Self::Unreachable { host } => say(
                format!("{host}에 연결할 수 없습니다."),
                format!("{host} can't be reached."),
            ),
            Self::TimedOut { host } => say(
                format!("{host}이(가) 제때 응답하지 않았습니다."),
                format!("{host} did not answer in time."),
            ),
            Self::Untrusted { host } => say(
                format!("{host}와(과) TLS 연결을 맺지 못했습니다. 인증서를 확인하십시오."),
                format!("No TLS connection could be made with {host}. Check its certificate."),
            ),
            Self::Answered { status } => say(
                format!("서버가 HTTP {status}로 답했습니다."),
                format!("The server answered with HTTP {status}."),
            ),
            Self::MailRefused { code } => say(
                format!("메일 서버가 코드 {code}로 거절했습니다."),
                format!("The mail server refused it with code {code}."),
            ),
            Self::RecipientsRefused {
                code,
                recipients,
                served,
            } => {
                let refused = recipients.join(", ");
                let others = match served {
                    0 => String::new(),
                    served => say(
                        format!(" 다른 {served}곳에는 보냈습니다."),
                        match served {
                            1 => " One other has it.".to_owned(),
                            served => format!(" {served} others have it."),
                        },
                    ),
                };
                say(
                    format!("메일 서버가 코드 {code}로 거절한 주소: {refused}.{others}"),
                    format!("The mail server refused {refused} with code {code}.{others}"),
                )
            }
            Self::MailBroken { host } => say(
                format!("메일 서버 {host}와(과) 대화가 끊겼습니다."),
                format!("The talk with the mail server {host} broke off."),
            ),
            Self::Unreadable => fixed(
                "저장된 알림을 읽을 수 없습니다. 다른 버전의 Drover가 기록했을 수 있습니다.",
                "What is stored of the notification can't be read. Another version of Drover may have written it.",
            ),
        }
    }
}
