//! Decimals kept as scaled integers.

use crate::{
    fixture::{Item, dec},
    sheet::{Sheet, refused},
};
use aludel::{
    ErrorKind,
    engine::Engine,
    expr::{
        Node,
        tree::{BinaryOp, Function, FunctionName, Set, UnaryOp},
    },
    prelude::*,
    types::{SqlType, Value},
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use tokio::runtime::Runtime;

#[tokio::test]
async fn expressions() {
    let mut sheet = Sheet::new().await;
    let decs = |texts: &[&str]| texts.iter().map(|text| dec(text)).collect::<Vec<_>>();
    let items = || query(Item.id).order_by(Item.id);
    sheet.rows(query(Item.price).order_by(Item.id), decs(&["1.98", "10.00", "0.10"])).await;
    sheet.rows(query(func::sum(Item.price)), [Some(dec("12.08"))]).await;
    sheet.rows(query(func::max(Item.price)), [Some(dec("10.00"))]).await;
    sheet.rows(query(Item.price + dec("0.025")).order_by(Item.id), decs(&["2.005", "10.025", "0.125"])).await;
    sheet.rows(query(Item.price * dec("1.5")).order_by(Item.id), decs(&["2.970", "15.000", "0.150"])).await;
    sheet.rows(query(Item.price * Item.points).order_by(Item.id), decs(&["13.86", "-20.00", "10.00"])).await;
    sheet.rows(query(func::sum(Item.price * Item.points)), [Some(dec("3.86"))]).await;
    sheet.rows(query(Item.price - Item.tax).limit(1), [Some(dec("1.7825"))]).await;
    sheet.rows(query(Item.price - (Item.tax - Item.price)).limit(1), [Some(dec("3.7625"))]).await;
    sheet.rows(query(Item.points - (Item.price - dec("1"))).limit(1), [dec("6.02")]).await;
    sheet.rows(query(-Item.price).limit(1), [dec("-1.98")]).await;
    sheet.rows(query(func::abs(-Item.price)).limit(1), [dec("1.98")]).await;
    sheet.rows(query(func::coalesce(Item.tax, dec("0.5"))).order_by(Item.id), decs(&["0.1975", "0.5", "0.1"])).await;
    sheet.rows(query(func::coalesce(Item.tax, Item.price)).order_by(Item.id), decs(&["0.1975", "10", "0.1"])).await;
    sheet
        .rows(query(func::nullif(Item.price, dec("10"))).order_by(Item.id), [Some(dec("1.98")), None, Some(dec("0.1"))])
        .await;
    let priced =
        case(Item.price.gt(dec("5")), Item.price).when(Item.points.gt(dec("50.5")), dec("0.125")).otherwise(dec("0"));
    sheet.rows(query(priced).order_by(Item.id), decs(&["0", "10", "0.125"])).await;
    sheet.rows(query(Item.price.cast::<f64>()).order_by(Item.id), [1.98, 10.0, 0.1]).await;
    sheet.rows(query(Item.quantity.cast::<f64>() / Item.price.cast::<f64>()).filter(Item.id.eq(2)), [Some(1.0)]).await;
    sheet.rows(items().filter(Item.price.gt(dec("1.979"))), [1, 2]).await;
    sheet.rows(items().filter(Item.price.eq(dec("10"))), [2]).await;
    sheet.rows(items().filter(Item.price.eq(dec("1.980"))), [1]).await;
    sheet.rows(items().filter(Item.price.eq(dec("1.9800001"))), []).await;
    sheet.rows(items().filter(Item.tax.eq(Item.price)), [3]).await;
    sheet.rows(items().filter(Item.price.lt(Item.points)), [1, 3]).await;
    sheet.rows(items().filter(Item.price.gt(Item.quantity)), [3]).await;
    sheet.rows(items().filter(Item.quantity.gt(Item.price)), [1]).await;
    sheet.rows(items().filter(Item.price.between(dec("0.1"), dec("1.98765"))), [1, 3]).await;
    sheet.rows(items().filter(Item.price.not_between(dec("0.1"), Item.tax + dec("1"))), [1]).await;
    sheet.rows(items().filter(Item.price.in_([dec("10"), dec("0.1")])), [2, 3]).await;
    sheet.rows(items().filter(Item.price.in_([dec("10"), dec("0.1"), dec("1.2345")])), [2, 3]).await;
    sheet.rows(items().filter(Item.price.not_in([dec("1.98001")])), [1, 2, 3]).await;
    sheet.rows(items().filter(Item.tax.in_([Item.price, Item.points])), [3]).await;
    sheet.rows(items().filter(Item.quantity.in_([Item.price])), [2]).await;
    let other = Item.alias("other");
    sheet.rows(items().filter(Item.price.in_(query(other.price))), [1, 2, 3]).await;
    sheet.rows(items().filter(Item.price.in_(query(other.tax).filter(other.tax.is_not_null()))), [3]).await;
    sheet.rows(items().filter(Item.tax.is_not_distinct_from(None)), [2]).await;
    sheet.rows(items().filter(Item.price.is_distinct_from(Item.tax)), [1, 2]).await;
    sheet.rows(items().filter(Item.tax.lt(query(func::max(other.price)).scalar_subquery())), [1, 3]).await;
    sheet
        .rows(
            query((Item.points, func::count_all()))
                .group_by(Item.points)
                .having(func::sum(Item.price).gt(dec("1.5")))
                .order_by(Item.points),
            [(dec("-2"), 1), (dec("7"), 1)],
        )
        .await;
    sheet.finish("decimals");
}

#[test]
fn what_would_not_be_exact_is_refused() {
    let cases = [
        (
            refused(query(Item.price / dec("3")).into_select()),
            "not supported: sqlite has no exact division of decimals; cast both sides: .cast::<f64>()",
        ),
        (
            refused(query(func::avg(Item.price)).into_select()),
            "not supported: sqlite has no exact averages and roundings of decimals; cast the column: .cast::<f64>()",
        ),
        (
            refused(query(func::round(Item.price)).into_select()),
            "not supported: sqlite has no exact averages and roundings of decimals; cast the column: .cast::<f64>()",
        ),
        (
            refused(query(func::function::<Decimal>("max", (Item.price, dec("2.5")))).into_select()),
            "not supported: sqlite has no other functions of exact decimals; cast the argument: .cast::<f64>()",
        ),
        (
            refused(query(Item.price.cast::<String>()).into_select()),
            "not supported: sqlite has no casts of decimals but to f64; cast to f64 first",
        ),
        (
            refused(query(Item.quantity.cast::<Decimal>()).into_select()),
            "not supported: sqlite has no casts to decimals; cast to f64",
        ),
        (
            refused(query(Item.id).filter(Item.price.gt(text("1").typed::<Decimal>())).into_select()),
            "not supported: sqlite has no decimals of unknown digits after the point; cast both sides: .cast::<f64>()",
        ),
        (
            refused(query(Item.id).filter(Item.tax.in_(query(Item.alias("o").price))).into_select()),
            "not supported: sqlite has no IN (SELECT …) of decimals with fewer digits after the point; cast both sides: .cast::<f64>()",
        ),
        (
            refused(query(Item).all_rows().into_update(Item.price.set(Item.price * dec("1.1"))).expect("an update")),
            "not supported: an expression with 3 digits after the point would lose some where 2 are kept; compute it in the program, or keep more digits",
        ),
        (
            refused(query(Item).all_rows().into_update(Item.quantity.set(Item.price)).expect("an update")),
            "not supported: sqlite has no assignments of decimals to columns of another type; compute it in the program (column quantity)",
        ),
        (
            refused(query(Item.id).filter(Item.price.gt(dec("99999999999999999.123"))).into_select()),
            "encode error: 99999999999999999.123 has too many digits for an integer of 64 bits with 3 of them after the point; round it first",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
}

async fn prices(engine: &Engine) -> Vec<Decimal> {
    query(Item.price).order_by(Item.id).on(engine).all().await.expect("rows")
}

/// SQLite goes on with a double where a product is beyond its integers: then its digits are lost, which is told.
#[tokio::test]
async fn a_product_beyond_64_bits_is_exact_or_an_error() {
    let sheet = Sheet::new().await;
    let huge = dec("9000000000000000000");
    for engine in sheet.engines() {
        let product =
            query((Item.price, Item.price * huge)).filter(Item.price.gt(dec("1.1"))).limit(1).on(engine).one();
        match product.await {
            Ok((price, product)) => assert_eq!(product, price * huge),
            Err(error) => {
                assert_eq!((engine.dialect().name(), error.kind()), ("sqlite", ErrorKind::Decode), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_column_does_not_keep_is_not_sent() {
    let sheet = Sheet::new().await;
    for engine in sheet.engines() {
        let too_long = query(Item)
            .filter(Item.id.eq(1))
            .on(engine)
            .update(Item.price.set(dec("1.005")))
            .await
            .expect_err("an error");
        assert_eq!(too_long.kind(), ErrorKind::Encode);
        assert_eq!(
            too_long.to_string(),
            "encode error: 1.005 has more than 2 digits after the point, which its column does not keep (column items.price)"
        );
        let too_large = query(Item)
            .filter(Item.id.eq(1))
            .on(engine)
            .update(Item.price.set(dec("123456789")))
            .await
            .expect_err("an error");
        assert_eq!(
            too_large.to_string(),
            "encode error: 123456789 has more than 8 digits before the point, which its column does not keep (column items.price)"
        );
        let mut session = engine.session();
        session.add(Item { price: dec("0.001"), ..Item::default() });
        let error = session.flush().await.expect_err("an error");
        assert_eq!((error.kind(), error.table(), error.column()), (ErrorKind::Encode, Some("items"), Some("price")));
        drop(session);
        query(Item)
            .filter(Item.id.eq(1))
            .on(engine)
            .update((Item.price.set(dec("99999999.990")), Item.tax.set(None)))
            .await
            .expect("an update");
        query(Item)
            .filter(Item.id.eq(2))
            .on(engine)
            .update((Item.price.set(Item.points), Item.points.set(dec("5.0"))))
            .await
            .expect("an update");
        let mut both = vec![Item.price.set(Item.quantity), Item.tax.set(Item.price + dec("0.5"))];
        if !engine.dialect().capabilities().simultaneous_assignments {
            let read_too_late = query(Item).filter(Item.id.eq(3)).on(engine).update(both.clone()).await;
            assert_eq!(read_too_late.expect_err("an error").kind(), ErrorKind::NotSupported);
            both.reverse();
        }
        query(Item).filter(Item.id.eq(3)).on(engine).update(both).await.expect("an update");
        assert_eq!(prices(engine).await, [dec("99999999.99"), dec("-2"), dec("0")]);
        let taxes = query(Item.tax).order_by(Item.id).on(engine).all().await.expect("rows");
        assert_eq!(taxes, [None, None, Some(dec("0.6"))]);
    }
}

/// A decimal expression.
#[derive(Debug, Clone)]
enum Sum {
    Price,
    Tax,
    Points,
    Value(Decimal),
    Negate(Box<Sum>),
    Op(BinaryOp, Box<[Sum; 2]>),
    Coalesce(Box<[Sum; 2]>),
    Case(BinaryOp, Box<[Sum; 4]>),
}

impl Sum {
    fn node(&self) -> Node {
        match self {
            Self::Price => Item.price.into_node(),
            Self::Tax => Item.tax.into_node(),
            Self::Points => Item.points.into_node(),
            Self::Value(value) => Node::Bind(Value::Decimal(*value)),
            Self::Negate(inner) => Node::Unary(UnaryOp::Negate, Box::new(inner.node())),
            Self::Op(op, parts) => Node::Binary(*op, Box::new([parts[0].node(), parts[1].node()])),
            Self::Coalesce(parts) => {
                let arguments = parts.iter().map(Self::node).collect();
                Node::Function(Function::new(FunctionName::Coalesce, arguments, SqlType::Decimal))
            }
            Self::Case(op, parts) => {
                let [a, b, then, otherwise] = &**parts;
                let condition = Node::Binary(*op, Box::new([a.node(), b.node()]));
                Node::Case { branches: vec![(condition, then.node())], otherwise: Some(Box::new(otherwise.node())) }
            }
        }
    }

    fn value(&self, item: &Item) -> Option<Decimal> {
        Some(match self {
            Self::Price => item.price,
            Self::Tax => item.tax?,
            Self::Points => item.points,
            Self::Value(value) => *value,
            Self::Negate(inner) => -inner.value(item)?,
            Self::Op(op, parts) => {
                let (left, right) = (parts[0].value(item)?, parts[1].value(item)?);
                match op {
                    BinaryOp::Add => left + right,
                    BinaryOp::Subtract => left - right,
                    _ => left * right,
                }
            }
            Self::Coalesce(parts) => parts[0].value(item).or_else(|| parts[1].value(item))?,
            Self::Case(op, parts) => {
                let [a, b, then, otherwise] = &**parts;
                let holds = match (op, a.value(item), b.value(item)) {
                    (BinaryOp::NotDistinct, a, b) => a == b,
                    (BinaryOp::Distinct, a, b) => a != b,
                    (BinaryOp::Lt, Some(a), Some(b)) => a < b,
                    (BinaryOp::Ge, Some(a), Some(b)) => a >= b,
                    (BinaryOp::Eq, Some(a), Some(b)) => a == b,
                    _ => false,
                };
                if holds { then.value(item)? } else { otherwise.value(item)? }
            }
        })
    }
}

fn value() -> impl Strategy<Value = Decimal> {
    (-500..500_i64, 0..4_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn sum(depth: u32) -> BoxedStrategy<Sum> {
    let leaf = prop_oneof![Just(Sum::Price), Just(Sum::Tax), Just(Sum::Points), value().prop_map(Sum::Value)].boxed();
    if depth == 0 {
        return leaf;
    }
    let inner = sum(depth - 1);
    let two = (inner.clone(), inner.clone()).prop_map(|(a, b)| Box::new([a, b]));
    let four = [inner.clone(), inner.clone(), inner.clone(), inner.clone()].prop_map(Box::new);
    use BinaryOp::*;
    prop_oneof![
        1 => leaf,
        1 => inner.prop_map(|inner| Sum::Negate(Box::new(inner))),
        4 => (prop::sample::select(vec![Add, Subtract, Subtract, Multiply]), two.clone()).prop_map(|(op, parts)| Sum::Op(op, parts)),
        1 => two.prop_map(Sum::Coalesce),
        1 => (prop::sample::select(vec![Lt, Ge, Eq, Distinct, NotDistinct]), four).prop_map(|(op, parts)| Sum::Case(op, parts)),
    ]
    .boxed()
}

#[test]
fn sums_products_and_comparisons_are_exact() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let sheet = runtime.block_on(Sheet::new());
    for engine in sheet.engines() {
        sums_are_exact(&runtime, engine);
    }
}

fn sums_are_exact(runtime: &Runtime, engine: &Engine) {
    let items = runtime.block_on(query(Item).order_by(Item.id).on(engine).all()).expect("items");
    let strategy =
        (sum(3), sum(2), prop::collection::vec(sum(1), 1..6), prop::collection::vec(value(), 1..6), any::<bool>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1_500));
    let checked = runner.run(&strategy, |(a, b, expressions, values, negated)| {
        let condition = |node| Expr::<Option<bool>>::new(node);
        let less = condition(Node::Binary(BinaryOp::Lt, Box::new([a.node(), b.node()])));
        let list = |nodes| Node::In { node: Box::new(b.node()), set: Set::List(nodes), negated };
        let in_values = condition(list(values.iter().map(|value| Node::Bind(Value::Decimal(*value))).collect()));
        let in_expressions = condition(list(expressions.iter().map(Sum::node).collect()));
        let decimal = |sum: &Sum| Expr::<Option<Decimal>>::new(sum.node());
        let select = query((decimal(&a), decimal(&b), less, in_values, in_expressions)).from(Item).order_by(Item.id);
        let sql = match select.to_sql(engine.dialect()) {
            Ok(sql) => sql,
            // More digits than an integer has are refused, never rounded.
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::NotSupported, "{}", error);
                return Ok(());
            }
        };
        let rows = match runtime.block_on(select.on(engine).all()) {
            Ok(rows) => rows,
            // A result beyond the integers is refused when it is there.
            Err(error) => {
                prop_assert!(error.message().contains("beyond 64 bits"), "{}\n{}", error, sql);
                return Ok(());
            }
        };
        for (item, (sum, other_sum, less, in_values, in_expressions)) in items.iter().zip(rows) {
            prop_assert_eq!(sum, a.value(item), "{}", sql);
            prop_assert_eq!(other_sum, b.value(item), "{}", sql);
            let other = b.value(item);
            prop_assert_eq!(less, a.value(item).zip(other).map(|(a, b)| a < b), "{}", sql);
            let found = other.map(|value| values.contains(&value) != negated);
            prop_assert_eq!(in_values, found, "{}", sql);
            let list: Vec<_> = expressions.iter().map(|sum| sum.value(item)).collect();
            let found = match other {
                None => None,
                Some(_) if list.contains(&other) => Some(!negated),
                Some(_) if list.contains(&None) => None,
                Some(_) => Some(negated),
            };
            prop_assert_eq!(in_expressions, found, "{}", sql);
        }
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}
