//! Decimals as scaled integers, for a database that would round them.
//!
//! SQLite keeps `NUMERIC` as a double. A dialect that answers [`Dialect::scaled_decimal`] keeps `1.98` in a column of scale 2 as the
//! integer 198 instead. The scale of every expression follows from its columns, so sums and products stay exact, and operands
//! are brought to one scale before they meet. What cannot be exact is refused.

use super::{Compiler, Dialect, precedence::Precedence, shape::List, typing::sql_type};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, scale,
        tree::{BinaryOp, Constant, Function, FunctionName, Select, Set},
    },
    types::{SqlType, Value},
};
use std::iter::once;

/// Digits after the point of an expression that is a scaled integer, for a value those it has; `None` for every other expression.
pub(super) fn scale_of(dialect: &dyn Dialect, node: &Node) -> Option<u8> {
    if !dialect.keeps_scaled_decimals() {
        return None;
    }
    scale(node.in_dialect(dialect.name()), &|column| dialect.scaled_decimal(column))
}

/// The scale of what a query of one column yields.
fn selected(dialect: &dyn Dialect, select: &Select) -> Option<u8> {
    scale_of(dialect, select.columns.first()?)
}

fn widest<'n>(dialect: &dyn Dialect, nodes: impl Iterator<Item = &'n Node>) -> Option<u8> {
    nodes.filter_map(|node| scale_of(dialect, node)).max()
}

/// Whether an expression is a decimal, or may be one.
fn may_be_decimal(node: &Node) -> bool {
    matches!(node, Node::Text(_)) || sql_type(node) == Some(SqlType::Decimal)
}

