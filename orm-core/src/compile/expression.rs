//! Expressions as SQL.

use super::{Capabilities, Compiler, ListStyle, Precedence, decimal::scale_of, precedence::precedence, shape::List};
use crate::{
    error::Result,
    expr::{
        LIKE_ESCAPE, Node,
        tree::{BinaryOp, Constant, FunctionName, Junction, Set, UnaryOp},
    },
    types::SqlType,
};

impl Compiler<'_> {
    /// Writes an expression, the dialect's own way first.
    pub fn node(&mut self, node: &Node) -> Result<()> {
        let node = node.in_dialect(self.dialect().name());
        if is_condition(node) && !self.dialect().capabilities().conditions_are_values {
            return self.condition_as_value(node);
        }
        self.written(node)
    }

    fn written(&mut self, node: &Node) -> Result<()> {
        if self.dialect().node(self, node)? || self.decimal_node(node)? {
            return Ok(());
        }
        self.generic(node)
    }

    /// Writes a condition that one which holds together less tightly than `least` needs parentheses for.
    pub fn condition_in(&mut self, node: &Node, least: Precedence) -> Result<()> {
        let node = node.in_dialect(self.dialect().name());
        if self.dialect().capabilities().conditions_are_values {
            return self.node_in(node, least);
        }
        match node {
            Node::Constant(Constant::True | Constant::False) => {
                self.truth(matches!(node, Node::Constant(Constant::True)));
                Ok(())
            }
            node if is_condition(node) || matches!(node, Node::Text(_)) => {
                self.in_parentheses(precedence(node) < least, |compiler| compiler.written(node))
            }
            node => self.in_parentheses(Precedence::Comparison < least, |compiler| {
                compiler.node_in(node, Precedence::Concat)?;
                compiler.push(" = 1");
                Ok(())
            }),
        }
    }

    /// Writes 1 for a condition that holds, 0 for one that does not, and NULL where it is unknown.
    fn condition_as_value(&mut self, node: &Node) -> Result<()> {
        self.push("CASE WHEN ");
        self.condition_in(node, Precedence::Or)?;
        self.push(" THEN 1");
        if matches!(node, Node::IsNull { .. } | Node::Exists { .. }) {
            self.push(" ELSE 0 END");
            return Ok(());
        }
        self.push(" WHEN NOT (");
        self.condition_in(node, Precedence::Or)?;
        self.push(") THEN 0 END");
        Ok(())
    }

    /// Writes an expression where one that holds together less tightly than `least` needs parentheses.
    pub fn node_in(&mut self, node: &Node, least: Precedence) -> Result<()> {
        let node = node.in_dialect(self.dialect().name());
        self.in_parentheses(precedence(node) < least, |compiler| compiler.node(node))
    }

    /// Writes an expression between two pieces of SQL: in a call.
    pub fn around(&mut self, before: &str, node: &Node, after: &str) -> Result<()> {
        self.push(before);
        self.node(node)?;
        self.push(after);
        Ok(())
    }

    /// Runs `write`, in parentheses if they are `needed`.
    pub(super) fn in_parentheses(&mut self, needed: bool, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if !needed {
            return write(self);
        }
        self.push("(");
        write(self)?;
        self.push(")");
        Ok(())
    }

    fn generic(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Column(column) => self.column(*column),
            Node::Table(table) => self.all_columns(*table),
            Node::Bind(value) => {
                self.bind(value);
                Ok(())
            }
            Node::Constant(constant) => {
                self.constant(*constant);
                Ok(())
            }
            Node::Unary(UnaryOp::Not, node) => {
                self.push("NOT ");
                self.condition_in(node, Precedence::Comparison)
            }
            Node::Unary(UnaryOp::Negate, node) => {
                self.push("-");
                self.node_in(node, Precedence::Atom)
            }
            Node::Binary(op, parts) => self.binary(*op, parts, Self::node_in),
            Node::Junction(junction, nodes) => self.junction(*junction, nodes),
            Node::IsNull { node, negated } => {
                self.node_in(node, Precedence::Concat)?;
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
                Ok(())
            }
            Node::Between { parts, negated } => self.between(parts, *negated, Self::node_in),
            Node::In { node, set, negated } => self.in_set(node, set, *negated),
            Node::Like { parts, ignore_case, escaped, negated } => self.like(parts, *ignore_case, *escaped, *negated),
            Node::Case { branches, otherwise } => self.case(branches, otherwise.as_deref(), Self::node),
            Node::Cast(node, sql_type) => self.cast(*sql_type, |compiler| compiler.node(node)),
            Node::Function(function) => self.function(function),
            Node::Label(node, _) => self.node(node),
            Node::Scalar(select) => {
                self.push("(");
                self.subselect(select)?;
                self.push(")");
                Ok(())
            }
            Node::Exists { select, negated } => {
                self.push(if *negated { "NOT EXISTS (" } else { "EXISTS (" });
                self.subselect(select)?;
                self.push(")");
                Ok(())
            }
            Node::ByDialect { otherwise, .. } => self.node(otherwise),
            Node::Row(nodes) => self.row(nodes),
            Node::Quantified { all, select } => {
                if !self.dialect().capabilities().quantifiers {
                    return Err(self
                        .unsupported("ANY and ALL", "compare with func::min(…) or func::max(…) in a scalar subquery"));
                }
                self.push(if *all { "ALL (" } else { "ANY (" });
                self.subselect(select)?;
                self.push(")");
                Ok(())
            }
            Node::Text(text) => self.text_clause(text),
        }
    }

    /// Writes `(a, b)`.
    pub fn row(&mut self, nodes: &[Node]) -> Result<()> {
        if nodes.iter().any(|node| scale_of(self.dialect(), node).is_some()) {
            return Err(self.unsupported("exact decimals in rows", "compare them one by one"));
        }
        self.push("(");
        self.separated(", ", nodes, Self::node)?;
        self.push(")");
        Ok(())
    }

    /// Writes `CAST(… AS type)`.
    pub fn cast(&mut self, sql_type: SqlType, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let name = self.dialect().cast_type(sql_type)?;
        self.push("CAST(");
        write(self)?;
        self.push(" AS ");
        self.push(&name);
        self.push(")");
        Ok(())
    }

    fn constant(&mut self, constant: Constant) {
        let booleans = self.dialect().capabilities().booleans;
        self.push(match constant {
            Constant::Number(number) => return self.push(&number.to_string()),
            Constant::True if booleans => "TRUE",
            Constant::False if booleans => "FALSE",
            Constant::True => "1",
            Constant::False => "0",
            Constant::Null => "NULL",
            Constant::Star => "*",
        });
    }

    /// Writes a condition that always or never holds, where a bare constant may not be a condition.
    fn truth(&mut self, holds: bool) {
        self.push(if holds { "1 = 1" } else { "1 = 0" });
    }

    /// Writes an operator between its operands, each written by `operand`.
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        parts: &[Node; 2],
        mut operand: impl FnMut(&mut Self, &Node, Precedence) -> Result<()>,
    ) -> Result<()> {
        let [left, right] = parts;
        let (sql, own) = match op {
            BinaryOp::Eq => (" = ", Precedence::Comparison),
            BinaryOp::Ne => (" <> ", Precedence::Comparison),
            BinaryOp::Lt => (" < ", Precedence::Comparison),
            BinaryOp::Le => (" <= ", Precedence::Comparison),
            BinaryOp::Gt => (" > ", Precedence::Comparison),
            BinaryOp::Ge => (" >= ", Precedence::Comparison),
            BinaryOp::Distinct => (" IS DISTINCT FROM ", Precedence::Comparison),
            BinaryOp::NotDistinct => (" IS NOT DISTINCT FROM ", Precedence::Comparison),
            BinaryOp::Concat => (" || ", Precedence::Concat),
            BinaryOp::Add => (" + ", Precedence::Sum),
            BinaryOp::Subtract => (" - ", Precedence::Sum),
            BinaryOp::Multiply => (" * ", Precedence::Product),
            BinaryOp::Divide | BinaryOp::DivideIntegers => (" / ", Precedence::Product),
            BinaryOp::Remainder => (" % ", Precedence::Product),
        };
        // `a + b + c` reads as it was built; on the right, and in a comparison or `||`, an operator of the same kind is put in parentheses.
        let (left_least, right_least) = match own {
            Precedence::Comparison => (Precedence::Concat, Precedence::Concat),
            Precedence::Concat => (Precedence::Atom, Precedence::Atom),
            Precedence::Sum => (Precedence::Sum, Precedence::Product),
            _ => (Precedence::Product, Precedence::Atom),
        };
        operand(self, left, left_least)?;
        self.push(sql);
        operand(self, right, right_least)
    }

    /// Writes `a BETWEEN low AND high`, each part written by `operand`.
    pub(super) fn between(
        &mut self,
        parts: &[Node; 3],
        negated: bool,
        mut operand: impl FnMut(&mut Self, &Node, Precedence) -> Result<()>,
    ) -> Result<()> {
        let [node, low, high] = parts;
        operand(self, node, Precedence::Concat)?;
        self.push(if negated { " NOT BETWEEN " } else { " BETWEEN " });
        operand(self, low, Precedence::Concat)?;
        self.push(" AND ");
        operand(self, high, Precedence::Concat)
    }

    fn junction(&mut self, junction: Junction, nodes: &[Node]) -> Result<()> {
        let (separator, least) = match junction {
            Junction::And => (" AND ", Precedence::Not),
            Junction::Or => (" OR ", Precedence::And),
        };
        match nodes {
            [] => {
                self.truth(junction == Junction::And);
                Ok(())
            }
            [node] => self.condition_in(node, Precedence::Or),
            nodes => self.separated(separator, nodes, |compiler, node| compiler.condition_in(node, least)),
        }
    }

    /// Writes conditions all of which hold.
    pub(super) fn conditions<'n, I>(&mut self, keyword: &str, nodes: I) -> Result<()>
    where
        I: IntoIterator<Item = &'n Node, IntoIter: ExactSizeIterator>,
    {
        let nodes = nodes.into_iter();
        let least = match nodes.len() {
            0 => return Ok(()),
            1 => Precedence::Or,
            _ => Precedence::Not,
        };
        self.push(keyword);
        self.separated(" AND ", nodes, |compiler, node| compiler.condition_in(node, least))
    }

    fn in_set(&mut self, node: &Node, set: &Set, negated: bool) -> Result<()> {
        let nodes = match set {
            Set::Select(select) => {
                self.node_in(node, Precedence::Concat)?;
                self.push(if negated { " NOT IN (" } else { " IN (" });
                self.subselect(select)?;
                self.push(")");
                return Ok(());
            }
            Set::List(nodes) => nodes,
        };
        let list = List::of(nodes, self.dialect());
        if list == List::Empty {
            self.truth(negated);
            return Ok(());
        }
        if let List::Padded(length) = list
            && length > self.dialect().capabilities().max_list
        {
            return self.lists(node, nodes, length, negated);
        }
        self.node_in(node, Precedence::Concat)?;
        if list == List::Packed(ListStyle::Array) {
            self.push(if negated { " <> ALL(" } else { " = ANY(" });
        } else {
            self.push(if negated { " NOT IN (" } else { " IN (" });
        }
        match list {
            List::Empty => {}
            List::Expressions => self.separated(", ", nodes, |compiler, node| compiler.node(node))?,
            List::Padded(length) => self.padded(nodes, length, |compiler, place| compiler.placeholder(place))?,
            List::Packed(ListStyle::Json) => {
                self.push("SELECT value FROM json_each(");
                let place = self.list_place(nodes);
                self.placeholder(place);
                self.push(")");
            }
            List::Packed(_) => {
                let place = self.list_place(nodes);
                self.placeholder(place);
            }
        }
        self.push(")");
        Ok(())
    }

    /// Writes a list that is longer than the server takes as several.
    fn lists(&mut self, node: &Node, nodes: &[Node], length: usize, negated: bool) -> Result<()> {
        let most = self.dialect().capabilities().max_list;
        let first = self.list_place(nodes);
        self.push("(");
        let separator = if negated { " AND " } else { " OR " };
        self.separated(separator, (0..length).step_by(most), |compiler, start| {
            compiler.node_in(node, Precedence::Concat)?;
            compiler.push(if negated { " NOT IN (" } else { " IN (" });
            compiler.separated(", ", start..length.min(start + most), |compiler, index| {
                compiler.placeholder(first.saturating_add(index as u32));
                Ok(())
            })?;
            compiler.push(")");
            Ok(())
        })?;
        self.push(")");
        Ok(())
    }

    /// How many elements of a list are written: values are repeated up to a power of two, since all lists of one shape are one statement.
    pub fn list_length(&self, nodes: &[Node]) -> usize {
        match List::of(nodes, self.dialect()) {
            List::Padded(length) => length,
            _ => nodes.len(),
        }
    }

    /// Writes one of the elements of a list that is not sent as one value.
    pub fn list_element(&mut self, nodes: &[Node], index: usize) -> Result<()> {
        if let List::Padded(_) = List::of(nodes, self.dialect()) {
            let first = self.list_place(nodes);
            self.placeholder(first.saturating_add(index as u32));
            return Ok(());
        }
        nodes.get(index).map_or(Ok(()), |node| self.node(node))
    }

    /// The place of a list's first value.
    fn list_place(&self, nodes: &[Node]) -> u32 {
        match nodes.first() {
            Some(Node::Bind(value)) => self.place(value),
            _ => u32::MAX,
        }
    }

    /// Writes `length` placeholders for the values of a list, each by `write`, which is given its place.
    pub(super) fn padded(
        &mut self,
        nodes: &[Node],
        length: usize,
        mut write: impl FnMut(&mut Self, u32),
    ) -> Result<()> {
        let first = self.list_place(nodes);
        self.separated(", ", 0..length, |compiler, index| {
            write(compiler, first.saturating_add(index as u32));
            Ok(())
        })
    }

    fn like(&mut self, parts: &[Node; 2], ignore_case: bool, escaped: bool, negated: bool) -> Result<()> {
        let [text, pattern] = parts;
        let operator = if negated { " NOT LIKE " } else { " LIKE " };
        let Capabilities { ilike, like_escapes, .. } = *self.dialect().capabilities();
        if ignore_case && !ilike {
            self.push("lower(");
            self.node(text)?;
            self.push(")");
            self.push(operator);
            self.push("lower(");
            self.node(pattern)?;
            self.push(")");
        } else {
            self.node_in(text, Precedence::Concat)?;
            self.push(if ignore_case { if negated { " NOT ILIKE " } else { " ILIKE " } } else { operator });
            self.node_in(pattern, Precedence::Concat)?;
        }
        if escaped {
            self.push(" ESCAPE '");
            self.sql.push(LIKE_ESCAPE);
            self.push("'");
        } else if like_escapes {
            self.push(" ESCAPE ''");
        }
        Ok(())
    }

    /// Writes a CASE whose values are written by `value`.
    pub(super) fn case(
        &mut self,
        branches: &[(Node, Node)],
        otherwise: Option<&Node>,
        mut value: impl FnMut(&mut Self, &Node) -> Result<()>,
    ) -> Result<()> {
        self.push("CASE");
        for (condition, yielded) in branches {
            self.push(" WHEN ");
            self.condition_in(condition, Precedence::Or)?;
            self.push(" THEN ");
            value(self, yielded)?;
        }
        if let Some(yielded) = otherwise {
            self.push(" ELSE ");
            value(self, yielded)?;
        }
        self.push(" END");
        Ok(())
    }
}

/// Whether the expression is a condition, which is not a value of every server's.
fn is_condition(node: &Node) -> bool {
    match node {
        Node::Junction(..)
        | Node::Unary(UnaryOp::Not, _)
        | Node::IsNull { .. }
        | Node::Between { .. }
        | Node::In { .. }
        | Node::Like { .. }
        | Node::Exists { .. } => true,
        Node::Binary(op, _) => matches!(
            op,
            BinaryOp::Eq
                | BinaryOp::Ne
                | BinaryOp::Lt
                | BinaryOp::Le
                | BinaryOp::Gt
                | BinaryOp::Ge
                | BinaryOp::Distinct
                | BinaryOp::NotDistinct
        ),
        Node::Function(function) => matches!(
            function.name,
            FunctionName::Regexp { .. }
                | FunctionName::FullText
                | FunctionName::JsonContains
                | FunctionName::ArrayContains
                | FunctionName::ArrayOverlaps
                | FunctionName::ArrayHas
        ),
        Node::Label(node, _) => is_condition(node),
        _ => false,
    }
}
