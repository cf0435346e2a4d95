//! The two commands that the meta protocol does not have, by the plain text one.

use aludel_core::{Error, ErrorKind, Result};
use std::{collections::BTreeMap, io, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

/// Forgets everything on a server.
pub(super) async fn flush(address: &str, limit: Duration) -> Result<()> {
    let lines = ask(address, "flush_all\r\n", |line| !line.is_empty(), limit).await?;
    if lines == ["OK"] { Ok(()) } else { Err(Error::new(ErrorKind::Cache, format!("{address}: {}", lines.join("; ")))) }
}

/// What a server tells of itself.
pub(super) async fn stats(address: &str, limit: Duration) -> Result<BTreeMap<String, String>> {
    let last = |line: &str| line == "END" || line.contains("ERROR");
    let lines = ask(address, "stats\r\n", last, limit).await?;
    let values = lines.iter().filter_map(|line| line.strip_prefix("STAT ")?.split_once(' '));
    Ok(values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Sends a command by a connection of its own, and reads lines to the last.
async fn ask(address: &str, command: &str, last: fn(&str) -> bool, limit: Duration) -> Result<Vec<String>> {
    let exchange = async {
        let mut stream = BufReader::new(TcpStream::connect(address).await?);
        stream.write_all(command.as_bytes()).await?;
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            lines.push(line.trim_end().to_owned());
            if lines.last().is_some_and(|line| last(line)) {
                return Ok(lines);
            }
        }
    };
    let failure = |kind, why: String| Error::new(kind, format!("the cache at {address}: {why}"));
    match timeout(limit, exchange).await {
        Ok(Ok(lines)) => Ok(lines),
        Ok(Err(error)) => Err(failure(ErrorKind::Connection, error.to_string()).with_source(error)),
        Err(_) => Err(failure(ErrorKind::Timeout, format!("no answer to {} within {limit:?}", command.trim_end()))),
    }
}
