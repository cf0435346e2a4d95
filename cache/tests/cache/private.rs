//! Servers that a test has for itself, to stop them.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// A server of a test's own, which ends with it.
pub(crate) struct Server {
    pub(crate) port: u16,
    program: Program,
    process: Child,
}

#[derive(Clone, Copy)]
pub(crate) enum Program {
    Memcached,
    Redis,
}

impl Server {
    pub(crate) fn start(program: Program) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        Self { port, program, process: run(program, port) }
    }

    pub(crate) fn url(&self) -> String {
        let scheme = match self.program {
            Program::Memcached => "memcached",
            Program::Redis => "redis",
        };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it ran");
        self.process.wait().expect("it has ended");
    }

    /// Lets it stand still, or go on.
    pub(crate) fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.process.id().to_string()]).status();
        assert!(kill.is_ok_and(|status| status.success()));
    }

    pub(crate) fn again(&mut self) {
        self.process = run(self.program, self.port);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a server and waits until it listens.
fn run(program: Program, port: u16) -> Child {
    let port_text = port.to_string();
    let mut command = match program {
        Program::Memcached => {
            // As root it must be told whom to be; for others it is ignored.
            let mut command = Command::new("memcached");
            command.args(["-u", "nobody", "-l", "127.0.0.1", "-U", "0", "-m", "16", "-t", "1", "-p", &port_text]);
            command
        }
        Program::Redis => {
            let mut command = Command::new("redis-server");
            command.args(["--bind", "127.0.0.1", "--port", &port_text, "--save", "", "--appendonly", "no"]);
            command
        }
    };
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = silent.spawn().expect("tests/run installs it");
    let listens = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(10));
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    assert!(listens, "the server does not listen");
    process
}
