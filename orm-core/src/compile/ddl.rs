//! CREATE and DROP as SQL.

use super::{
    Comments, Dialect, KeyActions, NativeEnums,
    compiler::{quote_full_name, quote_name, quote_table},
    constraint::{self, Check},
};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{
        ColumnDef, ForeignKeyDef, IndexDef, MetaData, NamingConvention, ReferentialAction, Sequence, ServerDefault,
        TableDef,
    },
    statement::Ddl,
    types::{EnumDef, EnumStorage, SqlType},
};
use std::fmt::Write;

/// The SQL of a statement that changes the schema.
///
/// # Errors
/// Of kind [`NotSupported`](ErrorKind::NotSupported) for a type that the server would change values of, and
/// [`Schema`](ErrorKind::Schema) for a table that contradicts itself.
pub fn ddl(statement: Ddl<'_>, dialect: &dyn Dialect) -> Result<String> {
    let mut writer = Writer { sql: String::with_capacity(512), dialect };
    match statement {
        Ddl::CreateTable { table, without, naming } => {
            let deferred =
                |key: &ForeignKeyDef| without.iter().any(|(other, deferred)| *other == table && *deferred == key);
            writer.create_table(table, naming, &deferred).map_err(|error| error.with_table(table.full_name()))?;
        }
        Ddl::CreateSequence { sequence } => {
            writer.fits(&sequence.name)?;
            writer.push("CREATE SEQUENCE ");
            writer.sequence(sequence)?;
            let _ = write!(writer.sql, " START WITH {} INCREMENT BY {}", sequence.start, sequence.increment);
        }
        Ddl::DropSequence { sequence } => {
            writer.push("DROP SEQUENCE ");
            writer.sequence(sequence)?;
        }
        Ddl::CreateEnum { def } => {
            writer.push("CREATE TYPE ");
            writer.name(&def.name)?;
            let labels: Vec<String> = def.labels.iter().map(|label| dialect.text_literal(label)).collect();
            let _ = write!(writer.sql, " AS ENUM ({})", labels.join(", ")); // writing to a String cannot fail
        }
        Ddl::DropEnum { def } => {
            writer.push("DROP TYPE ");
            writer.name(&def.name)?;
        }
        Ddl::Comment { table, column, text } => writer.comment(table, column, text)?,
        Ddl::CreateIndex { table, index, naming } => writer.create_index(table, index, naming)?,
        Ddl::AddForeignKey { table, key, naming } => {
            writer.alter(table, " ADD ")?;
            writer.foreign_key(table, key, naming)?;
        }
        Ddl::DropForeignKey { table, key, naming } => {
            writer.alter(table, " DROP CONSTRAINT ")?;
            writer.name(&constraint::foreign_key_name(table, key, naming))?;
        }
        Ddl::DropTable { table } => {
            writer.push("DROP TABLE ");
            quote_table(dialect, table, &mut writer.sql)?;
        }
    }
    Ok(writer.sql)
}

#[cold]
pub(super) fn no_sequences(dialect: &dyn Dialect) -> Error {
    let message =
        format!("{} has no sequences; a generated key counts too: #[column(primary_key)] id: i64", dialect.name());
    Error::new(ErrorKind::NotSupported, message)
}

/// The statements that create every table of `metadata`, in order, for a script.
///
/// # Errors
/// As [`ddl`] and [`MetaData::sorted`].
pub fn create_script(metadata: &MetaData, dialect: &dyn Dialect) -> Result<Vec<String>> {
    let sorted = metadata.sorted()?;
    let mut script = Vec::new();
    for sequence in metadata.sequences() {
        script.push(ddl(Ddl::CreateSequence { sequence }, dialect)?);
    }
    script.extend(create_enums(enums(&sorted.tables, dialect), dialect)?);
    for table in &sorted.tables {
        script.extend(create_table(table, &sorted.deferred, metadata.naming_convention(), dialect)?);
    }
    script.extend(add_deferred(&sorted.deferred, metadata.naming_convention(), dialect)?);
    Ok(script)
}

