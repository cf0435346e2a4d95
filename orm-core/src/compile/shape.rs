//! The shape of a statement: all of it but its values.
//!
//! Statements of one shape have the same SQL. The shape is written as bytes, in one walk that collects the values too, so that a
//! statement that was compiled before costs a walk and a look-up, and a hit of the cache compares structure, not a hash alone.

use super::{Dialect, ListStyle};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, Order,
        tree::{
            Compound, Cte, Function, FunctionName, Join, RowLock, Select, Set, SetOperation, Source, TextNode, Window,
        },
    },
    schema::{ColumnRole, TableDef, TableRef},
    statement::{
        Conflict, ConflictUpdate, Delete, Insert, InsertSource, Matching, Merge, MergeAction, MergeBranch, Statement,
        Update, UpdateMany,
    },
    types::{SqlType, Value},
};
use std::{
    hash::Hash,
    mem::{self, discriminant},
    ptr,
    sync::Arc,
};

/// A statement's shape and values.
pub(super) struct Shape<'d> {
    /// The structure, as bytes.
    pub(super) key: Vec<u8>,
    /// The values, in the order of the walk.
    pub(super) values: Vec<Value>,
    /// Where each value lives in the statement, and its place in the walk.
    pub(super) places: Vec<(usize, u32)>,
    /// Whether a table keeps rows that were deleted.
    pub(super) hides_rows: bool,
    /// The table that was looked at last.
    table: *const TableDef,
    /// Whether a value that equals an earlier one is that one: `age + 1` is grouped by `age + 1`, and not by `age + 2`.
    ///
    /// A server compares the expressions by their text, so that to it `age + $1` and `age + $2` are never the same.
    numbering: bool,
    dialect: &'d dyn Dialect,
    /// The subqueries met so far: one that is shared has its values once.
    subqueries: Vec<*const Select>,
    /// The first thing that went wrong while the statement was built.
    problem: Option<(ErrorKind, String)>,
}

/// Where something lives, to find it again in the same statement.
pub(super) fn address<T>(place: &T) -> usize {
    std::ptr::from_ref(place) as usize
}

/// The number, if a LIMIT or OFFSET is written out and not sent as a value.
///
/// Those of `first` and `one` are always the same, and a planner does more with a number that it sees.
pub(super) fn written(count: &Option<u64>) -> Option<u8> {
    count.filter(|&number| number <= 2).map(|number| number as u8)
}

/// How the list of an `IN` is sent.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum List {
    /// Nothing is in an empty list.
    Empty,
    /// It holds expressions, each written out.
    Expressions,
    /// This many placeholders.
    Padded(usize),
    /// One value.
    Packed(ListStyle),
}

impl List {
    pub(super) fn of(nodes: &[Node], dialect: &dyn Dialect) -> Self {
        let Some(Node::Bind(first)) = nodes.first() else {
            return if nodes.is_empty() { Self::Empty } else { Self::Expressions };
        };
        if nodes.iter().any(|node| !matches!(node, Node::Bind(_))) {
            return Self::Expressions;
        }
        match dialect.list_style(sql_type(first)) {
            ListStyle::Padded => Self::Padded(nodes.len().next_power_of_two()),
            packed => Self::Packed(packed),
        }
    }
}

/// The type that a value has by itself.
pub(super) fn sql_type(value: &Value) -> SqlType {
    match value {
        Value::Null(sql_type) => *sql_type,
        Value::Bool(_) => SqlType::Boolean,
        Value::Int(_) => SqlType::BigInt,
        Value::UInt(_) => SqlType::BigUnsigned,
        Value::Float(_) => SqlType::Real,
        Value::Double(_) => SqlType::Double,
        Value::Text(_) => SqlType::Text,
        Value::Bytes(_) => SqlType::Bytes,
        Value::Date(_) => SqlType::Date,
        Value::Time(_) => SqlType::Time,
        Value::DateTime(_) => SqlType::DateTime,
        Value::UtcDateTime(_) => SqlType::UtcDateTime,
        Value::Decimal(_) => SqlType::Decimal,
        Value::BigDecimal(_) => SqlType::BigDecimal,
        Value::Uuid(_) => SqlType::Uuid,
        Value::Json(_) => SqlType::Json,
        Value::Enum(def, _) => SqlType::Enum(def),
        Value::List(..) => SqlType::Array(&SqlType::Text),
    }
}

