//! Aggregates and groups.

use crate::{
    fixture::{Cluster, Post, User},
    sheet::{Sheet, refused},
};
use aludel::prelude::*;

#[tokio::test]
async fn aggregates() {
    let mut sheet = Sheet::new().await;
    sheet.rows(query(func::count(User.id)), [4]).await;
    sheet.rows(query(func::count(User.email)), [2]).await;
    sheet.rows(query(func::count_distinct(User.age)), [3]).await;
    sheet.rows(query(func::sum(User.age)), [Some(146)]).await;
    sheet.rows(query(func::sum(User.score)), [Some(14.25)]).await;
    sheet.rows(query(func::avg(User.age)), [Some(36.5)]).await;
    sheet.rows(query(func::min(User.name)), [Some("50%_/x".to_owned())]).await;
    sheet.rows(query(func::max(User.age)), [Some(60)]).await;
    sheet.rows(query(func::max(User.age) - func::min(User.age)), [Some(35)]).await;
    sheet.rows(query(func::max(User.age)).filter(User.id.gt(100)), [None]).await;
    sheet.rows(query(func::sum(User.age)).filter(User.id.gt(100)), [None]).await;
    sheet.rows(query(func::count(User.age)).filter(User.id.gt(100)), [0]).await;
    sheet.rows(query(func::coalesce(func::sum(User.age), 0_i64)).filter(User.id.gt(100)), [0]).await;
    sheet.rows(query(func::sum(case(User.active, 1).otherwise(0))), [Some(2_i64)]).await;
    sheet.finish("aggregates");
}

#[tokio::test]
async fn groups() {
    let mut sheet = Sheet::new().await;
    let by_age = || query((User.age, func::count_all())).group_by(User.age).order_by(User.age);
    sheet.rows(by_age(), [(25, 2), (36, 1), (60, 1)]).await;
    sheet.rows(by_age().having(func::count_all().gt(1)), [(25, 2)]).await;
    sheet.rows(by_age().filter(User.active).having(func::min(User.id).lt(3)), [(36, 1)]).await;
    sheet
        .rows(
            query((User.cluster_id, User.active, func::count_all()))
                .group_by((User.cluster_id, User.active))
                .order_by((User.cluster_id.asc().nulls_first(), User.active)),
            [(None, false, 1), (Some(1), false, 1), (Some(1), true, 1), (Some(2), true, 1)],
        )
        .await;
    sheet
        .rows(
            query((User.age % 2, func::count_all()))
                .group_by(User.age % 2)
                .order_by((func::count_all(), func::max(User.age).desc())),
            [(Some(0), 2), (Some(1), 2)],
        )
        .await;
    let tally = query((Cluster.name, func::count(User.id))).group_by(Cluster.name).order_by(Cluster.name);
    sheet.rows(tally.clone().join(Cluster.users), [("alpha".to_owned(), 2), ("beta".to_owned(), 1)]).await;
    sheet
        .rows(
            tally.left_join(Cluster.users),
            [("alpha".to_owned(), 2), ("beta".to_owned(), 1), ("gamma".to_owned(), 0)],
        )
        .await;
    sheet.finish("groups");
}

/// What is counted is the rows of the query, whatever it selects.
#[tokio::test]
async fn rows_are_counted() {
    let sheet = Sheet::new().await;
    for engine in sheet.engines() {
        macro_rules! counted {
            ($query:expr, $count:expr) => {
                let query = $query;
                let all = query.clone().on(engine).all().await.expect("rows").len() as u64;
                assert_eq!(all, $count, "{query:?}");
                assert_eq!(query.clone().on(engine).count().await.expect("a count"), $count, "{query:?}");
                assert_eq!(query.clone().on(engine).exists().await.expect("an answer"), $count > 0, "{query:?}");
            };
        }
        counted!(query(User), 4);
        counted!(query(User).filter(User.active), 2);
        counted!(query(User).filter(User.id.gt(9)), 0);
        counted!(query(User).limit(3), 3);
        counted!(query(User).offset(3), 1);
        counted!(query(User).offset(9), 0);
        counted!(query(User).limit(0), 0);
        counted!(query(User.age).distinct(), 3);
        counted!(query((User.age, func::count_all())).group_by(User.age), 3);
        counted!(query((User.age, func::count_all())).group_by(User.age).having(func::count_all().gt(1)), 1);
        counted!(query(func::count(User.id)), 1);
        counted!(query(func::max(User.age)).filter(User.id.gt(9)), 1);
        counted!(query(func::max(User.age).label("oldest")).filter(User.id.gt(9)), 1);
        counted!(query(func::max(User.age)).filter(User.id.gt(9)).offset(1), 0);
        counted!(query((User, Post)).join(User.posts), 3);
        counted!(query((User.id, Post.id)).join(User.posts).order_by(Post.views), 3);
        counted!(query((User, Cluster)).cross_join(Cluster), 12);
        counted!(query(User.age + 1).limit(2), 2);
        counted!(query(func::now()), 1);
    }
}

#[test]
fn a_group_has_one_value_of_what_is_selected() {
    let loose = |column, why| {
        format!(
            "statement error: {column} is neither grouped by nor in an aggregate, and {why}; add it to .group_by(…), or take \
             func::max(…) of it"
        )
    };
    let several = "a group can have several values of it";
    let count = func::count_all;
    assert_eq!(refused(query((User.name, count())).group_by(User.age).into_select()), loose("users.name", several));
    assert_eq!(refused(query(User).group_by(User.name).into_select()), loose("users.id", several));
    assert_eq!(refused(query(User.age).group_by(User.age).order_by(User.id).into_select()), loose("users.id", several));
    let having = query(User.age).group_by(User.age).having(User.active);
    assert_eq!(refused(having.into_select()), loose("users.active", several));
    assert_eq!(refused(query(User.age + 1).group_by(User.age + 2).into_select()), loose("users.age", several));
    let whole = "the aggregate makes one row of all rows";
    assert_eq!(refused(query((User.name, func::max(User.age))).into_select()), loose("users.name", whole));
    assert_eq!(refused(query(func::max(User.age) + User.age).into_select()), loose("users.age", whole));
}

#[tokio::test]
async fn what_has_one_value_in_each_group() {
    let mut sheet = Sheet::new().await;
    let count = func::count_all;
    sheet
        .rows(
            query((User.age + 1, count())).group_by(User.age).order_by(func::min(User.id)),
            [(37, 1), (26, 2), (61, 1)],
        )
        .await;
    sheet
        .rows(
            query(((User.age % 2).label("odd"), count())).group_by(User.age % 2).order_by(func::min(User.id)),
            [(Some(0), 2), (Some(1), 2)],
        )
        .await;
    let users =
        query((User.name, func::count(Post.id))).left_join(User.posts).group_by(User.id).order_by(User.id).limit(2);
    sheet.rows(users, [("Ada".to_owned(), 2), ("Bob".to_owned(), 1)]).await;
    // A column of the query around it is one value; what is grouped by SQL text only the server knows.
    let busy = query(Post.user_id).group_by(Post.user_id).having(Post.user_id.eq(User.id) & count().gt(User.id));
    sheet.rows(query(User.id).filter(func::exists(busy)), [1]).await;
    let by_text = query((User.age, count())).group_by(text("age").typed::<i32>()).order_by(count().desc()).limit(1);
    sheet.rows(by_text, [(25, 2)]).await;
    sheet.finish("grouped");
}