/// The statements that drop every table of `metadata`, in order, for a script.
///
/// # Errors
/// As [`ddl`] and [`MetaData::sorted`].
pub fn drop_script(metadata: &MetaData, dialect: &dyn Dialect) -> Result<Vec<String>> {
    let sorted = metadata.sorted()?;
    let naming = metadata.naming_convention();
    let mut script = Vec::new();
    if !sorted.deferred.is_empty() {
        script.extend(dialect.before_dropping_cycles().map(str::to_owned));
    }
    if !dialect.capabilities().forward_references {
        for &(table, key) in &sorted.deferred {
            script.push(ddl(Ddl::DropForeignKey { table, key, naming }, dialect)?);
        }
    }
    for table in sorted.tables.iter().rev() {
        script.push(ddl(Ddl::DropTable { table }, dialect)?);
    }
    for def in enums(&sorted.tables, dialect) {
        script.push(ddl(Ddl::DropEnum { def }, dialect)?);
    }
    for sequence in metadata.sequences() {
        script.push(ddl(Ddl::DropSequence { sequence }, dialect)?);
    }
    Ok(script)
}

/// The enums of the tables' columns that are types of their own, each once; none where the dialect has no such types.
pub fn enums(tables: &[&TableDef], dialect: &dyn Dialect) -> Vec<&'static EnumDef> {
    let mut enums: Vec<&'static EnumDef> = Vec::new();
    if dialect.capabilities().native_enums != NativeEnums::Types {
        return enums;
    }
    for column in tables.iter().flat_map(|table| table.columns.iter()) {
        if let Some(def) = native_enum(column.sql_type).filter(|def| !enums.iter().any(|known| known.name == def.name))
        {
            enums.push(def);
        }
    }
    enums
}

fn native_enum(sql_type: SqlType) -> Option<&'static EnumDef> {
    match sql_type {
        SqlType::Enum(def) if def.storage == EnumStorage::Native => Some(def),
        SqlType::Array(item) => native_enum(*item),
        _ => None,
    }
}

/// The statements that create the types of enums.
///
/// # Errors
/// As [`ddl`].
pub fn create_enums(enums: impl IntoIterator<Item = &'static EnumDef>, dialect: &dyn Dialect) -> Result<Vec<String>> {
    enums.into_iter().map(|def| ddl(Ddl::CreateEnum { def }, dialect)).collect()
}

/// The statements that create one table, its indexes and its comments.
///
/// # Errors
/// As [`ddl`].
pub fn create_table(
    table: &TableDef,
    deferred: &[(&TableDef, &ForeignKeyDef)],
    naming: &NamingConvention,
    dialect: &dyn Dialect,
) -> Result<Vec<String>> {
    // Where a table may refer to one that does not exist yet, a cycle needs no second step.
    let without = if dialect.capabilities().forward_references { &[] } else { deferred };
    let mut script = vec![ddl(Ddl::CreateTable { table, without, naming }, dialect)?];
    for index in table.indexes.iter() {
        script.push(ddl(Ddl::CreateIndex { table, index, naming }, dialect)?);
    }
    if dialect.capabilities().comments == Comments::Statements {
        if let Some(text) = &table.comment {
            script.push(ddl(Ddl::Comment { table, column: None, text }, dialect)?);
        }
        for column in table.columns.iter() {
            if let Some(text) = &column.comment {
                script.push(ddl(Ddl::Comment { table, column: Some(column), text }, dialect)?);
            }
        }
    }
    Ok(script)
}

/// The statements that add the foreign keys that close cycles.
///
/// # Errors
/// As [`ddl`], and of kind [`NotSupported`](ErrorKind::NotSupported) if the dialect can neither refer forward nor add keys later.
pub fn add_deferred(
    deferred: &[(&TableDef, &ForeignKeyDef)],
    naming: &NamingConvention,
    dialect: &dyn Dialect,
) -> Result<Vec<String>> {
    let capabilities = dialect.capabilities();
    if capabilities.forward_references {
        return Ok(Vec::new());
    }
    if let (Some((table, key)), false) = (deferred.first(), capabilities.alter_constraints) {
        return Err(Error::new(
            ErrorKind::NotSupported,
            format!(
                "{} cannot create tables that refer to each other: {} and {}",
                dialect.name(),
                table.full_name(),
                key.references.first().map_or("", |target| target.table()),
            ),
        ));
    }
    deferred.iter().map(|&(table, key)| ddl(Ddl::AddForeignKey { table, key, naming }, dialect)).collect()
}

