//! Queries inside queries.

use crate::{
    fixture::{Post, User},
    sheet::Sheet,
};
use aludel::prelude::*;

#[tokio::test]
async fn exists_and_scalars() {
    let mut sheet = Sheet::new().await;
    let posts = || query(Post).filter(Post.user_id.eq(User.id));
    sheet.users(func::exists(posts()), &[1, 2]).await;
    sheet.users(!func::exists(posts()), &[3, 4]).await;
    sheet.users(func::exists(posts().filter(Post.views.gt(8))) | User.id.eq(4), &[1, 4]).await;
    let views = || query(func::sum(Post.views)).filter(Post.user_id.eq(User.id)).scalar_subquery();
    sheet.rows(query((User.id, views())).order_by(User.id), [(1, Some(10)), (2, Some(7)), (3, None), (4, None)]).await;
    sheet.users(views().gt(8_i64), &[1]).await;
    sheet.users(User.age.eq(query(func::max(User.alias("other").age)).scalar_subquery()), &[4]).await;
    sheet.rows(query(User.id).order_by(views().desc().nulls_last()).limit(1), [1]).await;
    sheet.users(func::coalesce(views(), 0_i64).eq(0), &[3, 4]).await;
    sheet.finish("exists_and_scalars");
}

#[tokio::test]
async fn sources() {
    let mut sheet = Sheet::new().await;
    let young = query(User).filter(User.age.lt(30)).subquery("young");
    sheet.rows(query(young.id).from(&young).order_by(young.id), [2, 3]).await;
    sheet.rows(query(func::count_all()).from(&young).filter(young.active), [1]).await;
    sheet
        .rows(
            query((User.id, young.id)).join_on(&young, young.boss_id.eq(User.id)).order_by(young.id),
            [(1, 2), (1, 3)],
        )
        .await;
    sheet
        .rows(
            query((User.id, young.id.optional())).left_join_on(&young, young.id.eq(User.id)).order_by(User.id),
            [(1, None), (2, Some(2)), (3, Some(3)), (4, None)],
        )
        .await;
    let eldest = query(User).order_by(User.age.desc()).limit(2).subquery("eldest");
    sheet.rows(query(eldest.age).from(&eldest).order_by(eldest.age), [36, 60]).await;
    sheet.users(User.id.in_(query(Post.user_id).filter(Post.rating.is_not_null())), &[1, 2]).await;
    sheet.users(User.id.in_(query(User.boss_id)), &[1]).await;
    sheet.finish("sources");
}

/// A subquery that stands in a statement twice has its values once, and is not taken for two that are alike.
#[tokio::test]
async fn shared_subqueries() {
    let mut sheet = Sheet::new().await;
    let older = |age: i32| query(func::count_all()).from(Post).filter(Post.views.gt(i64::from(age))).scalar_subquery();
    let pair = |a: Expr<Option<i64>>, b: Expr<Option<i64>>| query((a, b));
    let shared = older(5);
    sheet.rows(pair(shared.clone(), shared.clone()), [(Some(2), Some(2))]).await;
    sheet.rows(pair(older(5), older(8)), [(Some(2), Some(1))]).await;
    sheet.rows(pair(older(8), older(5)), [(Some(1), Some(2))]).await;
    let other = older(8);
    sheet.rows(pair(other.clone(), other), [(Some(1), Some(1))]).await;
    sheet.finish("shared_subqueries");
}
