//! Decimals as scaled integers, for a database that would round them.
//!
//! SQLite keeps `NUMERIC` as a double. A dialect that answers [`Dialect::scaled_decimal`] keeps `1.98` in a column of scale 2 as the
//! integer 198 instead. The scale of every expression follows from its columns, so sums and products stay exact, and operands
//! are brought to one scale before they meet.

use super::{Compiler, Dialect, expression::Precedence};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node,
        tree::{BinaryOp, FunctionName, Set},
    },
    types::{SqlType, Value},
};

/// Digits after the point of an expression that is a scaled integer; `None` for every other one.
pub(super) fn scale(dialect: &dyn Dialect, node: &Node) -> Option<u8> {
    let of = |node: &Node| scale(dialect, node);
    match node {
        Node::Column(column) => dialect.scaled_decimal(column.def()),
        Node::Label(node, _) | Node::Unary(_, node) => of(node),
        Node::Binary(BinaryOp::Add | BinaryOp::Subtract, parts) => {
            widest(parts.iter().map(|part| operand(dialect, part)))
        }
        Node::Binary(BinaryOp::Multiply, parts) => match (operand(dialect, &parts[0]), operand(dialect, &parts[1])) {
            (None, None) => None,
            (left, right) => Some(left.unwrap_or(0) + right.unwrap_or(0)),
        },
        Node::Function(function) => match function.name {
            FunctionName::Sum | FunctionName::Min | FunctionName::Max | FunctionName::Abs => {
                of(function.arguments.first()?)
            }
            FunctionName::Coalesce | FunctionName::NullIf => {
                widest(function.arguments.iter().map(|part| operand(dialect, part)))
            }
            _ => None,
        },
        Node::Case { branches, otherwise } => {
            let values = branches.iter().map(|(_, value)| value).chain(otherwise.as_deref());
            widest(values.map(|value| operand(dialect, value)))
        }
        Node::Scalar(select) => of(select.columns.first()?),
        _ => None,
    }
}

/// The scale of an operand: that of an expression, or the digits that a decimal value has.
fn operand(dialect: &dyn Dialect, node: &Node) -> Option<u8> {
    match node {
        Node::Bind(Value::Decimal(value)) => Some(value.normalize().scale() as u8),
        node => scale(dialect, node),
    }
}

fn widest(scales: impl Iterator<Item = Option<u8>>) -> Option<u8> {
    scales.flatten().max()
}

