//! Sends e-mail by SMTP.

use std::time::{Duration, SystemTime};

use drover_types::channel::{ChannelSettings, ChannelTrouble, MailSecurity};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message as Mail, Tokio1Executor};
use tokio::time::timeout;

use super::failure::{Failure, is_tls, root};
use super::message::Message;

/// How long the server may take for one command.
const COMMAND: Duration = Duration::from_secs(10);
/// How long it may take in all.
const LIMIT: Duration = Duration::from_secs(40);

/// Says that nobody wrote this, so that nobody's absence is answered (RFC 3834, 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Sends it, if the settings are those of e-mail.
///
/// # Errors
/// Where it was not taken.
pub(super) async fn send(settings: &ChannelSettings, message: &Message<'_>) -> Result<(), Failure> {
    let ChannelSettings::Email {
        host,
        port,
        security,
        username,
        password,
        from,
        to,
        authorities,
    } = settings
    else {
        return Err(Failure::lasting(ChannelTrouble::InvalidHost.into()));
    };
    let mail = compose(message, from, to)?;
    let tls = || trust(host, authorities);
    let tls = match security {
        MailSecurity::StartTls => Tls::Required(tls()?),
        MailSecurity::Tls => Tls::Wrapper(tls()?),
        MailSecurity::None => Tls::None,
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(*port)
        .tls(tls)
        .timeout(Some(COMMAND));
    if !username.is_empty() {
        transport = transport.credentials(Credentials::new(username.clone(), password.clone()));
    }
    match timeout(LIMIT, transport.build().send(mail)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(refused(&error, host).without(password)),
        Err(_) => {
            let host = host.clone();
            Err(Failure::passing(ChannelTrouble::TimedOut { host }.into()))
        }
    }
}

/// Whether the authorities can be read.
///
/// # Errors
/// Where they can't.
pub(super) fn check_authorities(authorities: &str) -> Result<(), Failure> {
    certificates(authorities).map(drop)
}

fn certificates(pem: &str) -> Result<Vec<Certificate>, Failure> {
    const END: &str = "-----END CERTIFICATE-----";
    let invalid = || Failure::lasting(ChannelTrouble::InvalidCertificate.into());
    let mut read = Vec::new();
    let mut rest = pem.trim();
    while !rest.is_empty() {
        let end = rest.find(END).ok_or_else(invalid)? + END.len();
        let certificate = Certificate::from_pem(&rest.as_bytes()[..end]).map_err(|_| invalid())?;
        read.push(certificate);
        rest = rest[end..].trim();
    }
    Ok(read)
}

fn trust(host: &str, authorities: &str) -> Result<TlsParameters, Failure> {
    let mut builder = TlsParameters::builder(host.to_owned());
    for authority in certificates(authorities)? {
        builder = builder.add_root_certificate(authority);
    }
    builder.build().map_err(|error| refused(&error, host))
}

/// The mail: plain text, and the same as a simple page.
fn compose(message: &Message<'_>, from: &str, to: &[String]) -> Result<Mail, Failure> {
    let address = |text: &str| -> Result<Address, Failure> {
        text.parse()
            .map_err(|_| Failure::lasting(drover_types::text::Problem::InvalidEmail))
    };
    let from = address(from)?;
    let id = format!("<{}@{}>", message.id, from.domain());
    let mut mail = Mail::builder()
        .from(Mailbox::new(Some("Drover".to_owned()), from))
        .subject(&message.title)
        .message_id(Some(id))
        .date(SystemTime::from(message.at))
        .header(AutoSubmitted);
    for one in to {
        mail = mail.to(Mailbox::new(None, address(one)?));
    }
    let (text, page) = (text(message), page(message));
    mail.multipart(MultiPart::alternative_plain_html(text, page))
        .map_err(|error| Failure::lasting(ChannelTrouble::InvalidHost.into()).saying(root(&error)))
}

fn text(message: &Message<'_>) -> String {
    let link = message.link.as_ref().map_or_else(String::new, |link| {
        format!("\n{}: {link}\n", message.link_label())
    });
    format!("{}\n\n{}\n{link}", message.title, message.body)
}

fn page(message: &Message<'_>) -> String {
    let link = message.link.as_ref().map_or_else(String::new, |link| {
        format!(
            "<p><a href=\"{}\">{}</a></p>",
            escaped(link),
            escaped(message.link_label())
        )
    });
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>{}</p>{link}</body></html>",
        message.lang.code(),
        escaped(&message.body),
        title = escaped(&message.title),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// What a refusal comes to. A code of 5yz is a server's last word (RFC 5321, 4.2.1).
fn refused(error: &SmtpError, host: &str) -> Failure {
    let host = host.to_owned();
    let code = error.status().and_then(|code| code.to_string().parse().ok());
    let failure = if let Some(code) = code {
        let trouble = ChannelTrouble::MailRefused { code };
        if error.is_permanent() {
            Failure::lasting(trouble.into())
        } else {
            Failure::passing(trouble.into())
        }
    } else if error.is_tls() || is_tls(error) {
        Failure::passing(ChannelTrouble::Untrusted { host }.into())
    } else if error.is_timeout() {
        Failure::passing(ChannelTrouble::TimedOut { host }.into())
    } else if error.is_client() {
        // What the server does not offer, such as TLS.
        Failure::lasting(ChannelTrouble::MailBroken { host }.into())
    } else if error.is_response() {
        Failure::passing(ChannelTrouble::MailBroken { host }.into())
    } else {
        Failure::passing(ChannelTrouble::Unreachable { host }.into())
    };
    failure.saying(root(error))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use drover_types::lang::Lang;
    use drover_types::task::TaskKind;
    use drover_types::text::{Note, Problem};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_mail_has_text_and_a_page_that_nothing_breaks_out_of() {
        let note = Note::TaskFailed {
            kind: TaskKind::StartServer,
            target: "<script>\"a\"".into(),
            problem: Problem::GuestGone,
        };
        let (at, url) = (DateTime::UNIX_EPOCH, Some("https://drover.example.org"));
        let message = Message::new(Uuid::nil(), &note, None, at, Lang::En, url);
        let page = page(&message);
        assert!(
            !page.contains("<script>") && page.contains("&lt;script&gt;&quot;a&quot;"),
            "{page}"
        );
        assert!(text(&message).ends_with("Open in Drover: https://drover.example.org/\n"));
        let mail = compose(&message, "drover@example.org", &["ops@example.org".to_owned()]).unwrap();
        let formatted = String::from_utf8(mail.formatted()).unwrap();
        for part in [
            "From: Drover <drover@example.org>",
            "To: ops@example.org",
            "Message-ID: <00000000-0000-0000-0000-000000000000@example.org>",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
        ] {
            assert!(formatted.contains(part), "{part}\n{formatted}");
        }
        assert!(compose(&message, "nobody", &[]).is_err());
    }

    #[test]
    fn authorities_are_certificates_or_nothing() {
        assert!(check_authorities("").is_ok());
        for bad in [
            "hello",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
        ] {
            assert!(check_authorities(bad).is_err(), "{bad}");
        }
    }
}