impl<'d> Shape<'d> {
    /// # Errors
    /// What went wrong while the statement was built, which a statement of the same shape need not share.
    pub(super) fn of(statement: &Statement, dialect: &'d dyn Dialect) -> Result<Self> {
        let mut shape = Self::new(dialect);
        match statement {
            Statement::Select(select) => {
                shape.tag(b'S');
                shape.select(select);
            }
            Statement::Insert(insert) => shape.insert(insert),
            Statement::Update(update) => shape.update(update),
            Statement::UpdateMany(update) => shape.update_many(update),
            Statement::Delete(delete) => shape.delete(delete),
            Statement::Merge(merge) => shape.merge(merge),
            Statement::Text(text) => {
                shape.tag(b'T');
                shape.text_clause(text);
            }
        }
        match shape.problem.take() {
            None => Ok(shape),
            Some((kind, message)) => Err(Error::new(kind, message)),
        }
    }

    fn new(dialect: &'d dyn Dialect) -> Self {
        Self {
            key: Vec::with_capacity(256),
            values: Vec::new(),
            places: Vec::new(),
            hides_rows: false,
            table: ptr::null(),
            numbering: false,
            dialect,
            subqueries: Vec::new(),
            problem: None,
        }
    }

    /// Whether there are values in the nodes.
    fn has_values(&self, nodes: &[Node]) -> bool {
        let mut shape = Self::new(self.dialect);
        shape.nodes(nodes);
        !shape.values.is_empty()
    }

    fn tag(&mut self, tag: u8) {
        self.key.push(tag);
    }

    fn number(&mut self, number: usize) {
        self.key.extend_from_slice(&(number as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.key.extend_from_slice(text.as_bytes());
    }

    /// A value of an enum without fields, or which variant one with fields is.
    fn variant<T: Hash>(&mut self, value: T) {
        /// Takes the bytes that a derived `Hash` feeds to a hasher: for a variant, its discriminant.
        struct Bytes<'a>(&'a mut Vec<u8>);
        impl std::hash::Hasher for Bytes<'_> {
            fn finish(&self) -> u64 {
                0
            }
            fn write(&mut self, bytes: &[u8]) {
                self.0.extend_from_slice(bytes);
            }
        }
        value.hash(&mut Bytes(&mut self.key));
    }

    fn table(&mut self, table: TableRef) {
        let TableRef { def, alias, derived } = table;
        self.number(address(def));
        if !ptr::eq(mem::replace(&mut self.table, def), def) {
            self.hides_rows |= def.with_role(ColumnRole::SoftDelete).is_some();
        }
        self.tag(u8::from(alias.is_some()) | u8::from(derived) << 1);
        if let Some(alias) = alias {
            self.text(alias);
        }
    }

    fn value(&mut self, value: &Value) {
        self.variant(discriminant(value));
        match value {
            // Where decimals are scaled integers, the SQL depends on the digits after the point.
            Value::Decimal(decimal) => self.tag(decimal.normalize().scale() as u8),
            // Where enums are types, it names them.
            Value::Enum(def, _) => self.number(address(*def)),
            Value::Null(sql_type) => self.variant(*sql_type),
            _ => {}
        }
        let known = self.numbering.then(|| self.values.iter().position(|known| known.same(value))).flatten();
        if self.numbering {
            self.number(known.unwrap_or(usize::MAX));
        }
        self.places.push((address(value), known.unwrap_or(self.values.len()) as u32));
        if known.is_none() {
            self.values.push(value.clone());
        }
    }

    /// A value of its own, whatever it equals.
    fn push(&mut self, address: usize, value: Value) {
        self.places.push((address, self.values.len() as u32));
        self.values.push(value);
    }

