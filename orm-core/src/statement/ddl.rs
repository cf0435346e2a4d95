//! CREATE and DROP.

use crate::{
    schema::{ColumnDef, ForeignKeyDef, IndexDef, NamingConvention, Sequence, TableDef},
    types::EnumDef,
};

/// A statement that changes the schema.
#[derive(Debug, Clone, Copy)]
pub enum Ddl<'a> {
    /// `CREATE TABLE`, with all its constraints but the foreign keys in `without`.
    CreateTable {
        /// The table.
        table: &'a TableDef,
        /// Foreign keys that are added later, because they close a cycle.
        without: &'a [(&'a TableDef, &'a ForeignKeyDef)],
        /// How nameless constraints are named.
        naming: &'a NamingConvention,
    },
    /// `CREATE SEQUENCE`
    CreateSequence {
        /// The sequence.
        sequence: &'a Sequence,
    },
    /// `DROP SEQUENCE`
    DropSequence {
        /// The sequence.
        sequence: &'a Sequence,
    },
    /// `CREATE TYPE … AS ENUM`
    CreateEnum {
        /// The enum.
        def: &'a EnumDef,
    },
    /// `DROP TYPE`
    DropEnum {
        /// The enum.
        def: &'a EnumDef,
    },
    /// `COMMENT ON TABLE`, or on a column of it.
    Comment {
        /// The table.
        table: &'a TableDef,
        /// The column; the table itself without one.
        column: Option<&'a ColumnDef>,
        /// The comment.
        text: &'a str,
    },
    /// `CREATE INDEX`
    CreateIndex {
        /// The table.
        table: &'a TableDef,
        /// The index.
        index: &'a IndexDef,
        /// How a nameless index is named.
        naming: &'a NamingConvention,
    },
    /// `ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY`
    AddForeignKey {
        /// The table.
        table: &'a TableDef,
        /// The key.
        key: &'a ForeignKeyDef,
        /// How a nameless key is named.
        naming: &'a NamingConvention,
    },
    /// `ALTER TABLE … DROP CONSTRAINT`
    DropForeignKey {
        /// The table.
        table: &'a TableDef,
        /// The key.
        key: &'a ForeignKeyDef,
        /// How a nameless key is named.
        naming: &'a NamingConvention,
    },
    /// `DROP TABLE`
    DropTable {
        /// The table.
        table: &'a TableDef,
    },
}
