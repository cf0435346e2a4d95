//! A dialect that calls schemas by other names.

use super::{Capabilities, Compiler, Dialect, ListStyle, catalog::Catalog};
use crate::{
    error::Result,
    expr::{Node, tree::Select},
    schema::{ColumnDef, Literal},
    types::{EnumDef, SqlType, Value},
};
use std::{borrow::Cow, collections::HashMap, sync::Arc};

/// The names of schemas in the models, and those in the database; `None` is the default schema.
pub(crate) type SchemaNames = HashMap<Option<String>, Option<String>>;

/// A dialect in which the schemas of tables and sequences have other names.
#[derive(Debug)]
pub(crate) struct Translated {
    dialect: Arc<dyn Dialect>,
    names: SchemaNames,
}

impl Translated {
    /// The dialect itself, if no name is another.
    pub(crate) fn of(dialect: Arc<dyn Dialect>, names: SchemaNames) -> Arc<dyn Dialect> {
        if names.is_empty() { dialect } else { Arc::new(Self { dialect, names }) }
    }
}

impl Dialect for Translated {
    fn schema<'a>(&'a self, schema: Option<&'a str>) -> Option<&'a str> {
        match self.names.get(&schema.map(str::to_owned)) {
            Some(other) => other.as_deref(),
            None => schema,
        }
    }

    fn table_exists(&self, schema: Option<&str>, name: &str) -> (String, Vec<Value>) {
        self.dialect.table_exists(self.schema(schema), name)
    }

    fn sequence_exists(&self, schema: Option<&str>, name: &str) -> (String, Vec<Value>) {
        self.dialect.sequence_exists(self.schema(schema), name)
    }

    // All else is as it was.

    fn name(&self) -> &'static str {
        self.dialect.name()
    }

    fn capabilities(&self) -> &Capabilities {
        self.dialect.capabilities()
    }

    fn is_reserved(&self, name: &str) -> bool {
        self.dialect.is_reserved(name)
    }

    fn node(&self, compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
        self.dialect.node(compiler, node)
    }

    fn check_select(&self, select: &Select) -> Result<()> {
        self.dialect.check_select(select)
    }

    fn list_style(&self, sql_type: SqlType) -> ListStyle {
        self.dialect.list_style(sql_type)
    }

    fn scaled_decimal(&self, column: &ColumnDef) -> Option<u8> {
        self.dialect.scaled_decimal(column)
    }

    fn keeps_scaled_decimals(&self) -> bool {
        self.dialect.keeps_scaled_decimals()
    }

    fn column_type(&self, column: &ColumnDef) -> Result<Cow<'static, str>> {
        self.dialect.column_type(column)
    }

    fn autoincrement(&self) -> &'static str {
        self.dialect.autoincrement()
    }

    fn inline_primary_key(&self) -> bool {
        self.dialect.inline_primary_key()
    }

    fn table_options(&self) -> &'static str {
        self.dialect.table_options()
    }

    fn check_key(&self, column: &ColumnDef) -> Result<()> {
        self.dialect.check_key(column)
    }

    fn type_check(&self, column: &ColumnDef, name: &str) -> Option<String> {
        self.dialect.type_check(column, name)
    }

    fn cast_type(&self, sql_type: SqlType) -> Result<Cow<'static, str>> {
        self.dialect.cast_type(sql_type)
    }

    fn text_literal(&self, text: &str) -> String {
        self.dialect.text_literal(text)
    }

    fn literal(&self, value: &Value) -> Result<String> {
        self.dialect.literal(value)
    }

    fn column_literal(&self, column: &ColumnDef, literal: &Literal) -> Result<String> {
        self.dialect.column_literal(column, literal)
    }

    fn before_dropping_cycles(&self) -> Option<&'static str> {
        self.dialect.before_dropping_cycles()
    }

    fn catalog(&self) -> Option<&dyn Catalog> {
        self.dialect.catalog()
    }

    fn enum_exists(&self, def: &EnumDef) -> (String, Vec<Value>) {
        self.dialect.enum_exists(def)
    }
}
