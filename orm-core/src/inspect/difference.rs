//! What differs between a table that is wanted and the one that is there.

use super::inspector::catalog;
use crate::{
    compile::{Dialect, catalog::Catalog},
    error::Result,
    schema::{
        GeneratedKey, ReflectedCheck, ReflectedColumn, ReflectedForeignKey, ReflectedIndex, ReflectedKey,
        ReflectedTable,
    },
};

/// Something in which two descriptions of a table differ.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Difference {
    /// The table's comment.
    Comment(Change<String>),
    /// A column.
    Column(Change<ReflectedColumn>),
    /// The primary key.
    PrimaryKey(Change<ReflectedKey>),
    /// A unique constraint.
    Unique(Change<ReflectedKey>),
    /// A foreign key.
    ForeignKey(Change<ReflectedForeignKey>),
    /// A check.
    Check(Change<ReflectedCheck>),
    /// An index.
    Index(Change<ReflectedIndex>),
}

/// How something that is wanted and something that is there differ.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<T> {
    /// It is wanted and not there.
    Missing(T),
    /// It is there and nobody wants it.
    Surplus(T),
    /// It is there and is not what is wanted.
    Other {
        /// As it should be.
        wanted: T,
        /// As it is.
        found: T,
    },
}

/// What has to change so that `found` becomes `wanted`; nothing if they are the same.
///
/// Columns go by their names. Keys, constraints and indexes do too, and where a name is not found or not known, by what
/// they say. The order of columns is no difference, and neither is a rowid that SQLite gives to every whole key, nor
/// how an index is built if `wanted` says nothing of it.
///
/// ```
/// # use aludel_doc::*;
/// use aludel_core::{inspect::{differences, expected, Change, Difference}, schema::{Model, NamingConvention}};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> aludel_core::Result<()> {
/// # let engine = create_engine("sqlite://")?.connect().await?;
/// engine.run_script("CREATE TABLE clusters (id INTEGER PRIMARY KEY NOT NULL)").await?;
/// let wanted = expected(Cluster::table(), &NamingConvention::default(), engine.dialect())?;
/// let found = engine.inspect().table("clusters").await?;
/// let differences = differences(&wanted, &found, engine.dialect())?;
/// assert!(matches!(&differences[0], Difference::Column(Change::Missing(column)) if column.name == "name"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Of kind [`NotSupported`](crate::ErrorKind::NotSupported) if the dialect has no catalog of ours.
pub fn differences(wanted: &ReflectedTable, found: &ReflectedTable, dialect: &dyn Dialect) -> Result<Vec<Difference>> {
    let catalog = catalog(dialect)?;
    let mut all = Vec::new();
    let one = |part: &Option<_>| -> Vec<ReflectedKey> { part.iter().cloned().collect() };
    let text = |part: &Option<String>| -> Vec<String> { part.iter().cloned().collect() };
    compare(&text(&wanted.comment), &text(&found.comment), catalog, Difference::Comment, &mut all);
    compare(&wanted.columns, &found.columns, catalog, Difference::Column, &mut all);
    compare(&one(&wanted.primary_key), &one(&found.primary_key), catalog, Difference::PrimaryKey, &mut all);
    compare(&wanted.uniques, &found.uniques, catalog, Difference::Unique, &mut all);
    compare(&wanted.foreign_keys, &found.foreign_keys, catalog, Difference::ForeignKey, &mut all);
    compare(&wanted.checks, &found.checks, catalog, Difference::Check, &mut all);
    compare(&wanted.indexes, &found.indexes, catalog, Difference::Index, &mut all);
    Ok(all)
}

/// A part of a table, as far as it is compared.
trait Part: Clone {
    /// What it goes by; without a name, it is known by what it says.
    fn name(&self) -> Option<&str>;

    /// Whether both say the same, whatever they are called; `None` where the database does not tell what was said.
    fn same(&self, found: &Self, catalog: &dyn Catalog) -> Option<bool>;
}

fn compare<T: Part>(
    wanted: &[T],
    found: &[T],
    catalog: &dyn Catalog,
    difference: fn(Change<T>) -> Difference,
    all: &mut Vec<Difference>,
) {
    let mut rest: Vec<&T> = found.iter().collect();
    let mut without_namesake = Vec::new();
    for wanted in wanted {
        match rest.iter().position(|found| wanted.name().is_some() && wanted.name() == found.name()) {
            Some(at) => {
                let found = rest.remove(at);
                if wanted.same(found, catalog) == Some(false) {
                    all.push(difference(Change::Other { wanted: wanted.clone(), found: found.clone() }));
                }
            }
            None => without_namesake.push(wanted),
        }
    }
    for wanted in without_namesake {
        match rest.iter().position(|found| wanted.same(found, catalog) == Some(true)) {
            Some(at) => {
                let found = rest.remove(at);
                if wanted.name().is_some() && found.name().is_some() {
                    all.push(difference(Change::Other { wanted: wanted.clone(), found: found.clone() }));
                }
            }
            None => all.push(difference(Change::Missing(wanted.clone()))),
        }
    }
    all.extend(rest.into_iter().map(|found| difference(Change::Surplus(found.clone()))));
}

impl Part for String {
    fn name(&self) -> Option<&str> {
        // A table has one comment: with the same name, one text takes the other's place.
        Some("")
    }

    fn same(&self, found: &Self, _: &dyn Catalog) -> Option<bool> {
        Some(self == found)
    }
}

impl Part for ReflectedColumn {
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn same(&self, found: &Self, catalog: &dyn Catalog) -> Option<bool> {
        let defaults = match (&self.default, &found.default) {
            (Some(wanted), Some(default)) => catalog.same_default(&found.data_type, wanted, default),
            (wanted, default) => wanted == default,
        };
        // Nobody asks for a rowid: it comes with the type.
        let generated = match &found.generated_key {
            Some(GeneratedKey::RowId) => true,
            key => self.generated_key.is_some() == key.is_some(),
        };
        Some(
            self.name == found.name
                && catalog.same_type(&self.data_type, &found.data_type)
                && self.nullable == found.nullable
                && defaults
                && generated
                && self.computed == found.computed
                && self.comment == found.comment,
        )
    }
}

impl Part for ReflectedKey {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn same(&self, found: &Self, _: &dyn Catalog) -> Option<bool> {
        Some(self.columns == found.columns)
    }
}

impl Part for ReflectedForeignKey {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn same(&self, found: &Self, catalog: &dyn Catalog) -> Option<bool> {
        let actions = catalog.same_action(self.on_delete, found.on_delete)
            && catalog.same_action(self.on_update, found.on_update);
        let Self { name, on_delete, on_update, .. } = found.clone();
        Some(actions && *found == Self { name, on_delete, on_update, ..self.clone() })
    }
}

impl Part for ReflectedCheck {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn same(&self, found: &Self, catalog: &dyn Catalog) -> Option<bool> {
        catalog.same_check(&self.sql, &found.sql)
    }
}

impl Part for ReflectedIndex {
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn same(&self, found: &Self, _: &dyn Catalog) -> Option<bool> {
        let method = self.method.clone().or_else(|| found.method.clone());
        Some(*found == Self { name: found.name.clone(), method, ..self.clone() })
    }
}
