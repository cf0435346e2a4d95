use aludel::prelude::*;
use chrono::NaiveDateTime;

#[derive(Model, Debug, Clone)]
#[table("m0")]
pub struct M0 {
    #[column(primary_key)]
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

pub async fn find_m0(session: &mut Session) -> aludel::Result<Vec<M0>> {
    session.query(M0).filter(M0.c3.gt(2)).all().await
}

pub async fn insert_m0(session: &mut Session, id: i64, at: NaiveDateTime) -> aludel::Result<()> {
    session.add(M0 {
        id,
        c1: "one".into(),
        c2: None,
        c3: 3,
        c4: 4,
        c5: true,
        c6: 6.0,
        c7: Some(7),
        c8: at,
        c9: "nine".into(),
    });
    session.commit().await
}
