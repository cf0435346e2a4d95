//! Joins and aliases.

use crate::{
    fixture::{Cluster, Post, User},
    sheet::Sheet,
};
use aludel::prelude::*;

#[tokio::test]
async fn joins() {
    let mut sheet = Sheet::new().await;
    let text = str::to_owned;
    sheet
        .rows(
            query((User.id, Cluster.name)).join(User.cluster).order_by(User.id),
            [(1, text("alpha")), (2, text("alpha")), (3, text("beta"))],
        )
        .await;
    sheet
        .rows(
            query((User.id, Cluster.name.optional())).left_join(User.cluster).order_by(User.id),
            [(1, Some(text("alpha"))), (2, Some(text("alpha"))), (3, Some(text("beta"))), (4, None)],
        )
        .await;
    sheet.rows(query(Cluster.id).join(Cluster.users).order_by(Cluster.id), [1, 1, 2]).await;
    sheet.rows(query(Post.id).join(Post.author).join(User.cluster).filter(Cluster.name.eq("alpha")), [1, 2, 3]).await;
    sheet.rows(query(func::count(User.id)).join(Cluster.users), [3]).await;
    sheet.rows(query(Post.id).join_on(User, Post.user_id.eq(User.id) & User.active), [1, 2]).await;
    sheet
        .rows(
            query((User.id, Post.id.optional()))
                .left_join_on(Post, Post.user_id.eq(User.id) & Post.views.gt(0))
                .order_by(User.id),
            [(1, Some(1)), (2, Some(3)), (3, None), (4, None)],
        )
        .await;
    sheet
        .rows(
            query((User.id, Cluster.optional())).left_join(User.cluster).filter(User.id.gt(2)).order_by(User.id),
            [(3, Some(Cluster { id: 2, name: text("beta") })), (4, None)],
        )
        .await;
    sheet.rows(query(func::count_all()).from(User).join(User.posts).left_join(User.cluster), [3]).await;
    sheet.finish("joins");
}

#[tokio::test]
async fn aliases() {
    let mut sheet = Sheet::new().await;
    let boss = User.alias("boss");
    let (bob, cid) = ("Bob".to_owned(), "cid".to_owned());
    let ada = || "Ada".to_owned();
    sheet
        .rows(
            query((User.name, boss.name)).join_on(boss, User.boss_id.eq(boss.id)).order_by(User.id),
            [(bob, ada()), (cid, ada())],
        )
        .await;
    sheet.rows(query(boss.id).filter(boss.active).order_by(boss.id), [1, 3]).await;
    sheet.rows(query(boss.id).join(boss.posts).order_by(boss.id), [1, 1, 2]).await;
    sheet.rows(query((boss.id, User.id)).join(boss.reports).order_by(User.id), [(1, 2), (1, 3)]).await;
    let mixed = User.alias("Boss of \"all\"");
    sheet.rows(query(mixed.id).filter(mixed.id.eq(1)), [1]).await;
    let order = User.alias("order");
    sheet.rows(query(order.id).filter(order.id.eq(1)), [1]).await;
    for engine in sheet.engines() {
        let bosses = query((User.id, boss.optional())).left_join_on(boss, User.boss_id.eq(boss.id)).order_by(User.id);
        let rows = bosses.on(engine).all().await.expect("rows");
        let found: Vec<_> = rows.into_iter().map(|(id, boss)| (id, boss.map(|boss| boss.id))).collect();
        assert_eq!(found, [(1, None), (2, Some(1)), (3, Some(1)), (4, None)]);
    }
    sheet.finish("aliases");
}

#[tokio::test]
async fn full_joins() {
    let mut sheet = Sheet::new().await;
    let all = query((Cluster.id.optional(), User.id.optional()))
        .from(Cluster)
        .full_join_on(User, User.cluster_id.eq(Cluster.id))
        .order_by((Cluster.id.asc().nulls_last(), User.id.asc()));
    let rows = [(Some(1), Some(1)), (Some(1), Some(2)), (Some(2), Some(3)), (Some(3), None), (None, Some(4))];
    sheet.lacking(&["mysql", "mariadb"]).rows(all, rows).await;
    sheet.finish("full_joins");
}
