//! The peers, the floor first: every ratio is to it.

mod aludel;
mod diesel_model;
mod mysql;
mod postgresql;
mod sea_orm;
mod sqlite;

use anyhow::Result;

use crate::peer::{Lane, Peer};
use crate::server::Server;

pub async fn connect(server: &Server) -> Result<Vec<Box<dyn Lane>>> {
    let mut lanes = match server {
        Server::Sqlite => vec![lane::<sqlite::Rusqlite>(server).await?],
        Server::Postgresql(_) => vec![lane::<postgresql::TokioPostgres>(server).await?],
        Server::Mariadb(_) => vec![lane::<mysql::MysqlAsync>(server).await?],
    };
    lanes.push(lane::<aludel::Aludel>(server).await?);
    match server {
        Server::Sqlite => {
            lanes.push(lane::<sqlite::Diesel>(server).await?);
            lanes.push(lane::<sqlite::Sqlx>(server).await?);
        }
        Server::Postgresql(_) => {
            lanes.push(lane::<postgresql::Diesel>(server).await?);
            lanes.push(lane::<postgresql::DieselAsync>(server).await?);
            lanes.push(lane::<postgresql::Sqlx>(server).await?);
            lanes.push(lane::<postgresql::SqlxPool>(server).await?);
        }
        Server::Mariadb(_) => {
            lanes.push(lane::<mysql::DieselAsync>(server).await?);
            lanes.push(lane::<mysql::Sqlx>(server).await?);
            lanes.push(lane::<mysql::SqlxPool>(server).await?);
        }
    }
    lanes.push(lane::<sea_orm::SeaOrm>(server).await?);
    Ok(lanes)
}

async fn lane<P: Peer>(server: &Server) -> Result<Box<dyn Lane>> {
    Ok(Box::new(P::connect(server).await?))
}
