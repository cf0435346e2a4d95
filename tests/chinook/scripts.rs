//! Chinook as its own script makes it on a server, read by models that were written for another.

use crate::{
    database::{Chinook, chinook, same},
    models::{
        Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
    },
    servers::Database,
};
use aludel::prelude::*;
use rust_decimal::Decimal;

fn script(name: &str) -> String {
    let folder = std::env::var("CHINOOK_DIR").expect("it was read already");
    std::fs::read_to_string(format!("{folder}/{name}")).expect("a script")
}

async fn all_the_same(engine: &Engine, chinook: &Chinook) -> aludel::Result<()> {
    same(engine, chinook.rows::<Album>()).await?;
    same(engine, chinook.rows::<Artist>()).await?;
    same(engine, chinook.rows::<Customer>()).await?;
    same(engine, chinook.rows::<Employee>()).await?;
    same(engine, chinook.rows::<Genre>()).await?;
    same(engine, chinook.rows::<Invoice>()).await?;
    same(engine, chinook.rows::<InvoiceLine>()).await?;
    same(engine, chinook.rows::<MediaType>()).await?;
    same(engine, chinook.rows::<Playlist>()).await?;
    same(engine, chinook.rows::<PlaylistTrack>()).await?;
    same(engine, chinook.rows::<Track>()).await?;
    Ok(())
}

async fn top_countries(engine: &Engine) -> aludel::Result<Vec<(Option<String>, Option<Decimal>, i64)>> {
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
        .all()
        .await
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysqls_own_script_is_read() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let script = script("Chinook_MySql.sql");
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
        all_the_same(&engine, &chinook).await?;
        // The script's tables have the server's own collation, which knows no case.
        assert_eq!(top_countries(&engine).await?, top_countries(&chinook.engine).await?);
    }
    Ok(())
}

#[tokio::test]
async fn oracles_own_script_is_read() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let Some(database) = Database::of("oracle").await else { return Ok(()) };
    let script = script("Chinook_Oracle.sql");
    // Without the lines that make a user, and those of Oracle's shell.
    let tables = &script[script.find("CREATE TABLE Album").expect("tables")..script.rfind("commit;").expect("an end")];
    // To Oracle an unquoted name is one in capitals, and those of the models are not.
    let engine = crate::connect(&database.with("names=any_case")).await?;
    engine.run_script(tables).await?;
    all_the_same(&engine, &chinook).await?;
    assert_eq!(top_countries(&engine).await?, top_countries(&chinook.engine).await?);
    let ranked = |engine| {
        let sales = func::count(InvoiceLine.id);
        let ranks = func::rank().over(window().partition_by(Track.genre_id).order_by(sales.clone().desc()));
        query((Track.id, Track.name, sales, ranks))
            .join(Track.lines)
            .group_by((Track.id, Track.name, Track.genre_id))
            .order_by(Track.id)
            .offset(20)
            .limit(50)
            .on(engine)
    };
    assert_eq!(ranked(&engine).all().await?, ranked(&chinook.engine).all().await?);
    Ok(())
}
