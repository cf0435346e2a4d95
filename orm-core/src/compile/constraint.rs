//! The names that constraints and indexes get, and the checks that types need.

use super::{Dialect, NativeEnums, compiler::quote_name, raw_check};
use crate::{
    error::Result,
    schema::{CheckDef, ColumnDef, ForeignKeyDef, IndexDef, NamingConvention, TableDef, UniqueDef},
    types::{EnumStorage, SqlType},
};
use std::borrow::Cow;

pub(crate) fn primary_key_name(table: &TableDef, naming: &NamingConvention) -> String {
    NamingConvention::name(&naming.primary_key, table, &table.primary_key, "")
}

pub(crate) fn unique_name<'a>(table: &TableDef, unique: &'a UniqueDef, naming: &NamingConvention) -> Cow<'a, str> {
    given(&unique.name, || NamingConvention::name(&naming.unique, table, &unique.columns, ""))
}

pub(crate) fn index_name<'a>(table: &TableDef, index: &'a IndexDef, naming: &NamingConvention) -> Cow<'a, str> {
    given(&index.name, || NamingConvention::name(&naming.index, table, &index.columns, ""))
}

pub(crate) fn foreign_key_name<'a>(
    table: &TableDef,
    key: &'a ForeignKeyDef,
    naming: &NamingConvention,
) -> Cow<'a, str> {
    let referred = || key.references.first().map_or("", |target| target.table());
    given(&key.name, || NamingConvention::name(&naming.foreign_key, table, &key.columns, referred()))
}

fn given<'a>(name: &'a Option<Cow<'static, str>>, made: impl FnOnce() -> String) -> Cow<'a, str> {
    match name {
        Some(name) => Cow::Borrowed(name),
        None => made().into(),
    }
}

/// A check as it is created.
pub(crate) struct Check<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) sql: Cow<'a, str>,
}

/// The table's own checks, and those that the types of its columns need.
pub(crate) fn checks<'a>(
    table: &'a TableDef,
    naming: &NamingConvention,
    dialect: &dyn Dialect,
) -> Result<Vec<Check<'a>>> {
    let mut checks = Vec::with_capacity(table.checks.len());
    for (position, CheckDef { name, sql, column }) in table.checks.iter().enumerate() {
        raw_check::sees_decimals(sql, table, dialect)?;
        let alike = |other: &&CheckDef| other.column == *column && other.name.is_none();
        let number = table.checks[..position].iter().filter(alike).count() + 1;
        let columns = match column.map(|column| &table.columns[usize::from(column)].name) {
            Some(column) if number == 1 => column.clone(),
            Some(column) => format!("{column}_{number}").into(),
            None => number.to_string().into(),
        };
        let name = given(name, || NamingConvention::fill(&naming.check, &table.name, &columns, ""));
        checks.push(Check { name, sql: Cow::Borrowed(sql) });
    }
    for column in table.columns.iter() {
        let mut quoted = String::new();
        quote_name(dialect, &column.name, &mut quoted)?;
        let Some(sql) = dialect.type_check(column, &quoted).or_else(|| enum_check(column, &quoted, dialect)) else {
            continue;
        };
        let what = if column.length.is_some() { "length" } else { "type" };
        let columns = format!("{}_{what}", column.name);
        let name = NamingConvention::fill(&naming.check, &table.name, &columns, "").into();
        checks.push(Check { name, sql: sql.into() });
    }
    Ok(checks)
}

/// The condition that keeps other values out of an enum's column.
fn enum_check(column: &ColumnDef, name: &str, dialect: &dyn Dialect) -> Option<String> {
    let SqlType::Enum(def) = column.sql_type else { return None };
    let values: Vec<String> = match def.storage {
        EnumStorage::Native if dialect.capabilities().native_enums != NativeEnums::None => return None,
        EnumStorage::Integer => def.codes.iter().map(i64::to_string).collect(),
        EnumStorage::Native | EnumStorage::Text => def.labels.iter().map(|label| dialect.text_literal(label)).collect(),
    };
    Some(format!("{name} IN ({})", values.join(", ")))
}

/// A name that is longer than the server allows, cut and ended with a hash of the whole.
pub(crate) fn shorten(name: &str, longest: usize) -> Cow<'_, str> {
    if name.len() <= longest {
        return name.into();
    }
    // FNV-1a, 64 bit: short, and the same on every machine for ever.
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mut end = longest.saturating_sub(9);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{:08x}", &name[..end], hash as u32).into()
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn long_names_are_cut_and_stay_different() {
        assert_eq!(shorten("short", 10), "short");
        let (a, b) = (shorten("a_very_long_name_a", 16), shorten("a_very_long_name_b", 16));
        assert_eq!((a.len(), b.len()), (16, 16));
        assert_ne!(a, b);
        assert_eq!(shorten("ééééééééééé", 12).len(), 11);
    }
}
