use chrono::NaiveDateTime;
use diesel::prelude::*;

diesel::table! {
    m0 (id) {
        id -> BigInt,
        c1 -> Text,
        c2 -> Nullable<Text>,
        c3 -> Integer,
        c4 -> BigInt,
        c5 -> Bool,
        c6 -> Double,
        c7 -> Nullable<BigInt>,
        c8 -> Timestamp,
        c9 -> Text,
    }
}

#[derive(Queryable, Selectable, Insertable, Debug, Clone)]
#[diesel(table_name = m0)]
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

pub fn find_m0(connection: &mut SqliteConnection) -> QueryResult<Vec<M0>> {
    m0::table.filter(m0::c3.gt(2)).select(M0::as_select()).load(connection)
}

pub fn insert_m0(connection: &mut SqliteConnection, id: i64, at: NaiveDateTime) -> QueryResult<()> {
    let row = M0 {
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
    };
    diesel::insert_into(m0::table).values(&row).execute(connection)?;
    Ok(())
}
