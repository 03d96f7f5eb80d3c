//! What a step has called and is about to call, saved so that it survives the process.

use chrono::{DateTime, Utc};
use pve_client::Upid;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::tasks::decode;

/// A step's calls, in the order in which they were first meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Journal {
    calls: Vec<Call>,
}

/// One changing call to Proxmox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// What it is for, in the step's own words.
    pub key: String,
    /// When the intent was saved: the call was sent after this.
    pub at: DateTime<Utc>,
    /// Proxmox's task, once it has answered.
    pub upid: Option<Upid>,
    /// Whether that task has ended.
    pub ended: bool,
    /// How many lines of that task's log were taken over.
    pub lines: u64,
}

/// What is known of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Past {
    /// It was never meant.
    Never,
    /// It was meant after this time; nobody knows whether it was sent.
    Unanswered(DateTime<Utc>),
    /// It started this task, whose end was not seen.
    Started(Upid),
    /// It was answered, and its task has ended.
    Ended,
}

impl Journal {
    /// That of a step as it was saved; an empty one where nothing was.
    ///
    /// # Errors
    /// Where it can't be read.
    pub(crate) fn read(saved: Option<&str>) -> Result<Self> {
        saved.map_or_else(|| Ok(Self::default()), |text| decode("a step's journal", text))
    }

    /// Whether no call was meant, or none that had an effect.
    pub(crate) const fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// What is known of a call.
    pub(crate) fn past(&self, key: &str) -> Past {
        match self.calls.iter().find(|call| call.key == key) {
            None => Past::Never,
            Some(Call { ended: true, .. }) => Past::Ended,
            Some(Call { upid: Some(upid), .. }) => Past::Started(upid.clone()),
            Some(call) => Past::Unanswered(call.at),
        }
    }

    /// Notes that a call is about to be sent.
    pub(crate) fn intend(&mut self, key: &str, at: DateTime<Utc>) {
        self.forget(key);
        self.calls.push(Call {
            key: key.to_owned(),
            at,
            upid: None,
            ended: false,
            lines: 0,
        });
    }

    /// Notes the task that a call has started.
    pub(crate) fn start(&mut self, key: &str, upid: &Upid) {
        if let Some(call) = self.find(key) {
            call.upid = Some(upid.clone());
        }
    }

    /// Notes that a call has had its effect, or that its task has ended.
    pub(crate) fn end(&mut self, key: &str) {
        if let Some(call) = self.find(key) {
            call.ended = true;
        }
    }

    /// Strikes a call out: it had no effect, or its effect is known by other means.
    pub(crate) fn forget(&mut self, key: &str) {
        self.calls.retain(|call| call.key != key);
    }

    /// The type of the task that a call has started.
    pub(crate) fn kind(&self, key: &str) -> Option<&str> {
        self.upid(key).map(Upid::kind)
    }

    /// The task that a call has started, whether or not its end was seen.
    pub(crate) fn upid(&self, key: &str) -> Option<&Upid> {
        self.calls.iter().find(|call| call.key == key)?.upid.as_ref()
    }

    /// How many lines of a call's log were taken over.
    pub(crate) fn lines(&self, key: &str) -> u64 {
        self.calls
            .iter()
            .find(|call| call.key == key)
            .map_or(0, |call| call.lines)
    }

    /// Sets how many lines of a call's log were taken over.
    pub(crate) fn set_lines(&mut self, key: &str, lines: u64) {
        if let Some(call) = self.find(key) {
            call.lines = lines;
        }
    }

    /// The calls whose end was not seen.
    pub(crate) fn open(&self) -> Vec<Call> {
        self.calls.iter().filter(|call| !call.ended).cloned().collect()
    }

    fn find(&mut self, key: &str) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_goes_from_meant_to_ended_and_survives_being_written() {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let upid: Upid = "UPID:pve1:00000001:00000007:65A1B2C3:qmclone:9000:drover@pve!main:"
            .parse()
            .unwrap();
        let mut journal = Journal::read(None).unwrap();
        assert!(journal.is_empty());
        assert_eq!(journal.past("clone"), Past::Never);
        journal.intend("clone", at);
        assert_eq!(journal.past("clone"), Past::Unanswered(at));
        journal.start("clone", &upid);
        journal.set_lines("clone", 3);
        let text = serde_json::to_string(&journal).unwrap();
        let mut read = Journal::read(Some(&text)).unwrap();
        assert_eq!(read, journal);
        assert_eq!(read.past("clone"), Past::Started(upid));
        assert_eq!((read.lines("clone"), read.open().len()), (3, 1));
        read.end("clone");
        assert_eq!((read.past("clone"), read.open().len()), (Past::Ended, 0));
        read.intend("clone", at);
        assert_eq!(read.past("clone"), Past::Unanswered(at));
        assert!(!read.is_empty());
        read.forget("clone");
        assert!(read.is_empty());
        assert!(Journal::read(Some("no journal")).is_err());
    }
}
