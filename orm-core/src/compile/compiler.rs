//! The state of a compilation: SQL so far, values so far, and the tables in scope.

use super::{
    Dialect, Placeholder,
    compiled::{Compiled, Conversion, Output, StatementKind},
    shape::{Shape, address},
    upsert::EXCLUDED,
};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{ColumnRef, TableRef},
    types::Value,
};
use std::{collections::HashMap, fmt::Write};

/// Writes one statement for one dialect.
pub struct Compiler<'d> {
    /// The SQL so far.
    pub sql: String,
    dialect: &'d dyn Dialect,
    /// The values in the order of the SQL, each as its place in the walk of the shape.
    pub(super) order: Vec<u32>,
    pub(super) conversions: Vec<Conversion>,
    places: HashMap<usize, u32>,
    /// How many values were walked: those of the rows of an INSERT have the places after them.
    pub(super) walked: u32,
    /// Whether the row that an INSERT could not insert is spoken of as `VALUES(a)`.
    pub(super) values_of_row: bool,
    /// Whether a value stands in several places.
    repeats: bool,
    /// The tables in scope, the innermost query last.
    pub(super) scopes: Vec<Vec<TableRef>>,
    /// The windows that can be named, the innermost query's last.
    pub(super) windows: Vec<Vec<&'static str>>,
    /// Whether the outermost scope is that of an UPDATE or a DELETE, which have one table.
    pub(super) one_table: bool,
    /// Whether rows are locked.
    pub(super) locks: bool,
    pub(super) outputs: Vec<Output>,
}

impl<'d> Compiler<'d> {
    pub(super) fn new(dialect: &'d dyn Dialect, shape: &Shape<'_>) -> Self {
        let repeats = shape.places.len() > shape.values.len();
        Self {
            sql: String::with_capacity(256),
            dialect,
            order: Vec::new(),
            conversions: Vec::new(),
            places: shape.places.iter().copied().collect(),
            walked: shape.values.len() as u32,
            values_of_row: false,
            repeats,
            scopes: Vec::new(),
            windows: Vec::new(),
            one_table: false,
            locks: false,
            outputs: Vec::new(),
        }
    }

    /// The statement, of which `values` values were walked.
    pub(super) fn finish(self, kind: StatementKind, long: bool, values: usize) -> Compiled {
        // A value that the SQL has no use for is left out too: an ORDER BY of a selected label does not repeat its expression.
        let in_order =
            self.order.len() == values && self.order.iter().enumerate().all(|(index, &place)| index as u32 == place);
        let mut compiled = Compiled::new(kind, self.sql);
        compiled.long = long;
        compiled.values = values;
        compiled.empty_is_null = self.dialect.capabilities().empty_is_null;
        compiled.locks = self.locks;
        compiled.outputs = self.outputs;
        compiled.order = (!in_order).then_some(self.order);
        compiled.conversions = self.conversions;
        compiled
    }

