//! The threads that hash. They are always the same few: what a thread has once used of memory the allocator keeps for
//! it, and a hash takes 19 MiB, so that a rush of sign-ins over many threads would never be given back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// Hands jobs to the threads, which end with the last of these.
#[derive(Clone)]
pub(super) struct Workers(Sender<Job>);

impl Workers {
    /// So many threads.
    pub(super) fn new(count: usize) -> Self {
        let (sender, jobs) = channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..count {
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || {
                let_others_go_first();
                loop {
                    let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = next else { return };
                    // Whoever waits sees that no answer comes; the thread has others to serve.
                    if catch_unwind(AssertUnwindSafe(job)).is_err() {
                        tracing::error!("hashing a password panicked");
                    }
                }
            });
        }
        Self(sender)
    }

    /// Runs `job` as soon as a thread is free.
    pub(super) fn run(&self, job: impl FnOnce() + Send + 'static) {
        // It fails where no thread is left; then the job is dropped, and with it what its answer is sent by.
        drop(self.0.send(Box::new(job)));
    }
}

/// How much this thread gives way to those that serve requests; 19 would be all the way, and a busy machine would let
/// nobody in.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Linux keeps a priority for each thread (setpriority(2), "C library/kernel differences"); others have one for the
/// whole process, where there is nothing to be won.
fn let_others_go_first() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        let done = getpriority_process(None).and_then(|now| setpriority_process(None, now.max(NICE)));
        if let Err(error) = done {
            tracing::debug!(%error, "hashing passwords takes as much as serving requests");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn jobs_run_on_the_same_few_threads_and_outlive_a_panic() {
        let workers = Workers::new(2);
        let (told, tell) = channel();
        workers.run(|| panic!("on purpose"));
        for _ in 0..50 {
            let told = told.clone();
            workers.run(move || told.send(thread::current().id()).unwrap());
        }
        drop(told);
        let threads: Vec<_> = tell.iter().collect();
        assert_eq!(threads.len(), 50);
        assert!(threads.iter().collect::<HashSet<_>>().len() <= 2);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn they_give_way_and_nobody_else_does() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let workers = Workers::new(1);
        let (told, tell) = channel();
        workers.run(move || told.send(nice()).unwrap());
        assert_eq!(tell.recv().unwrap(), NICE.max(before));
        assert_eq!(nice(), before);
    }
}
