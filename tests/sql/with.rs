//! Queries as tables: in FROM, by WITH, LATERAL, and rows of values.

use crate::{
    fixture::{Item, Post, User, dec},
    sheet::{Sheet, refused},
};
use aludel::prelude::*;
use rust_decimal::Decimal;

#[tokio::test]
async fn derived_tables() {
    let mut sheet = Sheet::new().await;
    let totals = query((Post.user_id, func::sum(Post.views).label("views"), func::count_all()))
        .group_by(Post.user_id)
        .subquery("totals");
    let rows = query((User.name, totals.1, totals.2)).join_on(&totals, totals.0.eq(User.id)).order_by(totals.1);
    sheet.rows(rows, [("Bob".to_owned(), Some(7), 1), ("Ada".to_owned(), Some(10), 2)]).await;
    let ages = query(func::max(User.age)).group_by(User.active).subquery("ages");
    sheet.rows(query(func::min(*ages)).from(&ages), [Some(36)]).await;
    let twice = query((User.id, User.id)).filter(User.id.gt(2)).subquery("twice");
    sheet.rows(query((twice.0, twice.1)).from(&twice).order_by(twice.1), [(3, 3), (4, 4)]).await;
    let money = query((Item.price * Item.quantity, Item.tax)).filter(Item.id.le(2)).subquery("money");
    let sums = query((func::sum(money.0), func::max(money.1))).from(&money).filter(money.0.gt(dec("0.5")));
    sheet.rows(sums, [(Some(dec("105.94")), Some(dec("0.1975")))]).await;
    sheet.finish("derived_tables");
    insta::assert_snapshot!(refused(query(totals.1).into_select()));
    let young = query(User).filter(User.age.lt(30)).subquery("young");
    insta::assert_snapshot!(refused(query(young.id).into_select()));
}

#[tokio::test]
async fn named_queries() {
    let mut sheet = Sheet::new().await;
    let old = query((User.id, User.name)).filter(User.age.gt(30)).cte("old");
    sheet.rows(query(old.1).from(&old).order_by(old.0), ["Ada".to_owned(), "50%_/x".to_owned()]).await;
    let other = old.alias("other");
    let pairs = query((old.0, other.0)).from(&old).join_on(&other, old.0.lt(other.0));
    sheet.rows(pairs, [(1, 4)]).await;
    let posts = query(Post.title).join_on(&old, old.0.eq(Post.user_id)).cte("their_posts");
    let counts = query((func::count(*posts), query(func::count_all()).from(&old).scalar_subquery())).from(&posts);
    sheet.rows(counts, [(2, Some(2))]).await;
    sheet.users(User.id.in_(query(old.0).from(&old)), &[1, 4]).await;
    let kept = old.clone().materialized(true);
    let rows = query(kept.0).from(&kept).order_by(kept.0);
    // The parser that reads the SQL again does not know the word on SQLite.
    sheet.only("postgresql").rows(rows.clone(), [1, 4]).await;
    sheet.only("mariadb").rows(rows, [1, 4]).await;
    let united = query(old.0).from(&old).union_all(query(other.0).from(&other)).order_by(old.0);
    sheet.rows(united, [1, 1, 4, 4]).await;
    let whole = query(User).filter(User.active).cte("actives");
    sheet.rows(query(whole.id).from(&whole).order_by(whole.age), [3, 1]).await;
    // Oracle's emulator loses the values of a named query.
    for engine in sheet.engines().filter(|engine| engine.dialect().name() != "oracle") {
        let named = || query(old.0).from(&old).filter(old.0.gt(1));
        assert_eq!(named().on(engine).count().await.expect("a count"), 1);
        assert!(named().on(engine).exists().await.expect("an answer"));
        assert_eq!(named().on(engine).first().await.expect("a row"), Some(4));
        assert_eq!(named().distinct().on(engine).count().await.expect("a count"), 1);
        let mut stream = named().on(engine).stream().await.expect("a stream");
        assert_eq!(stream.next().await.expect("a row").expect("a row"), 4);
    }
    sheet.finish("named_queries");
    let same = query(Post.id).cte("old");
    let mixed = query((old.0, *same)).from(&old).cross_join(&same);
    insta::assert_snapshot!(refused(mixed.into_select()));
}

#[tokio::test]
async fn recursive_queries() {
    let mut sheet = Sheet::new().await;
    let numbers = query(literal(1_i64).label("n"))
        .recursive_cte("numbers", |numbers| query(numbers.columns() + 1).from(numbers).filter(numbers.lt(5)));
    sheet.rows(query(*numbers).from(&numbers).order_by(*numbers), [1, 2, 3, 4, 5]).await;
    let chain = query((User.id, literal(0_i64).label("depth")))
        .filter(User.boss_id.is_null())
        .recursive_cte("chain", |chain| query((User.id, chain.1 + 1)).join_on(chain, User.boss_id.eq(chain.0)));
    sheet.rows(query((chain.0, chain.1)).from(&chain).order_by(chain.0), [(1, 0), (2, 1), (3, 1), (4, 0)]).await;
    let circle = query(User.cluster_id).filter(User.id.eq(1)).recursive_cte_distinct("circle", |circle| {
        query(User.cluster_id).join_on(circle, User.cluster_id.eq(circle.columns()))
    });
    sheet.rows(query(*circle).from(&circle), [Some(1)]).await;
    sheet.finish("recursive_queries");
}

#[tokio::test]
async fn lateral() {
    let mut sheet = Sheet::new().await;
    let latest = query((Post.id, Post.title)).filter(Post.user_id.eq(User.id)).order_by(Post.id.desc()).limit(1);
    let latest = latest.lateral("latest");
    let rows = || query((User.id, latest.0)).order_by(User.id);
    sheet.lacking(&["sqlite", "mariadb"]).rows(rows().cross_join(&latest), [(1, 2), (2, 3)]).await;
    let optional = query((User.id, latest.0.optional())).left_join_on(&latest, latest.0.gt(0)).order_by(User.id);
    sheet.lacking(&["sqlite", "mariadb"]).rows(optional, [(1, Some(2)), (2, Some(3)), (3, None), (4, None)]).await;
    sheet.finish("lateral");
}

#[tokio::test]
async fn rows_of_values() {
    let mut sheet = Sheet::new().await;
    let ranks = values("ranks", [("Ada", 10_i64), ("Bob", 20), ("nobody", 30)]);
    let rows = query((User.id, ranks.1)).join_on(&ranks, User.name.eq(ranks.0)).order_by(User.id);
    sheet.rows(rows, [(1, 10), (2, 20)]).await;
    sheet.rows(query(func::sum(ranks.1)).from(&ranks), [Some(60)]).await;
    let none = values::<(i64, String)>("nothing", []);
    sheet.rows(query((none.0, none.1)).from(&none), []).await;
    let prices = values("prices", [(dec("1.5"),), (dec("0.25"),), (Decimal::TEN,)]);
    sheet.rows(query(prices.0).from(&prices).order_by(prices.0), [dec("0.25"), dec("1.50"), dec("10.00")]).await;
    let nullable = values("nullable", [(Some(1_i64), true), (None, false)]);
    sheet.rows(query(nullable.1).from(&nullable).filter(nullable.0.is_null()), [false]).await;
    let first = values("first", [(None, None), (Some(1_i64), Some("x".to_owned()))]);
    sheet
        .rows(
            query((first.0 + 1, first.1)).from(&first).filter(first.0.is_not_null()),
            [(Some(2), Some("x".to_owned()))],
        )
        .await;
    sheet.finish("rows_of_values");
}
