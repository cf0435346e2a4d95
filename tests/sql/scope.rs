//! Tables that are used, and those in FROM.

use crate::{
    fixture::{Cluster, Item, Post, User},
    sheet::{Sheet, refused},
};
use aludel::{
    ErrorKind,
    compile::{StatementCache, compile},
    dialects::sqlite::SqliteDialect,
    expr::Relation,
    prelude::*,
};
use std::num::NonZeroUsize;

#[test]
fn a_table_that_is_not_in_from() {
    assert_eq!(
        refused(query(User).filter(Post.title.eq("x")).into_select()),
        "statement error: posts.title is used, but posts is not in FROM; add .join(User.posts)"
    );
    assert_eq!(
        refused(query(Post).order_by(User.name).into_select()),
        "statement error: users.name is used, but users is not in FROM; add .join(Post.author)"
    );
    assert_eq!(
        refused(query(Post).join(Post.author).filter(Cluster.name.eq("x")).into_select()),
        "statement error: clusters.name is used, but clusters is not in FROM; add .join(User.cluster)"
    );
    assert_eq!(
        refused(query(Post).filter(Item.id.eq(1)).into_select()),
        "statement error: items.id is used, but items is not in FROM; add .join_on(Item, …) or .from(Item)"
    );
    assert_eq!(
        refused(query(func::count_all()).filter(User.active).into_select()),
        "statement error: users.active is used, but users is not in FROM; add .from(User)"
    );
    assert_eq!(
        refused(query(func::count_all()).from(User).having(func::max(Post.views).gt(1_i64)).into_select()),
        "statement error: posts.views is used, but posts is not in FROM; add .join(User.posts)"
    );
}

#[test]
fn an_alias_that_is_not_in_from() {
    let boss = User.alias("boss");
    assert_eq!(
        refused(query(User).filter(boss.name.eq("x")).into_select()),
        "statement error: boss.name is used, but boss is not in FROM; the table is there as users: use the columns of that \
         one, or add .join_on(boss, …)"
    );
    assert_eq!(
        refused(query(boss).filter(User.name.eq("x")).into_select()),
        "statement error: users.name is used, but users is not in FROM; the table is there as boss: use the columns of that \
         one, or add .join_on(User, …)"
    );
    assert_eq!(
        refused(query(boss).filter(Post.title.eq("x")).into_select()),
        "statement error: posts.title is used, but posts is not in FROM; add .join(boss.posts)"
    );
    let other = Post.alias("other");
    assert_eq!(
        refused(query(User).filter(other.title.eq("x")).into_select()),
        "statement error: other.title is used, but other is not in FROM; add .join_on(other, …) or .from(other)"
    );
}

#[test]
fn a_table_that_is_in_from_twice() {
    let twice = "statement error: users is in FROM twice; give one of the two another name: User.alias(\"…\")";
    assert_eq!(refused(query(Post).join(Post.author).join(Post.author).into_select()), twice);
    assert_eq!(
        refused(query(User.id).join(User.boss).into_select()),
        "statement error: users is joined to itself: give the side that the relation starts from another name, let other = \
         Model.alias(\"other\"), and join its relation"
    );
    assert_eq!(refused(query(User.id).join_on(User, User.active).into_select()), twice);
    assert_eq!(refused(query(Post.id).from(User).from(User).into_select()), twice);
    let also_users = Post.alias("users");
    assert_eq!(
        refused(query((User.id, also_users.id)).into_select()),
        "statement error: users is in FROM twice; give one of the two another name: Post.alias(\"…\")"
    );
    assert_eq!(
        refused(query(func::count_all()).join_on(User, text("1 = 1")).into_select()),
        "statement error: users is joined, but nothing is in FROM before it; add .from(…)"
    );
}

#[test]
fn tables_that_nothing_joins() {
    let cross = |join, value| {
        format!(
            "statement error: users and posts are read together, and nothing joins them: each row of one would come with each of \
             the other; join them by {join}.join_on({value}, …), or by .cross_join({value}) if that is meant"
        )
    };
    let unjoined = cross(".join(User.posts) or ", "Post");
    assert_eq!(refused(query((User, Post)).into_select()), unjoined);
    assert_eq!(refused(query((func::count(User.id), func::count(Post.id))).into_select()), unjoined);
    assert_eq!(refused(query(User.id).from(User).from(Post).into_select()), unjoined);
    // Neither of these says how the two belong together.
    let either = User.id.eq(1) | Post.id.eq(1);
    assert_eq!(
        refused(query((User, Post)).filter(either).filter(!Post.title.eq("x") & User.active).into_select()),
        unjoined
    );
    assert_eq!(refused(query((User, Post)).join(User.cluster).into_select()), unjoined);
    assert!(
        refused(query(Cluster).filter(func::exists(query((User.id, Post.id)))).into_select()).contains("nothing joins")
    );
    assert!(
        refused(query((User, Cluster.alias("other"))).into_select()).ends_with(
            "join them by .join(other.users) or .join_on(other, …), or by .cross_join(other) if that is meant"
        )
    );
    let posts = query(Post).subquery("own");
    assert!(refused(query((User.id, posts.id)).from(&posts).into_select()).contains("own and users are read together"));
}

