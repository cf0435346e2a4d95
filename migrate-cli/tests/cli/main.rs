//! The `aludel` command, as one runs it.

mod agreement;
mod database;
mod mistakes;
mod program;
mod reflection;
mod selection;
#[path = "../../../tests/servers/mod.rs"]
mod servers;

async fn connect(url: &str) -> aludel::Result<aludel::engine::Engine> {
    aludel::create_engine(url)?.connect().await
}
