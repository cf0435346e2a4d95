//! Row values, ANY and ALL, and columns that are looked up by their names.

use crate::{
    fixture::{Item, Post, User, dec},
    sheet::{Sheet, refused},
};
use aludel::prelude::*;

#[tokio::test]
async fn row_values() {
    let mut sheet = Sheet::new().await;
    let age_and_id = || row((User.age, User.id));
    sheet.users(age_and_id().eq((25, 2_i64)), &[2]).await;
    sheet.users(age_and_id().ne((25, 2_i64)), &[1, 3, 4]).await;
    sheet.users(age_and_id().gt((25, 2_i64)), &[1, 3, 4]).await;
    sheet.users(age_and_id().ge((25, 3_i64)), &[1, 3, 4]).await;
    sheet.users(age_and_id().lt((36, 0_i64)), &[2, 3]).await;
    sheet.users(age_and_id().le((36, 1_i64)), &[1, 2, 3]).await;
    sheet.users(age_and_id().in_([(25, 2_i64), (60, 4), (60, 5)]), &[2, 4]).await;
    sheet.users(age_and_id().not_in([(25, 2_i64)]), &[1, 3, 4]).await;
    sheet.users(age_and_id().in_(Vec::<(i32, i64)>::new()), &[]).await;
    sheet.users(row((User.name, User.id)).in_([("Ada", 1_i64)]) | User.id.eq(4), &[1, 4]).await;
    let writers = query((Post.user_id, func::max(Post.views))).group_by(Post.user_id);
    let rows = query(Post.id).filter(row((Post.user_id, Post.views)).eq((2_i64, 7_i64)));
    sheet.rows(rows, [3]).await;
    let best = query((Post.user_id, Post.views)).filter(Post.views.gt(8));
    sheet.rows(query(Post.id).filter(row((Post.user_id, Post.views)).in_(best)).order_by(Post.id), [1]).await;
    sheet.rows(writers.order_by(Post.user_id), [(1, Some(10)), (2, Some(7))]).await;
    sheet.users(row((User.id, User.cluster_id)).eq((User.id, User.boss_id)), &[2]).await;
    sheet.finish("row_values");
    let decimals = query(Item.id).filter(row((Item.price, Item.id)).gt((dec("1.98"), 0_i64)));
    insta::assert_snapshot!(refused(decimals.into_select()));
}

#[tokio::test]
async fn any_and_all() {
    let mut sheet = Sheet::new().await;
    let ages = || query(User.alias("other").age).filter(User.alias("other").active);
    for (condition, ids) in [
        (User.age.eq(func::any(ages())), &[1, 2, 3][..]),
        (User.age.gt(func::any(ages())), &[1, 4]),
        (User.age.le(func::all(ages())), &[2, 3]),
        (User.age.gt(func::all(ages())), &[4]),
        (User.age.ne(func::all(ages())), &[4]),
    ] {
        sheet.lacking(&["sqlite"]).rows(query(User.id).filter(condition).order_by(User.id), ids).await;
    }
    sheet.finish("any_and_all");
}

#[tokio::test]
async fn columns_by_name() {
    let mut sheet = Sheet::new().await;
    let by = |name: &str| User.column_named(name).expect("a column");
    sheet.rows(query(User.id).order_by((by("age").desc(), by("id"))), [4, 1, 2, 3]).await;
    sheet.rows(query(User.id).order_by(vec![by("active").asc(), by("id").desc()]), [4, 2, 3, 1]).await;
    let other = User.alias("other");
    let older = query((User.id, other.id)).join_on(other, User.age.lt(other.age) & User.id.eq(1));
    sheet.rows(older.order_by(other.column_named("age").expect("a column")), [(1, 4)]).await;
    sheet.finish("columns_by_name");
    let error = User.column_named("agee").expect_err("a typo");
    assert_eq!(error.message(), "users has no column \"agee\"; did you mean \"age\"?");
    let error = User.column_named("1; DROP TABLE users").expect_err("no column");
    assert!(error.message().contains("there are id, name, email"), "{error}");
}
