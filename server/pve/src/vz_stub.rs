//! stub
#![allow(missing_docs, clippy::all)]
#[derive(Default)]
pub struct VzdumpLog {
    c: GuestProgress,
}
#[derive(Default, PartialEq, Eq, Clone, Copy)]
pub enum DumpPhase {
    #[default]
    Waiting,
    Copying,
}
#[derive(Default)]
pub struct GuestProgress {
    pub archive: Option<String>,
    pub failure: Option<String>,
    pub done_bytes: Option<u64>,
    pub total_bytes: Option<u64>,
    pub read_bytes_per_second: Option<u64>,
    pub is_incremental: bool,
    pub phase: DumpPhase,
}
impl GuestProgress {
    pub fn percent(&self) -> Option<u8> {
        None
    }
    pub fn seconds_left(&self) -> Option<u64> {
        None
    }
}
impl VzdumpLog {
    pub fn read(&mut self, _l: &str) {}
    pub fn current(&self) -> Option<&GuestProgress> {
        Some(&self.c)
    }
}
