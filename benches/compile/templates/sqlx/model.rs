use chrono::NaiveDateTime;
use sqlx::{FromRow, Result, SqliteConnection};

#[derive(FromRow, Debug, Clone)]
pub struct M0 {
    pub id: i64,
    pub c1: String,
    pub c2: Option<String>,
    pub c3: i32,
    pub c4: i64,
    pub c5: bool,
    pub c6: f64,
    pub c7: Option<i64>,
    pub c8: NaiveDateTime,
    pub c9: String,
}

pub async fn find_m0(connection: &mut SqliteConnection) -> Result<Vec<M0>> {
    sqlx::query_as("SELECT id, c1, c2, c3, c4, c5, c6, c7, c8, c9 FROM m0 WHERE c3 > ?")
        .bind(2)
        .fetch_all(connection)
        .await
}

pub async fn insert_m0(connection: &mut SqliteConnection, id: i64, at: NaiveDateTime) -> Result<()> {
    sqlx::query(
        "INSERT INTO m0 (id, c1, c2, c3, c4, c5, c6, c7, c8, c9) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind("one")
    .bind(None::<String>)
    .bind(3)
    .bind(4_i64)
    .bind(true)
    .bind(6.0)
    .bind(Some(7_i64))
    .bind(at)
    .bind("nine")
    .execute(connection)
    .await?;
    Ok(())
}
