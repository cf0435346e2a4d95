//! Random expressions mean in SQL what they mean in Rust, with three-valued logic.

use crate::sheet::parsed;
use aludel::{
    compile::compile,
    dialects::sqlite::SqliteDialect,
    engine::Engine,
    expr::{
        Node,
        tree::{BinaryOp, Function, FunctionName, Junction, Set, UnaryOp},
    },
    prelude::*,
    types::{SqlType, Value},
};
use proptest::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("cells")]
pub struct Cell {
    #[column(primary_key)]
    pub id: i64,
    pub a: Option<i64>,
    pub b: Option<i64>,
    pub p: Option<bool>,
    pub q: Option<bool>,
}

fn cells() -> Vec<Cell> {
    let cell = |id, a, b, p, q| Cell { id, a, b, p, q };
    vec![
        cell(1, Some(0), Some(1), Some(true), Some(false)),
        cell(2, Some(-3), None, None, Some(true)),
        cell(3, None, Some(2), Some(false), None),
        cell(4, Some(2), Some(2), Some(true), Some(true)),
        cell(5, None, None, None, None),
    ]
}

/// A number.
#[derive(Debug, Clone)]
pub enum Num {
    A,
    B,
    Value(i64),
    Negate(Box<Num>),
    Op(BinaryOp, Box<[Num; 2]>),
    Coalesce(Box<[Num; 2]>),
    NullIf(Box<[Num; 2]>),
    Case(Box<Cond>, Box<Num>, Option<Box<Num>>),
}

/// A condition.
#[derive(Debug, Clone)]
pub enum Cond {
    P,
    Q,
    Value(bool),
    Not(Box<Cond>),
    Junction(Junction, Vec<Cond>),
    Compare(BinaryOp, Box<[Num; 2]>),
    CompareTruths(BinaryOp, Box<[Cond; 2]>),
    IsNull(Box<Num>, bool),
    TruthIsNull(Box<Cond>, bool),
    Between(Box<[Num; 3]>, bool),
    In(Box<Num>, Vec<Num>, bool),
}

impl Num {
    pub fn node(&self) -> Node {
        let pair = |[left, right]: &[Num; 2]| [left.node(), right.node()];
        let call = |name, arguments: &[Num; 2]| {
            let arguments = pair(arguments).into();
            Node::Function(Function::new(name, arguments, SqlType::BigInt))
        };
        match self {
            Self::A => Cell.a.into_node(),
            Self::B => Cell.b.into_node(),
            Self::Value(value) => Node::Bind(Value::Int(*value)),
            Self::Negate(inner) => Node::Unary(UnaryOp::Negate, Box::new(inner.node())),
            Self::Op(op, parts) => Node::Binary(*op, Box::new(pair(parts))),
            Self::Coalesce(parts) => call(FunctionName::Coalesce, parts),
            Self::NullIf(parts) => call(FunctionName::NullIf, parts),
            Self::Case(condition, value, otherwise) => Node::Case {
                branches: vec![(condition.node(), value.node())],
                otherwise: otherwise.as_ref().map(|value| Box::new(value.node())),
            },
        }
    }

    fn value(&self, cell: &Cell) -> Option<i64> {
        match self {
            Self::A => cell.a,
            Self::B => cell.b,
            Self::Value(value) => Some(*value),
            Self::Negate(inner) => inner.value(cell).map(|value| -value),
            Self::Op(op, parts) => {
                let (left, right) = (parts[0].value(cell)?, parts[1].value(cell)?);
                match op {
                    BinaryOp::Add => Some(left + right),
                    BinaryOp::Subtract => Some(left - right),
                    BinaryOp::Multiply => Some(left * right),
                    BinaryOp::DivideIntegers => left.checked_div(right),
                    _ => left.checked_rem(right),
                }
            }
            Self::Coalesce(parts) => parts[0].value(cell).or_else(|| parts[1].value(cell)),
            Self::NullIf(parts) => {
                let value = parts[0].value(cell)?;
                (parts[1].value(cell) != Some(value)).then_some(value)
            }
            Self::Case(condition, value, otherwise) => match condition.value(cell) {
                Some(true) => value.value(cell),
                _ => otherwise.as_ref().and_then(|value| value.value(cell)),
            },
        }
    }
}

