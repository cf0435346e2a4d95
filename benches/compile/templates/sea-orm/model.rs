use chrono::NaiveDateTime;
use sea_orm::{DatabaseConnection, Set, entity::prelude::*};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "m0")]
pub struct Model {
    #[sea_orm(primary_key)]
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

impl ActiveModelBehavior for ActiveModel {}

pub async fn find_m0(connection: &DatabaseConnection) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.c3.gt(2)).all(connection).await
}

pub async fn insert_m0(connection: &DatabaseConnection, id: i64, at: NaiveDateTime) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        c1: Set("one".into()),
        c2: Set(None),
        c3: Set(3),
        c4: Set(4),
        c5: Set(true),
        c6: Set(6.0),
        c7: Set(Some(7)),
        c8: Set(at),
        c9: Set("nine".into()),
    };
    row.insert(connection).await?;
    Ok(())
}