    /// The dialect that is written.
    pub fn dialect(&self) -> &'d dyn Dialect {
        self.dialect
    }

    /// Writes SQL as it is.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Writes `items` with `separator` between them.
    pub fn separated<T>(
        &mut self,
        separator: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> Result<()>,
    ) -> Result<()> {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(separator);
            }
            write(self, item)?;
        }
        Ok(())
    }

    /// Writes the name of something, quoted where it must be.
    pub fn name(&mut self, name: &str) -> Result<()> {
        quote_name(self.dialect, name, &mut self.sql)
    }

    /// Writes what a table is called in the statement.
    pub fn table_alias(&mut self, alias: &str) -> Result<()> {
        self.push(self.dialect.capabilities().table_alias);
        self.name(alias)
    }

    /// Writes a table's own name, with its schema.
    pub fn table_name(&mut self, table: TableRef) -> Result<()> {
        quote_table(self.dialect, table.def, &mut self.sql)
    }

    /// Writes a column with its table before it.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if no table in scope has it.
    pub fn column(&mut self, column: ColumnRef) -> Result<()> {
        self.check_scope(column)?;
        if self.values_of_row && column.table.alias == Some(EXCLUDED) {
            self.push("VALUES(");
            self.name(column.name())?;
            self.push(")");
            return Ok(());
        }
        self.name(column.table.label())?;
        self.push(".");
        self.name(column.name())
    }

    pub(super) fn check_scope(&self, column: ColumnRef) -> Result<()> {
        if self.scopes.iter().any(|scope| scope.contains(&column.table)) {
            return Ok(());
        }
        if let ([scope], true) = (&self.scopes[..], self.one_table) {
            return Err(not_the_table(column, scope));
        }
        Err(not_in_scope(column, self.scopes.last().map_or(&[], Vec::as_slice)))
    }

    /// Runs `write` with `tables` in scope.
    pub(super) fn scoped(&mut self, tables: Vec<TableRef>, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        for (index, table) in tables.iter().enumerate() {
            if tables[..index].iter().any(|other| other.label() == table.label()) {
                return Err(Error::new(
                    ErrorKind::Statement,
                    format!(
                        "{} is in FROM twice; give one of the two another name: {}.alias(\"…\")",
                        table.label(),
                        TableRef::new(table.def).value(),
                    ),
                ));
            }
        }
        self.scopes.push(tables);
        let written = write(self);
        self.scopes.pop();
        written
    }

    /// Runs `write` without the tables of the innermost query in scope.
    pub(super) fn outside(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let own = self.scopes.pop();
        let written = write(self);
        self.scopes.extend(own);
        written
    }

    /// Writes the placeholder of a value of the statement.
    pub fn bind(&mut self, value: &Value) {
        let place = self.place(value);
        self.placeholder(place);
    }

    /// Writes the placeholder of a decimal that is sent as an integer of `scale` digits after the point.
    pub fn bind_scaled(&mut self, value: &Value, scale: u8) {
        let place = self.place(value);
        self.placeholder_scaled(place, scale, None);
    }

    /// Writes the placeholder of the value at `place` that, if it is a decimal, is sent as a scaled integer: into `column`, or to be compared.
    pub(super) fn placeholder_scaled(&mut self, place: u32, scale: u8, column: Option<ColumnRef>) {
        self.conversions.push(Conversion { index: self.order.len() as u32, scale, as_integer: true, column });
        self.placeholder(place);
    }

    /// Writes the placeholder of the value at `place`, a decimal into `column` that a server would round.
    pub(super) fn placeholder_exact(&mut self, place: u32, scale: u8, column: ColumnRef) {
        let index = self.order.len() as u32;
        self.conversions.push(Conversion { index, scale, as_integer: false, column: Some(column) });
        self.placeholder(place);
    }

    /// The place in the walk of the shape of what lives here.
    pub(super) fn place<T>(&self, place: &T) -> u32 {
        // Every value was met in the walk of this very statement; were one not, its wrong number would be an error of the server.
        self.places.get(&address(place)).copied().unwrap_or(u32::MAX)
    }

    /// Writes the placeholder of the value at `place`.
    pub(super) fn placeholder(&mut self, place: u32) {
        let placeholder = self.dialect.capabilities().placeholder;
        let known = (self.repeats && placeholder.is_numbered())
            .then(|| self.order.iter().position(|&known| known == place))
            .flatten();
        let number = known.unwrap_or(self.order.len()) + 1;
        if known.is_none() {
            self.order.push(place);
        }
        // Writing to a String cannot fail.
        let _ = match placeholder {
            Placeholder::Question => self.sql.write_char('?'),
            Placeholder::Dollar => write!(self.sql, "${number}"),
            Placeholder::Colon => write!(self.sql, ":{number}"),
        };
    }

    /// The error of something that this dialect cannot do; `cure` names the way round, where there is one.
    pub fn unsupported(&self, feature: &str, cure: &str) -> Error {
        let name = self.dialect.name();
        let cure = if cure.is_empty() { String::new() } else { format!("; {cure}") };
        Error::new(ErrorKind::NotSupported, format!("{name} has no {feature}{cure}"))
    }
}

