//! SQLAlchemy: a Python that does a workload for each line that it is sent.

use crate::{Peer, Timed, Workload, schema::Server};
use anyhow::{Context as _, Result};
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

pub struct SqlAlchemy {
    _python: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl SqlAlchemy {
    pub async fn start(python: &str, server: &Server) -> Result<Self> {
        let (url, script) = match server {
            Server::Sqlite => ("sqlite://".to_owned(), server.script().join(";")),
            Server::Postgresql(url) => (url.replacen("postgresql:", "postgresql+psycopg2:", 1), String::new()),
            Server::Mariadb(url) => {
                let url = url.split('?').next().unwrap_or_default();
                (url.replacen("mariadb:", "mysql:", 1).replacen("mysql:", "mysql+pymysql:", 1), String::new())
            }
        };
        let mut child = Command::new(python)
            .args([concat!(env!("CARGO_MANIFEST_DIR"), "/with_sqlalchemy.py"), &url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context(python.to_owned())?;
        let mut input = child.stdin.take().context("stdin")?;
        input.write_all(format!("{script}\n").as_bytes()).await?;
        let output = BufReader::new(child.stdout.take().context("stdout")?).lines();
        Ok(Self { _python: child, input, output })
    }
}

impl Peer for SqlAlchemy {
    fn name(&self) -> &'static str {
        "sqlalchemy"
    }

    fn run(&mut self, workload: Workload) -> Timed<'_> {
        Box::pin(async move {
            self.input.write_all(format!("{}\n", workload.name()).as_bytes()).await?;
            let line = self.output.next_line().await?.context("SQLAlchemy's program has ended")?;
            Ok(Duration::from_secs_f64(line.parse().with_context(|| line.clone())?))
        })
    }
}
