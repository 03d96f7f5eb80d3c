//! Sends e-mail by SMTP.

use std::time::{Duration, SystemTime};

use drover_types::channel::{ChannelSettings, ChannelTrouble, MailSecurity};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as SmtpMail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};
use lettre::{Address, Message as Mail};
use tokio::time::timeout;

use super::failure::{Failure, is_tls, root};
use super::message::Message;
use super::send::Attempt;

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

/// Sends it to those that have not got it yet, if the settings are those of e-mail. One who is refused keeps it from
/// nobody else.
pub(super) async fn send(settings: &ChannelSettings, message: &Message<'_>, served: &[String]) -> Attempt {
    try_to_send(settings, message, served)
        .await
        .unwrap_or_else(Attempt::from)
}

async fn try_to_send(
    settings: &ChannelSettings,
    message: &Message<'_>,
    served: &[String],
) -> Result<Attempt, Failure> {
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
    let left = to.iter().filter(|one| !served.contains(one));
    let left: Vec<Address> = left.map(|one| address(one)).collect::<Result<_, _>>()?;
    if left.is_empty() {
        return Ok(Attempt::default());
    }
    let mail = compose(message, from, to)?;
    let server = Server {
        host,
        port: *port,
        security: *security,
        trust: match security {
            MailSecurity::StartTls | MailSecurity::Tls => Some(trust(host, authorities)?),
            MailSecurity::None => None,
        },
        credentials: (!username.is_empty()).then(|| Credentials::new(username.clone(), password.clone())),
    };
    let refusals = match timeout(LIMIT, hand_in(&server, &mail, &left)).await {
        Ok(Ok(refusals)) => refusals,
        Ok(Err(error)) => return Err(refused(&error, host).without(password)),
        Err(_) => {
            let host = host.clone();
            return Err(Failure::passing(ChannelTrouble::TimedOut { host }.into()));
        }
    };
    let is_taken = |one: &&Address| refusals.iter().all(|refusal| refusal.recipient != **one);
    let taken: Vec<String> = left.iter().filter(is_taken).map(ToString::to_string).collect();
    Ok(Attempt {
        failure: failure_of(&refusals, served.len() + taken.len()).map(|failure| failure.without(password)),
        served: taken,
    })
}

/// Where mail is handed in, and how.
struct Server<'a> {
    host: &'a str,
    port: u16,
    security: MailSecurity,
    trust: Option<TlsParameters>,
    credentials: Option<Credentials>,
}

/// A recipient who is not taken, and why.
struct Refusal {
    recipient: Address,
    error: SmtpError,
}

/// Hands a mail in for those who are left, and gives those who are refused: by RFC 5321 (3.3) each recipient is
/// answered apart, and the mail goes to those who were taken.
async fn hand_in(server: &Server<'_>, mail: &Mail, left: &[Address]) -> Result<Vec<Refusal>, SmtpError> {
    let hello = ClientId::default();
    let from_start = server
        .trust
        .clone()
        .filter(|_| server.security == MailSecurity::Tls);
    let place = (server.host, server.port);
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(place, Some(COMMAND), &hello, from_start, None).await?;
    let told = tell(&mut connection, &hello, server, mail, left).await;
    // Whatever comes of the goodbye, the mail is where it is. To a server that did not answer as one, none is said: after
    // TLS that failed there is nothing left to say it by.
    if told.as_ref().err().is_none_or(|error| error.status().is_some()) {
        connection.abort().await;
    }
    told
}

async fn tell(
    connection: &mut AsyncSmtpConnection,
    hello: &ClientId,
    server: &Server<'_>,
    mail: &Mail,
    left: &[Address],
) -> Result<Vec<Refusal>, SmtpError> {
    if let (MailSecurity::StartTls, Some(trust)) = (server.security, &server.trust) {
        connection.starttls(trust.clone(), hello).await?;
    }
    if let Some(credentials) = &server.credentials {
        connection.auth(DEFAULT_MECHANISMS, credentials).await?;
    }
    let (envelope, text) = (mail.envelope(), mail.formatted());
    let mut parameters = Vec::new();
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !text.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = SmtpMail::new(envelope.from().cloned(), parameters);
    connection.command(from).await?;
    let mut refusals = Vec::new();
    for recipient in left {
        match connection.command(Rcpt::new(recipient.clone(), Vec::new())).await {
            Ok(_) => {}
            Err(error) if error.status().is_some() => refusals.push(Refusal {
                recipient: recipient.clone(),
                error,
            }),
            Err(error) => return Err(error),
        }
    }
    if refusals.len() < left.len() {
        connection.command(Data).await?;
        connection.message(&text).await?;
    }
    Ok(refusals)
}

/// What those who were refused come to. It is tried again as long as one of them may be taken later.
fn failure_of(refusals: &[Refusal], served: usize) -> Option<Failure> {
    let first = refusals.first()?;
    let trouble = ChannelTrouble::RecipientsRefused {
        code: code_of(&first.error).unwrap_or_default(),
        recipients: refusals.iter().map(|one| one.recipient.to_string()).collect(),
        served: u32::try_from(served).unwrap_or(u32::MAX),
    };
    let failure = if refusals.iter().all(|one| one.error.is_permanent()) {
        Failure::lasting(trouble.into())
    } else {
        Failure::passing(trouble.into())
    };
    // The others were taken, so the server is well.
    Some(Failure {
        is_of_some: served > 0,
        ..failure.saying(root(&first.error))
    })
}

fn code_of(error: &SmtpError) -> Option<u16> {
    error.status().and_then(|code| code.to_string().parse().ok())
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

fn address(text: &str) -> Result<Address, Failure> {
    text.parse()
        .map_err(|_| Failure::lasting(drover_types::text::Problem::InvalidEmail))
}

/// The mail: plain text, and the same as a simple page.
fn compose(message: &Message<'_>, from: &str, to: &[String]) -> Result<Mail, Failure> {
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
    let failure = if let Some(code) = code_of(error) {
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