fn compare<T: Ord>(op: BinaryOp, left: Option<T>, right: Option<T>) -> Option<bool> {
    match op {
        BinaryOp::Distinct => return Some(left != right),
        BinaryOp::NotDistinct => return Some(left == right),
        _ => {}
    }
    let order = left?.cmp(&right?);
    Some(match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::Ne => order.is_ne(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        _ => order.is_ge(),
    })
}

/// AND: one that is false decides, one that is unknown leaves it unknown.
fn both(values: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let values: Vec<_> = values.into_iter().collect();
    if values.contains(&Some(false)) {
        return Some(false);
    }
    if values.contains(&None) { None } else { Some(true) }
}

fn not(value: Option<bool>) -> Option<bool> {
    value.map(|value| !value)
}

impl Cond {
    pub fn node(&self) -> Node {
        match self {
            Self::P => Cell.p.into_node(),
            Self::Q => Cell.q.into_node(),
            Self::Value(value) => Node::Bind(Value::Bool(*value)),
            // The typed operator, which folds some negations.
            Self::Not(inner) => (!Expr::<Option<bool>>::new(inner.node())).into_node(),
            Self::Junction(junction, parts) => Node::Junction(*junction, parts.iter().map(Self::node).collect()),
            Self::Compare(op, parts) => Node::Binary(*op, Box::new([parts[0].node(), parts[1].node()])),
            Self::CompareTruths(op, parts) => Node::Binary(*op, Box::new([parts[0].node(), parts[1].node()])),
            Self::IsNull(inner, negated) => Node::IsNull { node: Box::new(inner.node()), negated: *negated },
            Self::TruthIsNull(inner, negated) => Node::IsNull { node: Box::new(inner.node()), negated: *negated },
            Self::Between(parts, negated) => Node::Between {
                parts: Box::new([parts[0].node(), parts[1].node(), parts[2].node()]),
                negated: *negated,
            },
            Self::In(inner, list, negated) => Node::In {
                node: Box::new(inner.node()),
                set: Set::List(list.iter().map(Num::node).collect()),
                negated: *negated,
            },
        }
    }

    fn value(&self, cell: &Cell) -> Option<bool> {
        match self {
            Self::P => cell.p,
            Self::Q => cell.q,
            Self::Value(value) => Some(*value),
            Self::Not(inner) => not(inner.value(cell)),
            Self::Junction(Junction::And, parts) => both(parts.iter().map(|part| part.value(cell))),
            Self::Junction(Junction::Or, parts) => not(both(parts.iter().map(|part| not(part.value(cell))))),
            Self::Compare(op, parts) => compare(*op, parts[0].value(cell), parts[1].value(cell)),
            Self::CompareTruths(op, parts) => compare(*op, parts[0].value(cell), parts[1].value(cell)),
            Self::IsNull(inner, negated) => Some(inner.value(cell).is_none() != *negated),
            Self::TruthIsNull(inner, negated) => Some(inner.value(cell).is_none() != *negated),
            Self::Between(parts, negated) => {
                let value = |part: &Num| part.value(cell);
                let [middle, low, high] = &**parts;
                let inside = both([
                    compare(BinaryOp::Ge, value(middle), value(low)),
                    compare(BinaryOp::Le, value(middle), value(high)),
                ]);
                if *negated { not(inside) } else { inside }
            }
            Self::In(inner, list, negated) => {
                let value = inner.value(cell);
                let equal = list.iter().map(|item| not(compare(BinaryOp::Eq, value, item.value(cell))));
                let inside = not(both(equal));
                if *negated { not(inside) } else { inside }
            }
        }
    }
}

fn two<T: Clone + std::fmt::Debug + 'static>(inner: &BoxedStrategy<T>) -> impl Strategy<Value = Box<[T; 2]>> + use<T> {
    (inner.clone(), inner.clone()).prop_map(|(a, b)| Box::new([a, b]))
}

fn comparison() -> impl Strategy<Value = BinaryOp> {
    use BinaryOp::*;
    prop::sample::select(vec![Eq, Ne, Lt, Le, Gt, Ge, Distinct, NotDistinct])
}

