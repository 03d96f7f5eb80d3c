//! What can be wrong with a channel, or on the way through one; `trouble_text` has the sentences.

use serde::{Deserialize, Serialize};

use crate::text::Problem;

/// The part of [`Problem`] that is about channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is explained by its two sentences in `text`"
)]
pub enum ChannelTrouble {
    // Fields
    InvalidHost,
    InvalidUrl,
    InvalidToken,
    InvalidTopic,
    InvalidCertificate,
    TooMany {
        max: u32,
    },
    SecretAgain,
    SecretLost,
    // What is not there, or in the way
    NotFound,
    DeliveryNotFound,
    NotDead,
    Edited {
        name: String,
    },
    SwitchedOff,
    // On the way
    InnerAddress {
        host: String,
    },
    UnknownHost {
        host: String,
    },
    Unreachable {
        host: String,
    },
    TimedOut {
        host: String,
    },
    Untrusted {
        host: String,
    },
    Answered {
        status: u16,
    },
    MailRefused {
        code: u16,
    },
    RecipientsRefused {
        code: u16,
        recipients: Vec<String>,
        served: u32,
    },
    MailBroken {
        host: String,
    },
    Unreadable,
}

impl From<ChannelTrouble> for Problem {
    fn from(trouble: ChannelTrouble) -> Self {
        Self::Channel { trouble }
    }
}