impl Compiler<'_> {
    /// Writes a scaled integer with `scale` digits after the point.
    pub(super) fn scaled(&mut self, node: &Node, scale: u8) -> Result<()> {
        if let Node::Bind(value) = node {
            match value {
                Value::Decimal(_) => self.bind_scaled(value, scale),
                _ => self.multiplied(node, scale)?,
            }
            return Ok(());
        }
        let own = operand(self.dialect(), node).unwrap_or(0);
        if own > scale {
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!(
                    "an expression with {own} digits after the point is used where {scale} are kept; cast it to f64"
                ),
            ));
        }
        self.multiplied(node, scale - own)
    }

    fn multiplied(&mut self, node: &Node, digits: u8) -> Result<()> {
        if digits == 0 || matches!(node, Node::Constant(_)) {
            return self.node(node);
        }
        let factor = 10_i64.checked_pow(digits.into()).ok_or_else(|| {
            Error::new(ErrorKind::NotSupported, "a decimal expression with more than 18 digits after the point")
        })?;
        self.node_in(node, Precedence::Product)?;
        self.push(" * ");
        self.push(&factor.to_string());
        Ok(())
    }

    /// Writes an expression over decimals, and answers whether it was one.
    pub(super) fn decimal_node(&mut self, node: &Node) -> Result<bool> {
        let dialect = self.dialect();
        match node {
            Node::Bind(value @ Value::Decimal(decimal)) if dialect.keeps_scaled_decimals() => {
                self.bind_scaled(value, decimal.normalize().scale() as u8);
                Ok(true)
            }
            Node::Binary(op, parts) => self.decimal_binary(*op, parts),
            Node::Between { parts, negated } => {
                let Some(scale) = widest(parts.iter().map(|part| operand(dialect, part))) else { return Ok(false) };
                self.push("(");
                self.scaled(&parts[0], scale)?;
                self.push(if *negated { ") NOT BETWEEN " } else { ") BETWEEN " });
                self.scaled(&parts[1], scale)?;
                self.push(" AND ");
                self.scaled(&parts[2], scale)?;
                Ok(true)
            }
            Node::In { node, set: Set::List(nodes), negated } if !nodes.is_empty() => {
                let Some(column) = scale(dialect, node) else { return Ok(false) };
                let values = widest(nodes.iter().map(|node| operand(dialect, node))).unwrap_or(0);
                if values <= column {
                    return Ok(false); // the generic IN scales each value to the column
                }
                // No value of more digits than the column keeps can be in it, but the others can: compare at the wider scale.
                self.scaled(node, values)?;
                self.push(if *negated { " NOT IN (" } else { " IN (" });
                self.separated(", ", nodes, |compiler, node| compiler.scaled(node, values))?;
                self.push(")");
                Ok(true)
            }
            Node::Case { branches, otherwise } => {
                let Some(scale) = scale(dialect, node) else { return Ok(false) };
                self.push("CASE");
                for (condition, value) in branches {
                    self.push(" WHEN ");
                    self.node(condition)?;
                    self.push(" THEN ");
                    self.scaled(value, scale)?;
                }
                if let Some(value) = otherwise {
                    self.push(" ELSE ");
                    self.scaled(value, scale)?;
                }
                self.push(" END");
                Ok(true)
            }
            Node::Function(function) => {
                let Some(first) = function.arguments.first().and_then(|node| operand(dialect, node)) else {
                    return Ok(false);
                };
                match function.name {
                    FunctionName::Coalesce | FunctionName::NullIf => {
                        let scale = scale(dialect, node).unwrap_or(first);
                        self.push(if function.name == FunctionName::NullIf { "nullif(" } else { "coalesce(" });
                        self.separated(", ", &function.arguments, |compiler, node| compiler.scaled(node, scale))?;
                        self.push(")");
                        Ok(true)
                    }
                    FunctionName::Avg | FunctionName::Round | FunctionName::Ceil | FunctionName::Floor => {
                        Err(self
                            .unsupported("exact averages and roundings of decimals", "cast the column: .cast::<f64>()"))
                    }
                    _ => Ok(false),
                }
            }
            Node::Cast(inner, sql_type) => {
                let from = operand(dialect, inner);
                match (from, sql_type) {
                    (Some(scale), SqlType::Double | SqlType::Real) => {
                        self.cast(SqlType::Double, |compiler| compiler.node(inner))?;
                        self.push(" / 1");
                        (0..scale).for_each(|_| self.push("0"));
                        self.push(".0");
                        Ok(true)
                    }
                    (Some(_), _) => Err(self.unsupported("casts of decimals but to f64", "cast to f64 first")),
                    (None, SqlType::Decimal) if dialect.keeps_scaled_decimals() => {
                        Err(self.unsupported("casts to decimals", "cast to f64"))
                    }
                    _ => Ok(false),
                }
            }
            _ => Ok(false),
        }
    }

    fn decimal_binary(&mut self, op: BinaryOp, parts: &[Node; 2]) -> Result<bool> {
        let dialect = self.dialect();
        let [left, right] = parts;
        let (a, b) = (operand(dialect, left), operand(dialect, right));
        if (a, b) == (None, None) {
            return Ok(false);
        }
        match op {
            BinaryOp::Multiply | BinaryOp::Concat => Ok(false),
            BinaryOp::Divide | BinaryOp::DivideIntegers | BinaryOp::Remainder => {
                Err(self.unsupported("exact division of decimals", "cast both sides: .cast::<f64>()"))
            }
            _ => {
                let scale = a.max(b).unwrap_or(0);
                if (a, b) == (Some(scale), Some(scale)) && !is_decimal_bind(left) && !is_decimal_bind(right) {
                    return Ok(false); // both are at one scale: the generic form is right
                }
                self.scaled(left, scale)?;
                self.push(match op {
                    BinaryOp::Eq => " = ",
                    BinaryOp::Ne => " <> ",
                    BinaryOp::Lt => " < ",
                    BinaryOp::Le => " <= ",
                    BinaryOp::Gt => " > ",
                    BinaryOp::Ge => " >= ",
                    BinaryOp::Distinct => " IS NOT ",
                    BinaryOp::NotDistinct => " IS ",
                    BinaryOp::Add => " + ",
                    _ => " - ",
                });
                self.scaled(right, scale)?;
                Ok(true)
            }
        }
    }
}

fn is_decimal_bind(node: &Node) -> bool {
    matches!(node, Node::Bind(Value::Decimal(_)))
}
