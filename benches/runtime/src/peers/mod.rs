//! One file a peer.

mod aludel;
mod diesel;
mod rusqlite;
mod sea_orm;
mod sqlx;

use anyhow::Result;

use crate::peer::{Lane, Peer as _};

/// The peers, the floor first: every ratio is to it.
pub async fn connect() -> Result<Vec<Box<dyn Lane>>> {
    Ok(vec![
        Box::new(rusqlite::Rusqlite::connect().await?),
        Box::new(aludel::Aludel::connect().await?),
        Box::new(diesel::Diesel::connect().await?),
        Box::new(sqlx::Sqlx::connect().await?),
        Box::new(sea_orm::SeaOrm::connect().await?),
    ])
}