    fn nodes(&mut self, nodes: &[Node]) {
        self.number(nodes.len());
        nodes.iter().for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &Node) {
        let node = node.in_dialect(self.dialect.name());
        self.variant(discriminant(node));
        match node {
            Node::Column(column) => {
                self.table(column.table);
                self.number(column.index.into());
            }
            Node::Table(table) => self.table(*table),
            Node::Bind(value) => self.value(value),
            Node::Constant(constant) => self.variant(*constant),
            Node::Unary(op, node) => {
                self.variant(*op);
                self.node(node);
            }
            Node::Binary(op, parts) => {
                self.variant(*op);
                parts.iter().for_each(|node| self.node(node));
            }
            Node::Junction(junction, nodes) => {
                self.variant(*junction);
                self.nodes(nodes);
            }
            Node::IsNull { node, negated } => {
                self.tag((*negated).into());
                self.node(node);
            }
            Node::Between { parts, negated } => {
                self.tag((*negated).into());
                parts.iter().for_each(|node| self.node(node));
            }
            Node::In { node, set, negated } => {
                self.tag((*negated).into());
                self.node(node);
                self.set(set);
            }
            Node::Like { parts, ignore_case, escaped, negated } => {
                self.tag(u8::from(*negated) | u8::from(*ignore_case) << 1 | u8::from(*escaped) << 2);
                parts.iter().for_each(|node| self.node(node));
            }
            Node::Case { branches, otherwise } => {
                self.number(branches.len());
                for (condition, value) in branches {
                    self.node(condition);
                    self.node(value);
                }
                self.tag(otherwise.is_some().into());
                if let Some(node) = otherwise {
                    self.node(node);
                }
            }
            Node::Cast(node, sql_type) => {
                self.variant(*sql_type);
                self.node(node);
            }
            Node::Function(function) => self.function(function),
            Node::Label(node, label) => {
                self.text(label);
                self.node(node);
            }
            Node::Scalar(select) => self.subquery(select),
            Node::Exists { select, negated } => {
                self.tag((*negated).into());
                self.subquery(select);
            }
            Node::ByDialect { otherwise, .. } => self.node(otherwise),
            Node::Row(nodes) => self.nodes(nodes),
            Node::Quantified { all, select } => {
                self.tag((*all).into());
                self.subquery(select);
            }
            Node::Text(text) => self.text_clause(text),
        }
    }

    fn set(&mut self, set: &Set) {
        let nodes = match set {
            Set::Select(select) => {
                self.tag(0);
                return self.subquery(select);
            }
            Set::List(nodes) => nodes,
        };
        // The values of a list have places one after the other.
        let numbering = mem::replace(&mut self.numbering, false);
        match List::of(nodes, self.dialect) {
            List::Empty => self.tag(1),
            List::Expressions => {
                self.tag(2);
                self.nodes(nodes);
            }
            List::Padded(length) => {
                self.tag(3);
                self.number(length);
                for index in 0..length {
                    if let Some(Node::Bind(value)) = nodes.get(index).or(nodes.last()) {
                        self.value(value);
                    }
                }
            }
            List::Packed(_) => {
                self.tag(4);
                let values: Vec<&Value> = nodes
                    .iter()
                    .filter_map(|node| match node {
                        Node::Bind(value) => Some(value),
                        _ => None,
                    })
                    .collect();
                self.variant(discriminant(values[0]));
                let list = Value::List(sql_type(values[0]), values.iter().copied().cloned().collect());
                self.push(address(values[0]), list);
            }
        }
        self.numbering = numbering;
    }