impl Compiler<'_> {
    /// Writes an expression over decimals, and answers whether it was one.
    pub(super) fn decimal_node(&mut self, node: &Node) -> Result<bool> {
        let dialect = self.dialect();
        if !dialect.keeps_scaled_decimals() {
            return Ok(false);
        }
        match node {
            Node::Bind(value @ Value::Decimal(_)) => {
                self.bind_scaled(value, scale_of(dialect, node).unwrap_or(0));
                Ok(true)
            }
            Node::Binary(op, parts) => self.decimal_binary(*op, parts),
            Node::Between { parts, negated } => {
                let Some(scale) = widest(dialect, parts.iter()) else { return Ok(false) };
                self.between(parts, *negated, |compiler, node, least| compiler.scaled(node, scale, least))?;
                Ok(true)
            }
            Node::In { node, set, negated } => self.decimal_in(node, set, *negated),
            Node::Case { branches, otherwise } => {
                let Some(scale) = scale_of(dialect, node) else { return Ok(false) };
                self.case(branches, otherwise.as_deref(), |compiler, node| {
                    compiler.scaled(node, scale, Precedence::Or)
                })?;
                Ok(true)
            }
            Node::Function(function) => self.decimal_function(function),
            Node::Cast(inner, sql_type) => self.decimal_cast(inner, *sql_type),
            _ => Ok(false),
        }
    }

    /// Writes an expression as a scaled integer with `scale` digits after the point.
    pub(super) fn scaled(&mut self, node: &Node, scale: u8, least: Precedence) -> Result<()> {
        match node {
            Node::Bind(value @ Value::Decimal(_)) => {
                self.bind_scaled(value, scale);
                return Ok(());
            }
            // NULL is NULL at every scale.
            Node::Bind(Value::Null(_)) | Node::Constant(Constant::Null) => return self.node(node),
            _ => {}
        }
        let own = match scale_of(self.dialect(), node) {
            Some(own) => own,
            None if may_be_decimal(node) => {
                return Err(
                    self.unsupported("decimals of unknown digits after the point", "cast both sides: .cast::<f64>()")
                );
            }
            None => 0,
        };
        if own > scale {
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!(
                    "an expression with {own} digits after the point would lose some where {scale} are kept; compute it \
                     in the program, or keep more digits"
                ),
            ));
        }
        self.multiplied(node, scale - own, least)
    }

    fn multiplied(&mut self, node: &Node, digits: u8, least: Precedence) -> Result<()> {
        if digits == 0 {
            return self.node_in(node, least);
        }
        let factor = 10_i64.checked_pow(digits.into()).ok_or_else(|| {
            Error::new(ErrorKind::NotSupported, "a decimal expression with more than 18 digits after the point")
        })?;
        self.in_parentheses(Precedence::Product < least, |compiler| {
            compiler.node_in(node, Precedence::Product)?;
            compiler.push(" * ");
            compiler.push(&factor.to_string());
            Ok(())
        })
    }

    fn decimal_binary(&mut self, op: BinaryOp, parts: &[Node; 2]) -> Result<bool> {
        let Some(scale) = widest(self.dialect(), parts.iter()) else { return Ok(false) };
        match op {
            BinaryOp::Multiply | BinaryOp::Concat => Ok(false),
            BinaryOp::Divide | BinaryOp::DivideIntegers | BinaryOp::Remainder => {
                Err(self.unsupported("exact division of decimals", "cast both sides: .cast::<f64>()"))
            }
            _ => {
                self.binary(op, parts, |compiler, node, least| compiler.scaled(node, scale, least))?;
                Ok(true)
            }
        }
    }

    fn decimal_in(&mut self, node: &Node, set: &Set, negated: bool) -> Result<bool> {
        let dialect = self.dialect();
        match set {
            Set::Select(select) => {
                let (left, right) = (scale_of(dialect, node), selected(dialect, select));
                if left == right {
                    return Ok(false);
                }
                if right < left {
                    // The query's own column would have to be multiplied.
                    return Err(self.unsupported(
                        "IN (SELECT …) of decimals with fewer digits after the point",
                        "cast both sides: .cast::<f64>()",
                    ));
                }
                self.scaled(node, right.unwrap_or(0), Precedence::Concat)?;
                self.push(if negated { " NOT IN (" } else { " IN (" });
                self.subselect(select)?;
            }
            Set::List(nodes) if nodes.is_empty() => return Ok(false),
            Set::List(nodes) => {
                let Some(scale) = widest(dialect, once(node).chain(nodes)) else { return Ok(false) };
                self.scaled(node, scale, Precedence::Concat)?;
                self.push(if negated { " NOT IN (" } else { " IN (" });
                match List::of(nodes, dialect) {
                    List::Padded(length) => self.padded(nodes, length, |compiler, place| {
                        compiler.placeholder_scaled(place, scale, None);
                    })?,
                    _ => self.separated(", ", nodes, |compiler, node| compiler.scaled(node, scale, Precedence::Or))?,
                }
            }
        }
        self.push(")");
        Ok(true)
    }

    fn decimal_function(&mut self, function: &Function) -> Result<bool> {
        let Some(scale) = widest(self.dialect(), function.arguments.iter()) else { return Ok(false) };
        match function.name {
            FunctionName::Count | FunctionName::Sum | FunctionName::Min | FunctionName::Max | FunctionName::Abs => {
                Ok(false)
            }
            FunctionName::FirstValue | FunctionName::LastValue | FunctionName::NthValue => Ok(false),
            FunctionName::Lag | FunctionName::Lead => {
                self.call(function, |compiler, node| match node {
                    Node::Constant(_) => compiler.node(node),
                    node => compiler.scaled(node, scale, Precedence::Or),
                })?;
                Ok(true)
            }
            FunctionName::Coalesce | FunctionName::NullIf => {
                self.call(function, |compiler, node| compiler.scaled(node, scale, Precedence::Or))?;
                Ok(true)
            }
            FunctionName::Avg | FunctionName::Round | FunctionName::Ceil | FunctionName::Floor => {
                Err(self.unsupported("exact averages and roundings of decimals", "cast the column: .cast::<f64>()"))
            }
            _ => Err(self.unsupported("other functions of exact decimals", "cast the argument: .cast::<f64>()")),
        }
    }

    fn decimal_cast(&mut self, inner: &Node, sql_type: SqlType) -> Result<bool> {
        match (scale_of(self.dialect(), inner), sql_type) {
            (Some(scale), SqlType::Double | SqlType::Real) => {
                self.push("(");
                self.cast(SqlType::Double, |compiler| compiler.node(inner))?;
                self.push(" / 1");
                (0..scale).for_each(|_| self.push("0"));
                self.push(".0)");
                Ok(true)
            }
            (Some(_), _) => Err(self.unsupported("casts of decimals but to f64", "cast to f64 first")),
            (None, SqlType::Decimal) => Err(self.unsupported("casts to decimals", "cast to f64")),
            _ => Ok(false),
        }
    }
}
