//! Statements that leave at once.
//!
//! sqlx 0.9.0 opens its TCP sockets with Nagle's algorithm on, and gives nobody a way to them
//! (<https://github.com/transact-rs/sqlx/issues/4335>). A statement that goes out in two writes, as one of a thousand rows does, then waits for the
//! server's delayed acknowledgement: 40 ms on Linux. Measured with `aludel-graph-bench` on MariaDB: 10,000 objects with a parent each took 570 ms
//! with it and 130 ms without. This module goes with the sqlx that mends it.

/// Turns Nagle's algorithm off for the sockets of this process that lead to a port of a server. Where that cannot be done, statements are
/// only slower.
#[cfg(unix)]
pub(crate) fn send_at_once(port: u16) {
    use std::{
        fs,
        mem::ManuallyDrop,
        net::TcpStream,
        os::fd::{FromRawFd as _, RawFd},
    };
    let Ok(descriptors) = fs::read_dir("/dev/fd") else { return };
    let numbers = descriptors.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<RawFd>().ok());
    for number in numbers {
        // SAFETY: nothing is read or written through it, and it is never dropped, so it closes nothing. Two calls are made with the number,
        // getpeername and setsockopt, which answer with an error if it is no TCP socket, or is closed by another thread just now. If that
        // thread has opened another socket in its place, then one to this very port is told the same, and any other is left alone.
        let socket = ManuallyDrop::new(unsafe { TcpStream::from_raw_fd(number) });
        if socket.peer_addr().is_ok_and(|peer| peer.port() == port) {
            let _ = socket.set_nodelay(true);
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn send_at_once(_port: u16) {}
