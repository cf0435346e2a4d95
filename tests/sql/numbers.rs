//! Arithmetic, casts and numeric functions.

use crate::{
    fixture::{Post, User},
    sheet::Sheet,
};
use aludel::{func, prelude::*};

#[tokio::test]
async fn arithmetic() {
    let mut sheet = Sheet::new().await;
    sheet.rows(query(User.age + 1).order_by(User.id), [37, 26, 26, 61]).await;
    sheet.rows(query(User.age - User.age).limit(1), [0]).await;
    sheet.rows(query((User.age + 1) * 2).filter_by_id(1), [74]).await;
    sheet.rows(query(User.age + User.age * 2).filter_by_id(1), [108]).await;
    sheet.rows(query(User.age - (User.age - 1)).filter_by_id(1), [1]).await;
    sheet.rows(query(User.age / 7).filter_by_id(1), [Some(5)]).await;
    sheet.rows(query(-User.age / 7).filter_by_id(1), [Some(-5)]).await;
    sheet.rows(query(-User.age % 7).filter_by_id(1), [Some(-1)]).await;
    // PostgreSQL refuses to divide by zero.
    sheet.only("sqlite").rows(query(User.age / (User.age - 36)).filter_by_id(1), [None]).await;
    sheet.rows(query(User.score / 2.0).filter_by_id(1), [Some(4.75)]).await;
    sheet.rows(query(-(-User.age)).filter_by_id(1), [36]).await;
    sheet.rows(query(User.score * 2.0).filter_by_id(2), [None]).await;
    sheet.users((User.age + 1).gt(30) & (User.age * 2).lt(80), &[1]).await;
    sheet.finish("arithmetic");
}

#[tokio::test]
async fn casts() {
    let mut sheet = Sheet::new().await;
    sheet.rows(query(User.age.cast::<f64>() / 8.0).filter_by_id(1), [Some(4.5)]).await;
    sheet.rows(query(User.age.cast::<String>()).filter_by_id(1), ["36".to_owned()]).await;
    sheet.rows(query(User.score.cast::<i64>()).filter_by_id(1), [Some(9)]).await;
    sheet.rows(query(User.score.cast::<String>()).filter_by_id(2), [None]).await;
    sheet.rows(query(User.name.cast::<Vec<u8>>()).filter_by_id(1), [b"Ada".to_vec()]).await;
    sheet.finish("casts");
}

#[tokio::test]
async fn numeric_functions() {
    let mut sheet = Sheet::new().await;
    sheet.rows(query(func::abs(User.age - 40)).filter_by_id(1), [4]).await;
    sheet.rows(query(func::round(User.score)).filter_by_id(3), [Some(4.0)]).await;
    sheet.rows(query(func::ceil(User.score)).filter_by_id(3), [Some(5.0)]).await;
    sheet.rows(query(func::floor(User.score)).filter_by_id(3), [Some(4.0)]).await;
    sheet.rows(query(func::round(User.age)).filter_by_id(3), [25]).await;
    sheet.only("sqlite").rows(query(func!("instr", User.name, "d" => i64)).filter_by_id(3), [3]).await;
    sheet.only("sqlite").rows(query(func::function::<i64>("sign", (User.age,))).filter_by_id(3), [1]).await;
    sheet
        .only("sqlite")
        .rows(query(func::function::<i64>("max", (User.age, 30))).order_by(User.id), [36, 30, 30, 60])
        .await;
    sheet.only("postgresql").rows(query(func!("strpos", User.name, "d" => i64)).filter_by_id(3), [3]).await;
    sheet.rows(query(func::coalesce(User.score, 1.0)).order_by(User.id), [9.5, 1.0, 4.25, 0.5]).await;
    sheet.rows(query(func::coalesce(User.boss_id, User.id)).order_by(User.id), [1, 1, 1, 4]).await;
    sheet.rows(query(func::coalesce(User.boss_id, User.cluster_id)).filter_by_id(4), [None]).await;
    sheet.rows(query(func::nullif(User.age, 25)).order_by(User.id), [Some(36), None, None, Some(60)]).await;
    sheet.finish("numeric_functions");
}

#[tokio::test]
async fn the_clock_and_chance() {
    let sheet = Sheet::new().await;
    for engine in sheet.engines() {
        let before = chrono::Utc::now();
        let now = query(func::now()).on(engine).one().await.expect("a time");
        assert!((now - before).num_seconds().abs() < 60, "{now}");
        let today = query(func::current_date()).on(engine).one().await.expect("a date");
        assert!((today - before.date_naive()).num_days().abs() <= 1);
        let chances = query(func::random()).from(Post).on(engine).all().await.expect("numbers");
        assert!(chances.len() == 3 && chances.iter().all(|chance| (0.0..1.0).contains(chance)), "{chances:?}");
        let shuffled = query(User.id).order_by(func::random()).on(engine).all().await.expect("users");
        assert_eq!(shuffled.len(), 4);
    }
}

/// A user by key, said shortly.
trait ById {
    fn filter_by_id(self, id: i64) -> Self;
}

impl<R, M> ById for aludel::session::query::Query<R, M> {
    fn filter_by_id(self, id: i64) -> Self {
        self.filter(User.id.eq(id))
    }
}
