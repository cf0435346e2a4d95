//! A thread for what would keep a task's thread busy for long.

use aludel_core::{Error, ErrorKind, Result};
use std::{
    sync::mpsc::{Sender, channel},
    thread,
};

/// Something to do on a worker, with what it owns.
type Task<S> = Box<dyn FnOnce(&mut S) + Send>;

/// A thread that owns an `S` and does what it is told, in order. It ends, and drops the `S`, when this is dropped and nothing is left to do.
#[derive(Debug)]
pub(crate) struct Worker<S>(Sender<Task<S>>);

impl<S: 'static> Worker<S> {
    /// Starts a thread that makes what it will own, which may take long; without one it ends.
    ///
    /// # Errors
    /// Of kind [`Connection`](ErrorKind::Connection) if the system gives no thread.
    pub(crate) fn start(name: &str, make: impl FnOnce() -> Option<S> + Send + 'static) -> Result<Self> {
        let (sender, tasks) = channel::<Task<S>>();
        let work = move || {
            let Some(mut owned) = make() else { return };
            for task in tasks {
                task(&mut owned);
            }
        };
        match thread::Builder::new().name(name.to_owned()).spawn(work) {
            Ok(_) => Ok(Self(sender)),
            Err(error) => {
                Err(Error::new(ErrorKind::Connection, format!("no thread could be started for {name}"))
                    .with_source(error))
            }
        }
    }

    /// Queues a task. `false` if the thread is no more: an earlier task panicked.
    pub(crate) fn send(&self, task: impl FnOnce(&mut S) + Send + 'static) -> bool {
        self.0.send(Box::new(task)).is_ok()
    }
}