    fn function(&mut self, function: &Function) {
        let Function { name, arguments, distinct, order_by, filter, over, returns } = function;
        self.variant(discriminant(name));
        if let FunctionName::Named(text) | FunctionName::StringAgg(text) | FunctionName::Collate(text) = name {
            self.text(text);
        }
        match name {
            FunctionName::Extract(part) => self.variant(*part),
            FunctionName::Truncate(unit) => self.variant(*unit),
            FunctionName::Json(json_as) => self.variant(*json_as),
            FunctionName::Regexp { ignore_case } => self.tag((*ignore_case).into()),
            FunctionName::NextValue(schema, name) => {
                self.tag(schema.is_some().into());
                schema.iter().chain([name]).for_each(|part| self.text(part));
            }
            _ => {}
        }
        self.tag((*distinct).into());
        self.variant(*returns);
        self.nodes(arguments);
        self.orders(order_by);
        self.nodes(filter);
        self.tag(over.is_some().into());
        if let Some(window) = over {
            self.window(window);
        }
    }

    fn window(&mut self, window: &Window) {
        let Window { base, partition_by, order_by, frame } = window;
        self.text(base.unwrap_or_default());
        self.nodes(partition_by);
        self.orders(order_by);
        self.variant(frame);
    }

    fn orders(&mut self, orders: &[Order]) {
        self.number(orders.len());
        orders.iter().for_each(|order| self.order(order));
    }

    fn text_clause(&mut self, clause: &TextNode) {
        self.text(&clause.sql);
        self.number(clause.binds.len());
        for (name, value) in &clause.binds {
            self.text(name);
            self.value(value);
        }
    }

    fn source(&mut self, source: &Source) {
        match source {
            Source::Table(table) => {
                self.tag(0);
                self.table(*table);
            }
            Source::Select(select, table) => {
                self.tag(1);
                self.subquery(select);
                self.table(*table);
            }
            Source::Lateral(select, table) => {
                self.tag(2);
                self.subquery(select);
                self.table(*table);
            }
            Source::Cte(cte, table) => {
                let Cte { name, columns: _, select, recursive, materialized } = &**cte;
                self.tag(3);
                self.text(name);
                self.tag((*recursive).into());
                self.variant(*materialized);
                self.subquery(select);
                self.table(*table);
            }
            Source::Recursion(table) => {
                self.tag(4);
                self.table(*table);
            }
            Source::Values(rows, table) => {
                self.tag(5);
                self.number(rows.len());
                rows.iter().for_each(|row| self.nodes(row));
                self.table(*table);
            }
        }
    }

    fn join(&mut self, join: &Join) {
        self.variant(join.kind);
        self.source(&join.source);
        self.nodes(&join.on);
    }

    fn order(&mut self, order: &Order) {
        self.tag(order.descending.into());
        self.variant(order.nulls);
        self.node(&order.node);
    }

    /// A subquery. One that stands in the statement twice lives in one place, so that its values could not be told apart by it: the
    /// second time it is named by the number of the first, and its values are those of the first.
    fn subquery(&mut self, select: &Arc<Select>) {
        match self.subqueries.iter().position(|known| ptr::eq(*known, Arc::as_ptr(select))) {
            Some(number) => {
                self.tag(1);
                self.number(number);
            }
            None => {
                self.tag(0);
                self.subqueries.push(Arc::as_ptr(select));
                self.select(select);
            }
        }
    }

