//! UNION, INTERSECT and EXCEPT.

use crate::{
    fixture::{Cluster, Item, Post, User, dec},
    sheet::{Sheet, refused},
};
use aludel::prelude::*;

#[tokio::test]
async fn sets() {
    let mut sheet = Sheet::new().await;
    let users = || query(User.id);
    let writers = || query(Post.user_id);
    sheet.rows(users().union(writers()).order_by(User.id.desc()), [4, 3, 2, 1]).await;
    sheet.rows(users().union_all(writers()).order_by(User.id), [1, 1, 1, 2, 2, 3, 4]).await;
    sheet.rows(users().intersect(writers()).order_by(User.id), [1, 2]).await;
    sheet.rows(users().except(writers()).order_by(User.id), [3, 4]).await;
    sheet.lacking(&["sqlite"]).rows(writers().intersect_all(writers()).order_by(Post.user_id), [1, 1, 2]).await;
    sheet.lacking(&["sqlite"]).rows(writers().except_all(users()).order_by(Post.user_id), [1]).await;
    let page = users().union_all(writers()).order_by(User.id).slice(2..5);
    sheet.rows(page, [1, 2, 2]).await;
    // Each step takes all that is before it, however tightly INTERSECT binds on a server.
    let cut = users().filter(User.id.le(2)).union(users()).intersect(writers()).order_by(User.id);
    sheet.rows(cut, [1, 2]).await;
    let united = writers().intersect(users()).union(users().filter(User.id.eq(4))).order_by(Post.user_id);
    sheet.rows(united, [1, 2, 4]).await;
    let nested = users().except(writers().except(users().filter(User.id.eq(1)))).order_by(User.id);
    sheet.rows(nested, [1, 3, 4]).await;
    let eldest = || query((User.id, User.id)).order_by(User.age.desc()).limit(1);
    sheet
        .rows(eldest().union_all(query((User.id, User.id)).filter(User.id.eq(1))).order_by(User.id), [(1, 1), (4, 4)])
        .await;
    sheet.finish("sets");
}

#[tokio::test]
async fn rows_of_sets() {
    let mut sheet = Sheet::new().await;
    let kind = |name: &'static str| literal(name).label("kind");
    let things = query((User.name, kind("user"))).union_all(query((Cluster.name, kind("cluster"))));
    let named = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    let expected =
        [named("alpha", "cluster"), named("beta", "cluster"), named("gamma", "cluster"), named("Ada", "user")];
    sheet.rows(things.clone().order_by((kind("user"), User.name.desc())).limit(1), [named("gamma", "cluster")]).await;
    let things = things.subquery("things");
    sheet
        .rows(
            query((things.0, things.1))
                .from(&things)
                .filter(things.0.ne("Bob") & things.0.ne("cid") & things.0.ne("50%_/x"))
                .order_by((things.1, things.0)),
            expected,
        )
        .await;
    let ids = query(User.id).except(query(Post.user_id));
    sheet.users(User.id.in_(ids.clone()), &[3, 4]).await;
    sheet.users(func::exists(ids.clone()), &[1, 2, 3, 4]).await;
    sheet.finish("rows_of_sets");
    let whole = query(User).filter(User.id.lt(2)).union(query(User).filter(User.age.gt(50))).order_by(User.age.desc());
    let mut sheet = Sheet::new().await;
    let number = whole.clone().subquery("found");
    sheet.rows(query(func::count_all()).from(&number), [2]).await;
    for engine in sheet.engines() {
        let users = whole.clone().on(engine).all().await.expect("users");
        assert_eq!(users.iter().map(|user| user.id).collect::<Vec<_>>(), [4, 1]);
        assert_eq!(whole.clone().on(engine).count().await.expect("a count"), 2);
        assert!(ids.clone().on(engine).exists().await.expect("an answer"));
        assert_eq!(whole.clone().on(engine).first().await.expect("a user").map(|user| user.id), Some(4));
    }
    let prices = query(Item.price).union_all(query(Item.price)).order_by(Item.price).limit(2);
    sheet.rows(prices, [dec("0.10"), dec("0.10")]).await;
    sheet.finish("whole_sets");
}

#[test]
fn mistakes() {
    let both = || query(User.id).union(query(Post.user_id));
    insta::assert_snapshot!(refused(both().filter(User.id.gt(1)).into_select()));
    insta::assert_snapshot!(refused(both().order_by(User.age).into_select()));
    insta::assert_snapshot!(refused(both().distinct().into_select()));
    insta::assert_snapshot!(refused(query(Item.price).union(query(Item.points)).into_select()));
}