/// Writes a name, in quotes if it is a reserved word or would not be read back as it is.
pub(super) fn quote_name(dialect: &dyn Dialect, name: &str, sql: &mut String) -> Result<()> {
    if name.is_empty() || name.contains('\0') {
        return Err(Error::new(ErrorKind::Schema, format!("{name:?} is not a name")));
    }
    let plain = name
        .bytes()
        .enumerate()
        .all(|(index, byte)| byte.is_ascii_lowercase() || byte == b'_' || (index > 0 && byte.is_ascii_digit()));
    if plain && !dialect.is_reserved(name) {
        sql.push_str(name);
        return Ok(());
    }
    let quote = dialect.capabilities().quote;
    sql.push(quote);
    for character in name.chars() {
        if character == quote {
            sql.push(quote);
        }
        sql.push(character);
    }
    sql.push(quote);
    Ok(())
}

/// Writes a table's name, after its schema.
pub(super) fn quote_table(dialect: &dyn Dialect, table: &crate::schema::TableDef, sql: &mut String) -> Result<()> {
    quote_full_name(dialect, table.schema.as_deref(), &table.name, sql)
}

/// Writes a name after that of its schema.
pub(super) fn quote_full_name(dialect: &dyn Dialect, schema: Option<&str>, name: &str, sql: &mut String) -> Result<()> {
    if let Some(schema) = dialect.schema(schema) {
        if !dialect.capabilities().schemas {
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!("{} has no schemas; leave the schema of {schema}.{name} out", dialect.name()),
            ));
        }
        quote_name(dialect, schema, sql)?;
        sql.push('.');
    }
    quote_name(dialect, name, sql)
}

#[cold]
fn not_in_scope(column: ColumnRef, scope: &[TableRef]) -> Error {
    let table = column.table;
    let value = table.value();
    let same = scope.iter().find(|other| std::ptr::eq(other.def, table.def));
    let relations = relations(scope, table);
    let cure = match (same, scope) {
        (Some(other), _) => {
            format!("the table is there as {}: use the columns of that one, or add .join_on({value}, …)", other.label())
        }
        _ if !relations.is_empty() => format!("add {}", relations.join(" or ")),
        _ if table.derived => format!("it is the rows of a query: add .from(&{value}) or .join_on(&{value}, …)"),
        (None, []) => format!("add .from({value})"),
        (None, _) => format!("add .join_on({value}, …) or .from({value})"),
    };
    let message = format!("{column:?} is used, but {} is not in FROM; {cure}", table.label());
    Error::new(ErrorKind::Statement, message)
}

#[cold]
fn not_the_table(column: ColumnRef, scope: &[TableRef]) -> Error {
    let (model, other) = (scope.first().map_or("Model", TableRef::value), column.table.value());
    let mut joins = relations(scope, column.table);
    if joins.is_empty() {
        joins.push(format!(".join_on({other}, …)"));
    }
    let message = format!(
        "{column:?} is used, but only {model} is read; add {}, or ask for it in a subquery: \
         .filter({model}.id.in_(query({other}.…).filter(…)))",
        joins.join(" or "),
    );
    Error::new(ErrorKind::Statement, message)
}

/// The joins that would bring `wanted` to the tables in `scope`. A relation leads to a table under its own name only.
pub(super) fn relations(scope: &[TableRef], wanted: TableRef) -> Vec<String> {
    let mut joins = Vec::new();
    for table in scope.iter().filter(|_| wanted.alias.is_none()) {
        let relations = table.def.model.relations.iter().filter(|relation| relation.leads(wanted.def));
        joins.extend(relations.map(|relation| format!(".join({}.{})", table.value(), relation.name)));
    }
    joins
}
