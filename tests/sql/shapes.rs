//! Every form of a statement has a shape of its own, in every dialect: no statement gets the SQL or the values of another from the cache.

use crate::{
    fixture::{Cluster, Item, Post, User, dec},
    sheet::DIALECTS,
};
use aludel::{
    compile::{StatementCache, compile},
    expr::tree::{TimeUnit, Window},
    prelude::*,
    schema::Sequence,
    statement::Statement,
};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use std::{collections::HashMap, num::NonZeroUsize};

fn selects() -> Vec<Statement> {
    let mut all: Vec<Statement> = Vec::new();
    let mut add = |select: aludel::statement::Select| all.push(select.into());
    let windows: Vec<Window> = vec![
        window(),
        window().partition_by(User.age),
        window().partition_by(User.age + 1),
        window().partition_by(User.age + 2),
        window().order_by(User.age),
        window().order_by(User.age.desc()),
        window().order_by(User.age.desc().nulls_last()),
        window().order_by(User.age).rows(Bound::Start, Bound::CurrentRow),
        window().order_by(User.age).rows(Bound::Preceding(1), Bound::CurrentRow),
        window().order_by(User.age).rows(Bound::Preceding(2), Bound::CurrentRow),
        window().order_by(User.age).rows(Bound::Preceding(2), Bound::Following(1)),
        window().order_by(User.age).range(Bound::Preceding(2), Bound::CurrentRow),
    ];
    for window in windows {
        add(query((User.id, func::rank().over(window.clone()))).into_select());
        add(query((User.id, func::dense_rank().over(window.clone()))).into_select());
        add(query((User.id, func::lag(User.age, 1).over(window.clone()))).into_select());
        add(query((User.id, func::lag(User.age, 2).over(window.clone()))).into_select());
        add(query((User.id, func::lag_or(User.age, 2, 7).over(window.clone()))).into_select());
        add(query((User.id, func::sum(User.age).filter(User.active).over(window.clone()))).into_select());
        add(query((User.id, func::rank().over("w"))).window("w", window.clone()).into_select());
        add(query((User.id, func::rank().over("v"))).window("v", window).into_select());
    }
    for separator in [",", ", "] {
        add(query(func::string_agg(User.name, separator)).into_select());
        add(query(func::string_agg(User.name, separator).order_by(User.id)).into_select());
        add(query(func::string_agg(User.name, separator).filter(User.age.gt(1))).into_select());
    }
    let ids = |least: i64| query(User.id).filter(User.id.gt(least));
    add(ids(1).union(query(Post.user_id)).into_select());
    add(ids(2).union(query(Post.user_id)).into_select());
    add(ids(1).union_all(query(Post.user_id)).into_select());
    add(ids(1).intersect(query(Post.user_id)).into_select());
    add(ids(1).except(query(Post.user_id)).into_select());
    add(ids(1).union(ids(2)).into_select());
    add(ids(2).union(ids(1)).into_select());
    add(ids(1).union(ids(2)).union(ids(3)).into_select());
    add(ids(1).union(ids(2).union(ids(3))).into_select());
    add(ids(1).union(ids(2)).order_by(User.id).into_select());
    add(ids(1).union(ids(2)).order_by(User.id).limit(5).into_select());
    add(ids(1).limit(5).union(ids(2)).into_select());
    for name in ["a", "b"] {
        let (sub, cte) = (ids(1).subquery(name), ids(1).cte(name));
        add(query(*sub).from(&sub).into_select());
        add(query(*cte).from(&cte).into_select());
        add(query(*cte).from(&cte.alias("c")).filter(cte.alias("c").gt(1)).into_select());
        let kept = cte.clone().materialized(true);
        add(query(*kept).from(&kept).into_select());
        let (recursive, distinct) = (
            ids(1).recursive_cte(name, |own| query(own.columns() + 1).from(own)),
            ids(1).recursive_cte_distinct(name, |own| query(own.columns() + 1).from(own)),
        );
        add(query(*recursive).from(&recursive).into_select());
        add(query(*distinct).from(&distinct).into_select());
        let whole = query(User).filter(User.id.gt(1)).subquery(name);
        add(query(whole.id).from(&whole).into_select());
        add(query(User.alias(name).id).into_select());
    }
    for rows in [vec![(1_i64, "x")], vec![(1, "x"), (2, "y")], vec![(2, "y"), (1, "x")], vec![]] {
        let table = values("v", rows);
        add(query((table.0, table.1)).from(&table).into_select());
    }
    for decimals in [["1.5", "2"], ["1.25", "2"]] {
        let table = values("v", decimals.map(|text| (dec(text),)));
        add(query(table.0).from(&table).into_select());
    }
    add(query(Item.id).filter(row((Item.id, Item.quantity)).gt((1_i64, 2_i64))).into_select());
    add(query(Item.id).filter(row((Item.id, Item.quantity)).in_([(1_i64, 2_i64)])).into_select());
    add(query(Item.id).filter(row((Item.id, Item.quantity)).in_([(1_i64, 2_i64), (3, 4)])).into_select());
    add(query(Item.id).filter(row((Item.id, Item.quantity)).not_in([(1_i64, 2_i64)])).into_select());
    let (day, at) = (NaiveDate::default(), NaiveDateTime::default());
    add(query(literal(day).year()).into_select());
    add(query(literal(day).month()).into_select());
    add(query(literal(day).truncated(TimeUnit::Year)).into_select());
    add(query(literal(day).truncated(TimeUnit::Month)).into_select());
    add(query(literal(at).truncated(TimeUnit::Month)).into_select());
    add(query(literal(day).plus_days(1)).into_select());
    add(query(literal(day).plus_days(2)).into_select());
    add(query(literal(day).plus_months(1)).into_select());
    add(query(literal(at).plus(TimeDelta::seconds(1))).into_select());
    let json = || literal(serde_json::json!({}));
    for path in [["a"], ["b"]] {
        add(query(json().json(path).as_text()).into_select());
        add(query(json().json(path).as_i64()).into_select());
        add(query(json().json(path).as_bool()).into_select());
        add(query(json().json(path).exists()).into_select());
    }
    for hint in ["x", "y"] {
        for dialect in ["sqlite", "postgresql", "mysql"] {
            add(query(User.id).hint(dialect, hint).into_select());
            let age = (User.age + 1).in_dialect(dialect, User.age + 2);
            add(query((age, literal(hint))).into_select());
        }
    }
    for name in ["a", "b"] {
        add(query(Sequence::new(name).next_value()).into_select());
        add(query(Sequence::new(name).schema("s").next_value()).into_select());
    }
    for collation in ["a", "b"] {
        add(query(User.name.collate(collation)).into_select());
    }
    all
}