    fn select(&mut self, select: &Select) {
        let Select { distinct, distinct_on, columns, from, joins, filter, group_by, having, windows, .. } = select;
        self.number(select.hints_for(self.dialect.name()).count());
        select.hints_for(self.dialect.name()).for_each(|hint| self.text(hint));
        let Select { compound, order_by, limit, offset, lock, problem, .. } = select;
        if self.problem.is_none() {
            self.problem.clone_from(problem);
        }
        let numbered = self.dialect.capabilities().placeholder.is_numbered();
        let numbers =
            (numbered && (*distinct || !distinct_on.is_empty())) || (!group_by.is_empty() && self.has_values(group_by));
        let numbering = mem::replace(&mut self.numbering, numbers);
        self.tag((*distinct).into());
        self.nodes(distinct_on);
        match compound.as_deref() {
            // The columns are those of the first.
            Some(Compound { first, rest }) => {
                self.number(usize::MAX);
                self.subquery(first);
                self.number(rest.len());
                for SetOperation { operator, all, select } in rest {
                    self.variant(*operator);
                    self.tag((*all).into());
                    self.subquery(select);
                }
            }
            None => self.nodes(columns),
        }
        self.number(from.len());
        from.iter().for_each(|source| self.source(source));
        self.number(joins.len());
        joins.iter().for_each(|join| self.join(join));
        self.nodes(filter);
        self.nodes(group_by);
        self.nodes(having);
        self.number(windows.len());
        for (name, window) in windows {
            self.text(name);
            self.window(window);
        }
        self.orders(order_by);
        for count in [limit, offset] {
            self.tag(count.is_some().into());
            if let Some(number) = written(count) {
                self.tag(number);
            } else if let Some(number) = count {
                self.tag(u8::MAX);
                // A count beyond i64 is beyond every table.
                self.push(address(count), Value::Int(i64::try_from(*number).unwrap_or(i64::MAX)));
            }
        }
        self.numbering = numbering;
        self.tag(lock.is_some().into());
        if let Some(RowLock { shared, wait, of }) = lock {
            self.tag((*shared).into());
            self.variant(*wait);
            self.number(of.len());
            of.iter().for_each(|table| self.table(*table));
        }
    }

    /// The values of an INSERT change nothing in its SQL and are many: they are moved past the shape, not copied through it.
    fn insert(&mut self, insert: &Insert) {
        let Insert { table, columns, source, conflict, returning } = insert;
        self.tag(b'I');
        self.table(*table);
        self.number(columns.len());
        columns.iter().for_each(|&column| self.number(column.into()));
        match source {
            InsertSource::Values { rows, values: _ } => self.number(*rows),
            InsertSource::Select(select) => {
                self.number(usize::MAX);
                self.select(select);
            }
        }
        self.tag(conflict.is_some().into());
        if let Some(Conflict { target, update }) = conflict {
            self.number(target.len());
            target.iter().for_each(|&column| self.number(column.into()));
            self.tag(update.is_some().into());
            if let Some(ConflictUpdate { assignments, filter }) = update {
                self.assignments(assignments);
                self.nodes(filter);
            }
        }
        self.nodes(returning);
    }

    fn update(&mut self, update: &Update) {
        let Update { table, assignments, matching, returning } = update;
        self.tag(b'U');
        self.table(*table);
        self.assignments(assignments);
        self.matching(matching);
        self.nodes(returning);
    }

    /// Its values are moved past the shape, as those of an INSERT.
    fn update_many(&mut self, update: &UpdateMany) {
        let UpdateMany { table, columns, key, identity, rows, values: _ } = update;
        self.tag(b'R');
        self.table(*table);
        for columns in [columns, key] {
            self.number(columns.len());
            columns.iter().for_each(|&column| self.number(column.into()));
        }
        self.number(*identity);
        self.number(*rows);
    }

    fn matching(&mut self, matching: &Matching) {
        let Matching { from, joins, filter, unfiltered: _ } = matching;
        self.number(from.len());
        from.iter().for_each(|source| self.source(source));
        self.number(joins.len());
        joins.iter().for_each(|join| self.join(join));
        self.nodes(filter);
    }

    fn assignments(&mut self, assignments: &[(u16, Node)]) {
        self.number(assignments.len());
        for (column, node) in assignments {
            self.number((*column).into());
            self.node(node);
        }
    }

    fn merge(&mut self, merge: &Merge) {
        let Merge { table, source, on, branches } = merge;
        self.tag(b'M');
        self.table(*table);
        self.source(source);
        self.node(on);
        self.number(branches.len());
        for MergeBranch { filter, action } in branches {
            self.nodes(filter);
            self.variant(discriminant(action));
            match action {
                MergeAction::Update(assignments) | MergeAction::Insert(assignments) => self.assignments(assignments),
                MergeAction::Delete => {}
            }
        }
    }

    fn delete(&mut self, delete: &Delete) {
        let Delete { table, matching, returning } = delete;
        self.tag(b'D');
        self.table(*table);
        self.matching(matching);
        self.nodes(returning);
    }
}