fn number(depth: u32) -> BoxedStrategy<Num> {
    let leaf = prop_oneof![Just(Num::A), Just(Num::B), (-3..4_i64).prop_map(Num::Value)].boxed();
    if depth == 0 {
        return leaf;
    }
    let (inner, truth) = (number(depth - 1), condition(depth - 1));
    use BinaryOp::*;
    let op = prop::sample::select(vec![Add, Subtract, Multiply, DivideIntegers, Remainder]);
    prop_oneof![
        2 => leaf,
        1 => inner.clone().prop_map(|inner| Num::Negate(Box::new(inner))),
        4 => (op, two(&inner)).prop_map(|(op, parts)| Num::Op(op, parts)),
        1 => two(&inner).prop_map(Num::Coalesce),
        1 => two(&inner).prop_map(Num::NullIf),
        1 => (truth, inner.clone(), prop::option::of(inner)).prop_map(|(condition, value, otherwise)| {
            Num::Case(Box::new(condition), Box::new(value), otherwise.map(Box::new))
        }),
    ]
    .boxed()
}

pub fn condition(depth: u32) -> BoxedStrategy<Cond> {
    let leaf = prop_oneof![Just(Cond::P), Just(Cond::Q), any::<bool>().prop_map(Cond::Value)].boxed();
    if depth == 0 {
        return leaf;
    }
    let (num, inner) = (number(depth - 1), condition(depth - 1));
    let junction = prop_oneof![Just(Junction::And), Just(Junction::Or)];
    let negated = any::<bool>;
    prop_oneof![
        1 => leaf,
        2 => inner.clone().prop_map(|inner| Cond::Not(Box::new(inner))),
        3 => (junction, prop::collection::vec(inner.clone(), 0..4)).prop_map(|(kind, parts)| Cond::Junction(kind, parts)),
        3 => (comparison(), two(&num)).prop_map(|(op, parts)| Cond::Compare(op, parts)),
        1 => (comparison(), two(&inner)).prop_map(|(op, parts)| Cond::CompareTruths(op, parts)),
        1 => (num.clone(), negated()).prop_map(|(inner, negated)| Cond::IsNull(Box::new(inner), negated)),
        1 => (inner, negated()).prop_map(|(inner, negated)| Cond::TruthIsNull(Box::new(inner), negated)),
        1 => ((num.clone(), num.clone(), num.clone()), negated())
            .prop_map(|((a, b, c), negated)| Cond::Between(Box::new([a, b, c]), negated)),
        1 => (num.clone(), prop::collection::vec(num, 0..4), negated())
            .prop_map(|(inner, list, negated)| Cond::In(Box::new(inner), list, negated)),
    ]
    .boxed()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn engine() -> Engine {
    let engine = create_engine("sqlite://").expect("a URL").connect().await.expect("an engine");
    metadata![Cell].create_all(&engine).await.expect("a table");
    let mut session = engine.session();
    session.add_all(cells());
    session.commit().await.expect("rows");
    engine
}

#[test]
fn conditions_and_numbers_mean_what_they_say() {
    let runtime = runtime();
    let engine = runtime.block_on(engine());
    let strategy = (condition(4), number(4));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1_500));
    let checked = runner.run(&strategy, |(condition, number)| {
        let truth = Expr::<Option<bool>>::new(condition.node());
        let value = Expr::<Option<i64>>::new(number.node());
        let query = query((truth.clone(), value)).from(Cell).order_by(Cell.id);
        let sql = query.to_sql(&SqliteDialect).expect("SQL");
        parsed(&sql, &SqliteDialect);
        let rows = runtime.block_on(query.on(&engine).all()).unwrap_or_else(|error| panic!("{error}"));
        let expected: Vec<_> = cells().iter().map(|cell| (condition.value(cell), number.value(cell))).collect();
        prop_assert_eq!(rows, expected, "{}", sql);
        let kept = aludel::prelude::query(Cell.id).filter(truth).order_by(Cell.id);
        let kept = runtime.block_on(kept.on(&engine).all()).unwrap_or_else(|error| panic!("{error}"));
        let expected: Vec<i64> =
            cells().iter().filter(|cell| condition.value(cell) == Some(true)).map(|cell| cell.id).collect();
        prop_assert_eq!(kept, expected, "{}", sql);
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_long_chain_is_flat() {
    let chain = (0..50).fold(Expr::<bool>::new(Cell.id.eq(0_i64).into_node()), |chain, id| chain | Cell.id.eq(id));
    let (compiled, values) = compile(query(Cell.id).filter(chain).into_select().into(), &SqliteDialect).expect("SQL");
    assert_eq!((values.len(), compiled.sql.contains('(')), (51, false));
}