struct Writer<'d> {
    sql: String,
    dialect: &'d dyn Dialect,
}

impl Writer<'_> {
    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Writes a name of a table or column.
    fn name(&mut self, name: &str) -> Result<()> {
        let name = constraint::shorten(name, self.dialect.capabilities().max_name);
        quote_name(self.dialect, &name, &mut self.sql)
    }

    fn columns(&mut self, table: &TableDef, columns: &[u16]) -> Result<()> {
        self.push("(");
        for (index, &column) in columns.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.name(&table.columns[usize::from(column)].name)?;
        }
        self.push(")");
        Ok(())
    }

    /// Writes the columns of a key or an index.
    fn key(&mut self, table: &TableDef, columns: &[u16]) -> Result<()> {
        for &column in columns {
            let column = &table.columns[usize::from(column)];
            self.dialect.check_key(column).map_err(|error| error.with_column(column.name.to_string()))?;
        }
        self.columns(table, columns)
    }

    fn alter(&mut self, table: &TableDef, action: &str) -> Result<()> {
        self.push("ALTER TABLE ");
        quote_table(self.dialect, table, &mut self.sql)?;
        self.push(action);
        Ok(())
    }

    /// What queries call by its name is not cut short, as some servers would in silence.
    fn fits(&self, name: &str) -> Result<()> {
        let most = self.dialect.capabilities().max_name;
        if name.chars().count() <= most {
            return Ok(());
        }
        let message = format!("{}'s names have at most {most} bytes, and {name} has more", self.dialect.name());
        Err(Error::new(ErrorKind::Schema, message))
    }

    fn sequence(&mut self, sequence: &Sequence) -> Result<()> {
        if self.dialect.capabilities().sequences.is_none() {
            return Err(no_sequences(self.dialect));
        }
        quote_full_name(self.dialect, sequence.schema.as_deref(), &sequence.name, &mut self.sql)
    }

    fn create_table(
        &mut self,
        table: &TableDef,
        naming: &NamingConvention,
        deferred: &dyn Fn(&ForeignKeyDef) -> bool,
    ) -> Result<()> {
        self.fits(&table.name)?;
        self.push("CREATE TABLE ");
        quote_table(self.dialect, table, &mut self.sql)?;
        self.push(" (");
        let mut primary_key_is_written = false;
        for (index, column) in table.columns.iter().enumerate() {
            self.push(if index == 0 { "\n  " } else { ",\n  " });
            primary_key_is_written |= self
                .fits(&column.name)
                .and_then(|()| self.column(column, table.primary_key.len() == 1))
                .map_err(|error| error.with_column(column.name.to_string()))?;
        }
        if !table.primary_key.is_empty() && !primary_key_is_written {
            self.constraint(&constraint::primary_key_name(table, naming))?;
            self.push("PRIMARY KEY ");
            self.key(table, &table.primary_key)?;
        }
        for unique in table.uniques.iter() {
            self.constraint(&constraint::unique_name(table, unique, naming))?;
            self.push("UNIQUE ");
            self.key(table, &unique.columns)?;
        }
        self.checks(table, naming)?;
        for key in table.foreign_keys.iter().filter(|key| !deferred(key)) {
            self.push(",\n  ");
            self.foreign_key(table, key, naming)?;
        }
        self.push("\n)");
        self.push(self.dialect.table_options());
        self.inline_comment(table.comment.as_deref());
        Ok(())
    }

    fn inline_comment(&mut self, text: Option<&str>) {
        if let (Some(text), Comments::Inline) = (text, self.dialect.capabilities().comments) {
            self.push(" COMMENT ");
            self.push(&self.dialect.text_literal(text));
        }
    }

    fn constraint(&mut self, name: &str) -> Result<()> {
        self.push(",\n  CONSTRAINT ");
        self.name(name)?;
        self.push(" ");
        Ok(())
    }

    /// Writes a column, and answers whether it says that it is the primary key.
    fn column(&mut self, column: &ColumnDef, alone_in_key: bool) -> Result<bool> {
        self.name(&column.name)?;
        self.push(" ");
        let dialect = self.dialect;
        self.push(&dialect.column_type(column)?);
        if column.autoincrement && alone_in_key && dialect.inline_primary_key() {
            self.push(dialect.autoincrement());
            return Ok(true);
        }
        if let Some(default) = &column.server_default {
            self.push(" DEFAULT ");
            match default {
                ServerDefault::Literal(literal) => self.push(&dialect.column_literal(column, literal)?),
                ServerDefault::Sql(sql) => {
                    let _ = write!(self.sql, "({sql})"); // writing to a String cannot fail
                }
            }
        }
        if column.autoincrement {
            self.push(dialect.autoincrement());
        }
        if !column.nullable {
            self.push(" NOT NULL");
        }
        self.inline_comment(column.comment.as_deref());
        Ok(false)
    }

    fn checks(&mut self, table: &TableDef, naming: &NamingConvention) -> Result<()> {
        for Check { name, sql } in constraint::checks(table, naming, self.dialect)? {
            self.constraint(&name)?;
            let _ = write!(self.sql, "CHECK ({sql})"); // writing to a String cannot fail
        }
        Ok(())
    }

    fn foreign_key(&mut self, table: &TableDef, key: &ForeignKeyDef, naming: &NamingConvention) -> Result<()> {
        self.push("CONSTRAINT ");
        self.name(&constraint::foreign_key_name(table, key, naming))?;
        self.push(" FOREIGN KEY ");
        self.key(table, &key.columns)?;
        self.push(" REFERENCES ");
        for (index, target) in key.references.iter().enumerate() {
            if index == 0 {
                if let Some(schema) =
                    self.dialect.schema(target.schema()).filter(|_| !self.dialect.capabilities().schemas_are_databases)
                {
                    self.name(schema)?;
                    self.push(".");
                }
                self.name(target.table())?;
                self.push(" (");
            } else {
                self.push(", ");
            }
            self.name(target.column())?;
        }
        self.push(")");
        self.key_action(" ON DELETE ", key.on_delete)?;
        self.key_action(" ON UPDATE ", key.on_update)?;
        if key.deferred {
            if !self.dialect.capabilities().deferrable_keys {
                let message = format!(
                    "{} has no deferred foreign keys; leave `deferred` out, and write referred rows first",
                    self.dialect.name(),
                );
                return Err(Error::new(ErrorKind::NotSupported, message));
            }
            self.push(" DEFERRABLE INITIALLY DEFERRED");
        }
        Ok(())
    }

    fn key_action(&mut self, when: &str, action: Option<ReferentialAction>) -> Result<()> {
        let Some(action) = action else { return Ok(()) };
        if self.dialect.capabilities().key_actions == KeyActions::OnDelete {
            match action {
                ReferentialAction::NoAction | ReferentialAction::Restrict => return Ok(()),
                ReferentialAction::Cascade | ReferentialAction::SetNull if when == " ON DELETE " => {}
                _ => {
                    let (name, sql) = (self.dialect.name(), action.as_sql());
                    let message =
                        format!("{name} has no foreign keys{when}{sql}; leave it out, and do it in the program");
                    return Err(Error::new(ErrorKind::NotSupported, message));
                }
            }
        }
        self.push(when);
        self.push(action.as_sql());
        Ok(())
    }

    fn comment(&mut self, table: &TableDef, column: Option<&ColumnDef>, text: &str) -> Result<()> {
        self.push(if column.is_some() { "COMMENT ON COLUMN " } else { "COMMENT ON TABLE " });
        quote_table(self.dialect, table, &mut self.sql)?;
        if let Some(column) = column {
            self.push(".");
            self.name(&column.name)?;
        }
        self.push(" IS ");
        self.push(&self.dialect.text_literal(text));
        Ok(())
    }

    fn create_index(&mut self, table: &TableDef, index: &IndexDef, naming: &NamingConvention) -> Result<()> {
        self.push(if index.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        let name = constraint::index_name(table, index, naming);
        if self.dialect.capabilities().schemas_are_databases {
            if let Some(schema) = self.dialect.schema(table.schema.as_deref()) {
                self.name(schema)?;
                self.push(".");
            }
            self.name(&name)?;
            self.push(" ON ");
            self.name(&table.name)?;
        } else {
            self.name(&name)?;
            self.push(" ON ");
            quote_table(self.dialect, table, &mut self.sql)?;
        }
        self.push(" ");
        self.key(table, &index.columns)
    }
}