#[tokio::test]
async fn tables_that_something_joins() {
    let mut sheet = Sheet::new().await;
    let both = || query((User.id, Post.id)).order_by((User.id, Post.id));
    let written = [(1, 1), (1, 2), (2, 3)];
    sheet.rows(both().filter(Post.user_id.eq(User.id)), written).await;
    sheet.rows(both().filter(User.id.gt(9) | Post.user_id.eq(User.id)), written).await;
    sheet.rows(both().filter(text("user_id = users.id")), written).await;
    sheet.rows(both().filter(User.id.eq(1)).cross_join(Post), [(1, 1), (1, 2), (1, 3)]).await;
    let boss = User.alias("boss");
    sheet.rows(query((User.id, boss.id)).filter(User.boss_id.eq(boss.id)).order_by(User.id), [(2, 1), (3, 1)]).await;
    // Through a third table, and through a subquery that speaks of both.
    let through = query((User.id, Cluster.id)).join_on(boss, boss.cluster_id.eq(Cluster.id) & boss.id.eq(User.boss_id));
    sheet.rows(through.order_by(User.id), [(2, 1), (3, 1)]).await;
    let post = query(Post.id).filter(Post.user_id.eq(User.id) & Post.views.gt(Cluster.id));
    let related = query((User.id, Cluster.id)).filter(Cluster.id.le(2) & func::exists(post));
    sheet.rows(related.order_by((User.id, Cluster.id)), [(1, 1), (1, 2), (2, 1), (2, 2)]).await;
    // Both belong to the row of the query around them.
    let around = query((Post.id, boss.id)).filter(Post.user_id.eq(User.id) & boss.id.eq(User.boss_id));
    sheet.rows(query(User.id).filter(func::exists(around)), [2]).await;
    sheet.finish("joined_by_something");
}

#[test]
fn subqueries_see_what_encloses_them_only() {
    let posts = query(Post).filter(Post.user_id.eq(User.id));
    assert_eq!(
        refused(query(Cluster).filter(func::exists(posts.clone())).into_select()),
        "statement error: users.id is used, but users is not in FROM; add .join(Post.author)"
    );
    // A derived table does not see the tables next to it.
    let derived = posts.subquery("derived");
    assert_eq!(
        refused(query(User.id).join_on(&derived, derived.user_id.eq(User.id)).into_select()),
        "statement error: users.id is used, but users is not in FROM; add .join(Post.author)"
    );
    // What is in a subquery's FROM is not in that of the query around it.
    assert_eq!(
        refused(query(User.id).filter(User.id.in_(query(Post.user_id)) & Post.views.gt(1)).into_select()),
        "statement error: posts.views is used, but posts is not in FROM; add .join(User.posts)"
    );
}

#[test]
fn bulk_statements_have_one_table() {
    let update = query(User).filter(Post.views.gt(1)).into_update(User.age.set(1)).expect("an update");
    assert_eq!(
        refused(update),
        "statement error: posts.views is used, but only User is read; add .join(User.posts), or ask for it in a \
         subquery: .filter(User.id.in_(query(Post.…).filter(…)))"
    );
    let delete = query(User).filter(User.alias("boss").active).into_delete().expect("a delete");
    assert!(refused(delete).contains("boss.active is used, but only User is read"));
}

#[tokio::test]
async fn the_error_comes_before_anything_is_sent() {
    let sheet = Sheet::new().await;
    for engine in sheet.engines() {
        let error = query(User).filter(Post.title.eq("x")).on(engine).all().await.expect_err("an error");
        assert_eq!((error.kind(), error.sql()), (ErrorKind::Statement, None));
    }
}

/// A query that was built wrong is refused even if one of its shape was compiled before.
#[test]
fn problems_are_not_hidden_by_the_cache() {
    let cache = StatementCache::new(NonZeroUsize::MIN);
    let fine = query(User);
    let unfounded: Relation<User, Post, aludel::expr::Many> =
        Relation::new(User.table_ref(), aludel::schema::RelationPath::ReferredBy(|| Post.views.column_ref()));
    let wrong = query(User).join(unfounded);
    cache.compile(fine.into_select().into(), &SqliteDialect).expect("a statement");
    let error = cache.compile(wrong.clone().into_select().into(), &SqliteDialect).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "schema error: the relation between users and posts rests on posts.views, a column without a foreign key to users; \
         name the column that refers to User, or give this one #[column(foreign_key = User.…)]"
    );
    let nested = query(Cluster).filter(func::exists(wrong));
    assert!(compile(nested.into_select().into(), &SqliteDialect).is_err());
}
