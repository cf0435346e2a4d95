//! The thread that does what would keep a task's thread busy for long.

use aludel_core::{Error, ErrorKind, Result};
use std::{
    sync::mpsc::{Sender, channel},
    thread,
};

/// Something to do on a worker.
pub(super) type Task = Box<dyn FnOnce() + Send>;

/// A thread that does what it is told, in order, and ends when this is dropped and nothing is left to do.
///
/// It holds nothing of the connection's: a connection that is dropped while its worker idles is closed at once.
#[derive(Debug)]
pub(super) struct Worker(Sender<Task>);

impl Worker {
    pub(super) fn start() -> Result<Self> {
        let (sender, tasks) = channel::<Task>();
        let worker = move || {
            for task in tasks {
                task();
            }
        };
        match thread::Builder::new().name("aludel-sqlite".to_owned()).spawn(worker) {
            Ok(_) => Ok(Self(sender)),
            Err(error) => {
                Err(Error::new(ErrorKind::Connection, "no thread could be started for SQLite").with_source(error))
            }
        }
    }

    /// Queues a task. `false` if the thread is no more: an earlier task panicked.
    pub(super) fn send(&self, task: Task) -> bool {
        self.0.send(task).is_ok()
    }
}
