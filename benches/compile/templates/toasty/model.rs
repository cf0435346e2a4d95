use jiff::civil::DateTime;
use toasty::{Db, Result};

#[derive(toasty::Model, Debug, Clone)]
#[table = "m0"]
pub struct M0 {
    #[key]
    pub id: i64,
    pub c1: String,
    pub c2: Option<String>,
    pub c3: i32,
    pub c4: i64,
    pub c5: bool,
    pub c6: f64,
    pub c7: Option<i64>,
    pub c8: DateTime,
    pub c9: String,
}

pub async fn find_m0(db: &mut Db) -> Result<Vec<M0>> {
    M0::filter(M0::fields().c3().gt(2)).exec(db).await
}

pub async fn insert_m0(db: &mut Db, id: i64, at: DateTime) -> Result<()> {
    toasty::create!(M0 {
        id: id,
        c1: "one",
        c2: None,
        c3: 3,
        c4: 4,
        c5: true,
        c6: 6.0,
        c7: Some(7),
        c8: at,
        c9: "nine",
    })
    .exec(db)
    .await?;
    Ok(())
}
