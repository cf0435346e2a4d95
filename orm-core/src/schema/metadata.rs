//! The tables that belong together.

use super::{ForeignKeyDef, Model, NamingConvention, RelationDef, Sequence, Table, TableDef, TableRef};
use crate::error::{Error, ErrorKind, Result};
use std::{borrow::Cow, collections::HashMap};

/// A set of tables, in the order they were named, with the naming convention for what has no name.
///
/// Made by `metadata![User, Cluster]`.
///
/// ```
/// # use aludel_doc::*;
/// let metadata = metadata![Post, User, Cluster];
/// let order: Vec<&str> = metadata.sorted()?.tables.iter().map(|table| &*table.name).collect();
/// assert_eq!(order, ["clusters", "users", "posts"]);
/// assert_eq!(metadata![Cluster].drop_all_sql(&SqliteDialect)?, "DROP TABLE clusters;\n");
/// # Ok::<(), aludel_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetaData {
    tables: Vec<Cow<'static, TableDef>>,
    sequences: Vec<Sequence>,
    naming: NamingConvention,
}

/// Tables in an order in which they can be created.
#[derive(Debug)]
pub struct SortedTables<'a> {
    /// Each table stands after those it refers to, except through [`SortedTables::deferred`].
    pub tables: Vec<&'a TableDef>,
    /// Foreign keys that close a cycle between tables: to be added when all tables exist.
    pub deferred: Vec<(&'a TableDef, &'a ForeignKeyDef)>,
}

impl MetaData {
    /// No tables yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a model's table.
    #[must_use]
    pub fn with<T: Table>(self, _table: T) -> Self {
        self.with_table(Cow::Borrowed(<T::Model as Model>::table()))
    }

    /// Adds a table that was scanned. A table added twice counts once.
    #[must_use]
    pub fn with_table(mut self, table: impl Into<Cow<'static, TableDef>>) -> Self {
        let table = table.into();
        if !self.tables.contains(&table) {
            self.tables.push(table);
        }
        self
    }

    /// Adds a sequence, which is created before the tables and dropped after them. One added twice counts once.
    #[must_use]
    pub fn with_sequence(mut self, sequence: Sequence) -> Self {
        if !self.sequences.contains(&sequence) {
            self.sequences.push(sequence);
        }
        self
    }

    /// The sequences, in the order they were added.
    pub fn sequences(&self) -> impl Iterator<Item = &Sequence> {
        self.sequences.iter()
    }

    /// Replaces the naming convention.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// use aludel_core::schema::NamingConvention;
    /// let naming = NamingConvention { unique: "{table}_{columns}_key".into(), ..Default::default() };
    /// assert_eq!(
    ///     metadata![Cluster].naming(naming).create_all_sql(&SqliteDialect)?,
    ///     "CREATE TABLE clusters (
    ///   id INTEGER PRIMARY KEY NOT NULL,
    ///   name VARCHAR(50) NOT NULL,
    ///   CONSTRAINT clusters_name_key UNIQUE (name),
    ///   CONSTRAINT ck_clusters_name_length CHECK (length(name) <= 50)
    /// );
    /// "
    /// );
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    #[must_use]
    pub fn naming(mut self, naming: NamingConvention) -> Self {
        self.naming = naming;
        self
    }

    /// The naming convention.
    pub fn naming_convention(&self) -> &NamingConvention {
        &self.naming
    }

    /// The tables, in the order they were added.
    pub fn tables(&self) -> impl Iterator<Item = &TableDef> {
        self.tables.iter().map(|table| &**table)
    }

    /// The table called `name`.
    pub fn table(&self, schema: Option<&str>, name: &str) -> Option<&TableDef> {
        self.tables().find(|table| table.name == name && table.schema.as_deref() == schema)
    }

    /// The tables in dependency order: each after those it refers to, otherwise as they were added.
    ///
    /// # Errors
    /// Of kind [`Schema`](ErrorKind::Schema) if two tables share a name, a foreign key refers to a table or column that is not here, or a
    /// relation rests on a column without a foreign key.
    pub fn sorted(&self) -> Result<SortedTables<'_>> {
        let tables: Vec<&TableDef> = self.tables().collect();
        let mut positions = HashMap::with_capacity(tables.len());
        for (position, table) in tables.iter().enumerate() {
            if positions.insert((table.schema.as_deref(), &*table.name), position).is_some() {
                return Err(Error::new(
                    ErrorKind::Schema,
                    format!("two models describe the table {} differently", table.full_name()),
                ));
            }
        }
        let mut targets = Vec::with_capacity(tables.len());
        for table in &tables {
            let mut row = Vec::with_capacity(table.foreign_keys.len());
            for key in table.foreign_keys.iter() {
                row.push(self.target(table, key, &positions)?);
            }
            targets.push(row);
        }
        self.check_relations()?;
        Ok(sort(&tables, &targets))
    }

    /// Whether each relation of a model rests on foreign keys.
    fn check_relations(&self) -> Result<()> {
        // Only a model has relations, and its description is a static.
        let models = self.tables.iter().filter_map(|table| match table {
            Cow::Borrowed(table) => Some(*table),
            Cow::Owned(_) => None,
        });
        for table in models {
            for RelationDef { name, to, path, .. } in table.model.relations.iter() {
                path.ends(TableRef::new(table), TableRef::new(to())).map_err(|error| {
                    let message =
                        format!("the relation {}.{name} leads nowhere: {}", table.model.name, error.message());
                    Error::new(ErrorKind::Schema, message)
                })?;
            }
        }
        Ok(())
    }

    /// The position of the table that `key` refers to.
    fn target(
        &self,
        table: &TableDef,
        key: &ForeignKeyDef,
        positions: &HashMap<(Option<&str>, &str), usize>,
    ) -> Result<usize> {
        let missing = |what: String| Err(Error::new(ErrorKind::Schema, what).with_table(table.full_name()));
        let Some(first) = key.references.first() else {
            return missing("a foreign key refers to no column".into());
        };
        let Some(&position) = positions.get(&(first.schema(), first.table())) else {
            return missing(format!(
                "a foreign key refers to {first:?}, and the table {} is not in the metadata; add its model",
                first.table()
            ));
        };
        for reference in key.references.iter() {
            if self.tables[position].position(reference.column()).is_none() {
                return missing(format!("a foreign key refers to {reference:?}, a column that does not exist"));
            }
        }
        Ok(position)
    }
}

/// Depth first over the foreign keys; an edge back to a table still being visited closes a cycle and is deferred.
fn sort<'a>(tables: &[&'a TableDef], targets: &[Vec<usize>]) -> SortedTables<'a> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }

    let mut marks = vec![Mark::New; tables.len()];
    let mut sorted = SortedTables { tables: Vec::with_capacity(tables.len()), deferred: Vec::new() };
    for root in 0..tables.len() {
        if marks[root] != Mark::New {
            continue;
        }
        marks[root] = Mark::Open;
        let mut path = vec![(root, 0)];
        while let Some((table, key)) = path.last_mut() {
            let (table, next) = (*table, *key);
            *key += 1;
            match targets[table].get(next) {
                Some(&target) if target == table => {} // a table may refer to itself while it is created
                Some(&target) => match marks[target] {
                    Mark::New => {
                        marks[target] = Mark::Open;
                        path.push((target, 0));
                    }
                    Mark::Open => sorted.deferred.push((tables[table], &tables[table].foreign_keys[next])),
                    Mark::Done => {}
                },
                None => {
                    marks[table] = Mark::Done;
                    sorted.tables.push(tables[table]);
                    path.pop();
                }
            }
        }
    }
    sorted
}
