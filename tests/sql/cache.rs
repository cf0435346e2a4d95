//! Statements of one shape share their SQL; no others do.

use crate::{
    fixture::{Item, Post, User, dec},
    precedence::{Cell, Cond, Num, condition},
    sheet::DIALECTS,
};
use aludel::{
    compile::{StatementCache, compile},
    dialects::sqlite::SqliteDialect,
    expr::{Node, tree::Select},
    prelude::*,
    statement::Statement,
    types::{SqlType, Value},
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::num::NonZeroUsize;

fn cache() -> StatementCache {
    StatementCache::new(NonZeroUsize::new(10_000).expect("not 0"))
}

/// Compiled through the cache, a statement is what it is without one.
fn check(cache: &StatementCache, statement: impl Into<Statement>) -> u64 {
    let statement = statement.into();
    let (fresh, values) = compile(statement.clone(), &SqliteDialect).expect("SQL");
    let (cached, cached_values) = cache.compile(statement, &SqliteDialect).expect("SQL");
    assert_eq!(cached.sql, fresh.sql);
    assert_eq!(cached_values, values, "{}", fresh.sql);
    assert_eq!(cached.outputs, fresh.outputs, "{}", fresh.sql);
    assert_eq!(fresh.sql.matches('?').count(), values.len(), "{}", fresh.sql);
    cached.id
}

#[track_caller]
fn same(a: impl Into<Statement>, b: impl Into<Statement>) {
    let cache = cache();
    assert_eq!(check(&cache, a), check(&cache, b));
}

#[track_caller]
fn different(a: impl Into<Statement>, b: impl Into<Statement>) {
    let cache = cache();
    assert_ne!(check(&cache, a), check(&cache, b));
}

fn users(condition: impl aludel::expr::Condition) -> Select {
    query(User.id).filter(condition).into_select()
}

#[test]
fn values_are_no_part_of_a_shape() {
    same(users(User.age.gt(1)), users(User.age.gt(2)));
    same(users(User.name.eq("a")), users(User.name.eq("b".repeat(1000))));
    same(users(User.id.in_([1, 2])), users(User.id.in_(0..1000)));
    same(users(User.score.in_([1.0, 2.0, 3.0])), users(User.score.in_([1.0, 2.0, 3.0, 4.0])));
    same(users(User.name.contains("%")), users(User.name.contains("x")));
    same(query(User).limit(3).into_select(), query(User).limit(4).into_select());
    same(query(User).slice(3..13).into_select(), query(User).slice(5..50).into_select());
    same(users(text("age > :a").bind("a", 1)), users(text("age > :a").bind("a", 2)));
    same(users(User.boss_id.is_distinct_from(1)), users(User.boss_id.is_distinct_from(2)));
    let set = |age| query(User).filter(User.id.eq(1)).into_update(User.age.set(age)).expect("an update");
    same(set(1), set(2));
}

#[test]
fn what_changes_the_sql_is_part_of_the_shape() {
    different(users(User.age.gt(1)), users(User.age.ge(1)));
    different(users(User.age.gt(1)), users(User.id.gt(1)));
    different(users(User.boss_id.eq(Some(1))), users(User.boss_id.eq(None)));
    different(users(User.boss_id.is_distinct_from(1)), users(User.boss_id.is_distinct_from(None)));
    different(users(User.id.in_([1])), users(User.id.in_(Vec::<i64>::new())));
    different(users(User.score.in_([1.0, 2.0])), users(User.score.in_([1.0, 2.0, 3.0])));
    different(users(User.id.in_([1])), users(User.id.not_in([1])));
    different(users(User.name.like("a")), users(User.name.ilike("a")));
    different(users(User.name.like("a")), users(User.name.starts_with("a")));
    different(query(User).limit(1).into_select(), query(User).offset(1).into_select());
    // The limits of `first` and `one` are written out.
    different(query(User).limit(1).into_select(), query(User).limit(2).into_select());
    different(query(User).limit(2).into_select(), query(User).limit(3).into_select());
    different(query(User.id).into_select(), query(User.alias("u").id).into_select());
    different(query(User.id.label("a")).into_select(), query(User.id.label("b")).into_select());
    different(query(User.id).order_by(User.id).into_select(), query(User.id).order_by(User.id.desc()).into_select());
    different(query(User.id).into_select(), query(User.id).distinct().into_select());
    different(users(text("age > :a").bind("a", 1)), users(text("age >= :a").bind("a", 1)));
    different(query(User.id).join(User.posts).into_select(), query(User.id).left_join(User.posts).into_select());
    different(query(User.age.cast::<f64>()).into_select(), query(User.age.cast::<String>()).into_select());
    let set =
        |price: &str| query(Item).filter(Item.id.eq(1)).into_update(Item.price.set(dec(price))).expect("an update");
    // The digits of a decimal change the SQL of some expressions, so they count in all.
    different(set("1.5"), set("1"));
}

#[test]
fn a_statement_with_two_alike_subqueries_is_not_one_with_a_shared_one() {
    let views = |n: i64| query(func::count_all()).from(Post).filter(Post.views.gt(n)).scalar_subquery();
    let two = |a: Expr<Option<i64>>, b: Expr<Option<i64>>| query((a, b)).into_select();
    let one = views(1);
    different(two(one.clone(), one.clone()), two(views(1), views(2)));
    different(two(views(1), views(2)), two(one.clone(), one));
    same(two(views(1), views(2)), two(views(3), views(4)));
    let (x, y) = (views(1), views(2));
    same(two(x.clone(), x), two(y.clone(), y));
}

/// An ORDER BY of a selected label does not repeat the values of its expression.
#[test]
fn values_that_the_sql_does_not_use_are_not_sent() {
    let label = |n: i32| (User.age + n).label("later");
    let select = |n, m| query(label(n)).order_by(label(n)).filter(User.age.gt(m)).into_select();
    let (compiled, values) = compile(select(5, 7).into(), &SqliteDialect).expect("SQL");
    assert_eq!(compiled.sql, "SELECT users.age + ? AS later FROM users WHERE users.age > ? ORDER BY later");
    assert_eq!(values, [Value::Int(5), Value::Int(7)]);
    same(select(1, 2), select(3, 4));
}

#[test]
fn decimals_of_other_digits_are_sent_as_their_statement_wants_them() {
    let cache = cache();
    for values in
        [vec!["1.5"], vec!["1.50", "2"], vec!["1.234"], vec!["1.234", "5.678", "0.001"], vec!["1", "2", "3", "4.1234"]]
    {
        let list: Vec<Decimal> = values.iter().map(|value| dec(value)).collect();
        check(&cache, query(Item.id).filter(Item.price.in_(&list)).into_select());
        check(&cache, query(Item.id).filter(Item.price.gt(list[0])).into_select());
        check(&cache, query(Item.id).filter((Item.price * list[0]).gt(list[0])).into_select());
    }
    // As many digits, another length of the list.
    let list = |n: usize| vec![dec("1.234"); n];
    let select = |n| query(Item.id).filter(Item.price.in_(list(n))).into_select();
    same(select(3), select(4));
    different(select(2), select(3));
}

fn literals(condition: &Cond, next: &mut i64) -> Cond {
    let mut number = |num: &Num| numbers(num, next);
    match condition {
        Cond::Compare(op, parts) => Cond::Compare(*op, Box::new([number(&parts[0]), number(&parts[1])])),
        Cond::IsNull(inner, negated) => Cond::IsNull(Box::new(number(inner)), *negated),
        Cond::Between(parts, negated) => {
            Cond::Between(Box::new([number(&parts[0]), number(&parts[1]), number(&parts[2])]), *negated)
        }
        Cond::In(inner, list, negated) => {
            Cond::In(Box::new(number(inner)), list.iter().map(number).collect(), *negated)
        }
        Cond::Not(inner) => Cond::Not(Box::new(literals(inner, next))),
        Cond::Junction(kind, parts) => Cond::Junction(*kind, parts.iter().map(|part| literals(part, next)).collect()),
        Cond::CompareTruths(op, parts) => {
            Cond::CompareTruths(*op, Box::new([literals(&parts[0], next), literals(&parts[1], next)]))
        }
        Cond::TruthIsNull(inner, negated) => Cond::TruthIsNull(Box::new(literals(inner, next)), *negated),
        other => other.clone(),
    }
}

/// The same number with other values.
fn numbers(num: &Num, next: &mut i64) -> Num {
    let mut pair = |parts: &[Num; 2]| Box::new([numbers(&parts[0], next), numbers(&parts[1], next)]);
    match num {
        Num::Value(_) => {
            *next += 1;
            Num::Value(*next)
        }
        Num::Negate(inner) => Num::Negate(Box::new(numbers(inner, next))),
        Num::Op(op, parts) => Num::Op(*op, pair(parts)),
        Num::Coalesce(parts) => Num::Coalesce(pair(parts)),
        Num::NullIf(parts) => Num::NullIf(pair(parts)),
        Num::Case(condition, value, otherwise) => Num::Case(
            Box::new(literals(condition, next)),
            Box::new(numbers(value, next)),
            otherwise.as_ref().map(|value| Box::new(numbers(value, next))),
        ),
        other => other.clone(),
    }
}

/// Random statements of few words, so that many are nearly the same, all through one cache.
#[test]
fn no_two_statements_share_a_shape_that_differ_in_sql() {
    let cache = cache();
    let strategy = (condition(3), 0..6_usize, any::<bool>(), prop::option::of(0..3_u64), prop::option::of(0..3_u64));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(3_000));
    let checked = runner.run(&strategy, |(condition, place, distinct, limit, offset)| {
        let statement = |condition: &Cond| -> Statement {
            let truth = Expr::<Option<bool>>::new(condition.node());
            let mut select = match place {
                0 => query(Cell.id).filter(truth).into_select(),
                1 => query(truth).from(Cell).into_select(),
                2 => query(Cell.id).group_by(Cell.id).having(truth).into_select(),
                3 => query(Cell.id).order_by(truth).into_select(),
                4 => query(Cell.id).filter(func::exists(query(Cell.alias("c").id).filter(truth))).into_select(),
                _ => return query(Cell).filter(truth).into_delete().expect("a delete").into(),
            };
            (select.distinct, select.limit, select.offset) = (distinct, limit, offset);
            select.into()
        };
        let id = check(&cache, statement(&condition));
        let other = literals(&condition, &mut 1_000);
        prop_assert_eq!(check(&cache, statement(&other)), id);
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}

/// A `NULL` is known by its type to servers that want to know.
#[test]
fn nulls_have_a_type() {
    let (_, values) = compile(users(User.boss_id.is_distinct_from(None)).into(), &SqliteDialect).expect("SQL");
    assert!(matches!(values[..], [Value::Null(SqlType::BigInt)]));
    let node = users(User.boss_id.eq(None)).filter.remove(0);
    assert!(matches!(node, Node::IsNull { negated: false, .. }));
}

/// `age % 2` is grouped by `age % 2`, in one shape with threes; by `age % 3` it is not, whatever was compiled before. A server compares the
/// expressions by their text, so where values have numbers equal ones have one.
#[test]
fn equal_values_of_a_group_are_one_value() {
    for &dialect in DIALECTS {
        let cache = cache();
        let compiled = |of: i32, by: i32| {
            let select = query((User.age % of, func::count_all())).group_by(User.age % by).into_select();
            cache.compile(select.into(), dialect)
        };
        let (two, twos) = compiled(2, 2).expect("SQL");
        let (three, threes) = compiled(3, 3).expect("SQL");
        assert_eq!(two.id, three.id, "one shape");
        let count = if dialect.capabilities().placeholder.is_numbered() { 1 } else { 2 };
        assert_eq!((twos, threes), (vec![Value::Int(2); count], vec![Value::Int(3); count]), "{}", two.sql);
        assert!(compiled(2, 3).expect_err("another group").message().contains("neither grouped by"));
        assert!(compiled(2, 2).is_ok());
    }
}