fn writes() -> Vec<Statement> {
    let totals = || query((Post.user_id, func::sum(Post.views))).group_by(Post.user_id).subquery("totals");
    let (one, two) = (totals(), totals());
    let update =
        |query: aludel::session::query::Query<User>| query.into_update(User.age.set(7)).expect("an update").into();
    let delete = |query: aludel::session::query::Query<User>| query.into_delete().expect("a delete").into();
    vec![
        update(query(User).filter(User.id.eq(1))),
        update(query(User).filter(User.id.eq(2))),
        update(query(User).join(User.posts).filter(Post.id.eq(1))),
        update(query(User).from(&one).filter(one.0.eq(User.id))),
        update(query(User).join_on(&two, two.0.eq(User.id))),
        update(query(User).from(Cluster).filter(Cluster.id.eq(User.cluster_id))),
        delete(query(User).filter(User.id.eq(1))),
        delete(query(User).join(User.posts).filter(Post.id.eq(1))),
        delete(query(User).from(Cluster).filter(Cluster.id.eq(User.cluster_id))),
    ]
}

#[test]
fn every_form_of_a_statement_has_its_own() {
    let statements: Vec<Statement> = selects().into_iter().chain(writes()).collect();
    assert!(statements.len() > 150, "{}", statements.len());
    for &dialect in DIALECTS {
        let cache = StatementCache::new(NonZeroUsize::new(10_000).expect("not 0"));
        let mut ids: HashMap<u64, String> = HashMap::new();
        let mut compiled = 0;
        for statement in statements.iter().chain(&statements) {
            let Ok((fresh, values)) = compile(statement.clone(), dialect) else { continue };
            let (cached, cached_values) = cache.compile(statement.clone(), dialect).expect("it compiles");
            assert_eq!(cached.sql, fresh.sql, "{}", dialect.name());
            assert_eq!(cached_values, values, "{}", fresh.sql);
            assert_eq!(cached.outputs, fresh.outputs, "{}", fresh.sql);
            assert_eq!(ids.entry(cached.id).or_insert_with(|| fresh.sql.clone()), &fresh.sql);
            compiled += 1;
        }
        assert!(compiled > 250, "{} compiles {compiled}", dialect.name());
    }
}
