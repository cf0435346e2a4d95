//! Comparisons, conditions and tests for NULL.

use crate::{
    fixture::{Post, User},
    sheet::Sheet,
};
use aludel::prelude::*;

#[tokio::test]
async fn comparisons() {
    let mut sheet = Sheet::new().await;
    sheet.users(User.age.eq(25), &[2, 3]).await;
    sheet.users(User.age.ne(25), &[1, 4]).await;
    sheet.users(User.age.lt(36), &[2, 3]).await;
    sheet.users(User.age.le(36), &[1, 2, 3]).await;
    sheet.users(User.age.gt(36), &[4]).await;
    sheet.users(User.age.ge(36), &[1, 4]).await;
    sheet.users(User.name.eq("Ada"), &[1]).await;
    sheet.users(User.name.eq(String::from("Ada")), &[1]).await;
    sheet.users(User.name.eq(&String::from("Ada")), &[1]).await;
    sheet.users(User.id.eq(User.boss_id), &[]).await;
    sheet.users(User.cluster_id.eq(User.id), &[1]).await;
    sheet.users(User.age.gt(User.id), &[1, 2, 3, 4]).await; // an i32 and an i64
    sheet.users(User.age.between(25, 36), &[1, 2, 3]).await;
    sheet.users(User.age.not_between(25, 36), &[4]).await;
    sheet.users(User.age.between(User.id, User.id * 20), &[2, 3, 4]).await;
    sheet.users(User.score.gt(4.0), &[1, 3]).await;
    sheet.finish("comparisons");
}

#[tokio::test]
async fn options_and_null() {
    let mut sheet = Sheet::new().await;
    sheet.users(User.email.is_null(), &[2, 4]).await;
    sheet.users(User.email.is_not_null(), &[1, 3]).await;
    sheet.users(User.email.eq(None), &[2, 4]).await;
    sheet.users(User.email.ne(None), &[1, 3]).await;
    sheet.users(User.email.eq(Some("ada@example.org".to_owned())), &[1]).await;
    sheet.users(User.email.ne(Some("ada@example.org".to_owned())), &[3]).await;
    sheet.users(User.email.eq(&None), &[2, 4]).await;
    sheet.users(User.name.eq(None), &[]).await;
    sheet.users(User.boss_id.is_distinct_from(Some(1)), &[1, 4]).await;
    sheet.users(User.boss_id.is_not_distinct_from(None), &[1, 4]).await;
    sheet.users(User.boss_id.is_not_distinct_from(1), &[2, 3]).await;
    sheet.users(User.boss_id.is_distinct_from(User.cluster_id), &[1, 3]).await;
    sheet.users(!User.email.is_null(), &[1, 3]).await;
    sheet.rows(query(User.boss_id.eq(1)).order_by(User.id), [None, Some(true), Some(true), None]).await;
    sheet.rows(query(User.age.eq(25)).order_by(User.id), [false, true, true, false]).await;
    sheet.finish("options_and_null");
}

#[tokio::test]
async fn conditions() {
    let mut sheet = Sheet::new().await;
    sheet.users(User.active, &[1, 3]).await;
    sheet.users(!User.active, &[2, 4]).await;
    sheet.users(User.active.eq(false), &[2, 4]).await;
    sheet.users(User.active & User.age.gt(30), &[1]).await;
    sheet.users(User.active | User.age.gt(50), &[1, 3, 4]).await;
    sheet.users((User.active | User.age.gt(50)) & User.id.gt(1), &[3, 4]).await;
    sheet.users(User.active | User.age.gt(50) & User.id.gt(4), &[1, 3]).await;
    sheet.users(!(User.active & User.age.gt(30)), &[2, 3, 4]).await;
    sheet.users(!(User.boss_id.eq(1)), &[]).await; // NULL stays NULL
    sheet.users(!!User.active, &[1, 3]).await;
    sheet.users(User.active.eq(User.age.gt(30)), &[1, 2]).await;
    sheet.users(User.age.gt(30).is_null(), &[]).await;
    sheet.users(User.active & true, &[1, 3]).await;
    sheet.rows(query(User.id).filter(User.active).filter(User.age.lt(30)), [3]).await;
    sheet.rows(query(User.id).filter_by(User.name, "Bob").filter_by(User.age, 25), [2]).await;
    sheet.rows(query(User.id).filter_by(User.boss_id, None).order_by(User.id), [1, 4]).await;
    sheet.finish("conditions");
}

#[tokio::test]
async fn lists() {
    let mut sheet = Sheet::new().await;
    sheet.users(User.name.in_(["Ada", "Bob", "nobody"]), &[1, 2]).await;
    sheet.users(User.name.in_(vec!["Ada".to_owned()]), &[1]).await;
    sheet.users(User.id.in_(&[1, 4][..]), &[1, 4]).await;
    sheet.users(User.id.in_(2..4), &[2, 3]).await;
    sheet.users(User.id.not_in([1, 2]), &[3, 4]).await;
    sheet.users(!User.id.in_([1, 2]), &[3, 4]).await;
    sheet.users(User.boss_id.not_in([2]), &[2, 3]).await;
    sheet.users(User.id.in_(Vec::<i64>::new()), &[]).await;
    sheet.users(User.id.not_in(Vec::<i64>::new()), &[1, 2, 3, 4]).await;
    sheet.users(User.id.in_(Vec::<i64>::new()) | User.active, &[1, 3]).await;
    sheet.users(User.score.in_([9.5, 0.5, 1.0]), &[1, 4]).await;
    sheet.users(User.active.in_([true]), &[1, 3]).await;
    sheet.users(User.id.in_([User.cluster_id + 0, User.boss_id + 2]), &[1, 3]).await;
    sheet.users(User.id.in_(query(Post.user_id)), &[1, 2]).await;
    sheet.users(User.id.not_in(query(Post.user_id).filter(Post.views.gt(8))), &[2, 3, 4]).await;
    sheet.finish("lists");
}

/// Lists of every length are sent whole, and in few shapes.
#[tokio::test]
async fn lists_of_every_length() {
    let sheet = Sheet::new().await;
    for (engine, length) in sheet.engines().flat_map(|engine| (0..=70_i64).map(move |length| (engine, length))) {
        let ids: Vec<i64> = (0..length).map(|n| n + 4 - length.min(4)).collect();
        let found = query(User.id).filter(User.id.in_(&ids)).on(engine).count().await.expect("a count");
        assert_eq!(found, ids.iter().filter(|id| (1..=4).contains(*id)).count() as u64, "{ids:?}");
        let scores: Vec<f64> = (0..length).map(|n| n as f64 / 2.0).collect();
        let found = query(User.id).filter(User.score.in_(&scores)).on(engine).count().await.expect("a count");
        let expected = [9.5, 4.25, 0.5].iter().filter(|score| scores.contains(score)).count();
        assert_eq!(found, expected as u64, "{scores:?}");
    }
}
