//! Chinook as its own script makes it on a server, read by models that were written for another.

use crate::{
    database::{chinook, same},
    models::{
        Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
    },
    servers::Database,
};
use aludel::prelude::*;

#[tokio::test]
async fn mysqls_own_script_is_read() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let folder = std::env::var("CHINOOK_DIR").expect("it was read already");
    let script = std::fs::read_to_string(format!("{folder}/Chinook_MySql.sql")).expect("a script");
    // Without the lines that make a database: the test has one.
    let tables = &script[script.find("CREATE TABLE").expect("tables")..];
    for dialect in ["mariadb", "mysql"] {
        let Some(database) = Database::of(dialect).await else { continue };
        // Four titles have a backslash, which the script means as it is.
        let loader = crate::connect(database.url()).await?;
        let modes = "SET sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES')";
        loader.run_script(&format!("{modes}; {tables}")).await?;
        loader.dispose().await?;
        let engine = crate::connect(database.url()).await?;
        same(&engine, chinook.rows::<Album>()).await?;
        same(&engine, chinook.rows::<Artist>()).await?;
        same(&engine, chinook.rows::<Customer>()).await?;
        same(&engine, chinook.rows::<Employee>()).await?;
        same(&engine, chinook.rows::<Genre>()).await?;
        same(&engine, chinook.rows::<Invoice>()).await?;
        same(&engine, chinook.rows::<InvoiceLine>()).await?;
        same(&engine, chinook.rows::<MediaType>()).await?;
        same(&engine, chinook.rows::<Playlist>()).await?;
        same(&engine, chinook.rows::<PlaylistTrack>()).await?;
        same(&engine, chinook.rows::<Track>()).await?;
        // The script's tables have the server's own collation, which knows no case.
        let by_country = |engine| {
            let total = func::sum(InvoiceLine.unit_price * InvoiceLine.quantity);
            query((Customer.country, total.clone(), func::count(Track.id)))
                .join(Customer.invoices)
                .join(Invoice.lines)
                .join(InvoiceLine.track)
                .filter(Track.name.ilike("%love%") | Track.name.ilike("%The %"))
                .group_by(Customer.country)
                .order_by((total.desc(), Customer.country))
                .limit(10)
                .on(engine)
        };
        assert_eq!(by_country(&engine).all().await?, by_country(&chinook.engine).all().await?);
    }
    Ok(())
}
