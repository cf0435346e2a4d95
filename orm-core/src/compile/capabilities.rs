//! What a server can do, as data.

/// What a server can do and how it wants to be spoken to; the shared test suite reads it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// How values are marked in SQL.
    pub placeholder: Placeholder,
    /// How many values a statement can have.
    pub max_binds: usize,
    /// The character around quoted names.
    pub quote: char,
    /// Whether it has `TRUE` and `FALSE`.
    pub booleans: bool,
    /// Whether it has `NULLS FIRST` and `NULLS LAST`.
    pub nulls_order: bool,
    /// Whether a condition is a value, and a value of true or false a condition.
    pub conditions_are_values: bool,
    /// What stands between a table and its alias.
    pub table_alias: &'static str,
    /// What a SELECT says that reads from no table.
    pub from_nothing: &'static str,
    /// What a query says that leaves out the rows of another.
    pub except: &'static str,
    /// How some of the rows are taken.
    pub paging: Paging,
    /// The most values in the list of an `IN`; longer ones are several lists.
    pub max_list: usize,
    /// Whether columns of a table can be selected by the group if its primary key is grouped by; elsewhere they are grouped by, too.
    pub groups_by_key: bool,
    /// Whether a backslash in a `LIKE` pattern escapes unless an `ESCAPE` says otherwise.
    pub like_escapes: bool,
    /// Whether it has `ILIKE`.
    pub ilike: bool,
    /// Whether an aggregate can have a `FILTER`; a `CASE` in its argument stands for it elsewhere.
    pub aggregate_filter: bool,
    /// Whether any aggregate can have an `ORDER BY`; one that joins texts can everywhere.
    pub aggregate_order: bool,
    /// How the texts of a group are joined.
    pub string_agg: StringAgg,
    /// Whether the frame of a window can count `GROUPS`.
    pub frame_groups: bool,
    /// Whether there is `INTERSECT ALL` and `EXCEPT ALL`.
    pub all_of_sets: bool,
    /// Whether a subquery in FROM can see the tables before it: `LATERAL`.
    pub lateral: bool,
    /// Whether there is `DISTINCT ON`.
    pub distinct_on: bool,
    /// How MERGE is written, where there is one.
    pub merge: Option<MergeStyle>,
    /// Whether there is `FULL JOIN`.
    pub full_join: bool,
    /// Whether there is `= ANY (SELECT …)` and `= ALL (SELECT …)`.
    pub quantifiers: bool,
    /// Whether a query that is named by WITH can say if its rows are kept: `MATERIALIZED`.
    pub materialized: bool,
    /// Whether UPDATE and DELETE can begin with `WITH`.
    pub with_in_writes: bool,
    /// How a query that names itself begins.
    pub with_recursive: &'static str,
    /// Whether the rows of such a query can be united by `UNION`, which ends circles, and not by `UNION ALL` alone.
    pub recursive_union: bool,
    /// Whether queries can be named WINDOW; elsewhere each call spells its own.
    pub named_windows: bool,
    /// What an INSERT of nothing but defaults says.
    pub insert_defaults: InsertDefaults,
    /// Whether INSERT can return columns.
    pub returning: bool,
    /// Whether UPDATE can.
    pub update_returning: bool,
    /// Whether DELETE can.
    pub delete_returning: bool,
    /// Whether what is returned goes `INTO` placeholders behind those of the values.
    pub returning_into: bool,
    /// Whether an empty text is NULL: it is refused then.
    pub empty_is_null: bool,
    /// How an UPDATE or a DELETE looks at rows of other tables.
    pub joined_writes: JoinedWrites,
    /// Whether the driver tells the keys that an INSERT generated, without RETURNING.
    pub last_insert_id: LastInsertId,
    /// Where the keys come from that the database generates.
    pub generated_keys: GeneratedKeys,
    /// How many rows go into one INSERT.
    pub insert_many: InsertMany,
    /// How many rows go into one UPDATE, each with values of its own.
    pub update_many: UpdateMany,
    /// Whether the driver has a way of its own to load many rows.
    pub bulk_load: bool,
    /// How an INSERT says what becomes of a row that is there already.
    pub upsert: Upsert,
    /// Whether the error of a violation names the unique constraint or the foreign key.
    pub names_constraints: bool,
    /// How rows are locked; `None` where a transaction that writes locks the whole database.
    pub row_locks: Option<RowLocks>,
    /// Whether the error of a key that exists already, or of a NULL, names table and column.
    pub names_columns: bool,
    /// Whether the transaction goes on after a statement that failed, without what that did.
    pub survives_errors: bool,
    /// Whether all that an UPDATE assigns is computed from the row as it was.
    pub simultaneous_assignments: bool,
    /// Whether a savepoint can be given up before the transaction ends: `RELEASE SAVEPOINT`.
    pub releases_savepoints: bool,
    /// Whether DDL can be rolled back.
    pub transactional_ddl: bool,
    /// Whether a table may refer to one that does not exist yet.
    pub forward_references: bool,
    /// Whether constraints can be added to a table that exists.
    pub alter_constraints: bool,
    /// What a foreign key can do when the row that it refers to changes.
    pub key_actions: KeyActions,
    /// Whether a foreign key can be checked as late as at the commit.
    pub deferrable_keys: bool,
    /// Whether tables live in schemas.
    pub schemas: bool,
    /// Whether a schema is a database of its own, which a foreign key cannot leave: `REFERENCES` then names no schema, and
    /// `CREATE INDEX` names it before the index and not before the table.
    pub schemas_are_databases: bool,
    /// Whether a unique constraint is nothing but a unique index.
    pub uniques_are_indexes: bool,
    /// How a sequence is asked for its next number, where there are sequences.
    pub sequences: Option<NextValue>,
    /// How tables and columns get their comments.
    pub comments: Comments,
    /// Whether a Rust enum can be a type of the server's.
    pub native_enums: NativeEnums,
    /// Whether it has arrays.
    pub arrays: bool,
    /// The longest name, in bytes.
    pub max_name: usize,
}

/// How values are marked in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// `?`
    Question,
    /// `$1`
    Dollar,
    /// `:1`
    Colon,
}

impl Placeholder {
    /// Whether a value can be named again by its number.
    pub fn is_numbered(self) -> bool {
        self != Self::Question
    }
}

/// How the texts of a group are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringAgg {
    /// `string_agg(a, ', ' ORDER BY b)`
    StringAgg,
    /// `group_concat(a, ', ' ORDER BY b)`
    GroupConcat,
    /// `group_concat(a ORDER BY b SEPARATOR ', ')`
    Separator,
    /// `listagg(a, ', ') WITHIN GROUP (ORDER BY b)`
    Listagg,
}

/// How some of the rows are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// `LIMIT 10 OFFSET 20`
    Limit {
        /// What stands between LIMIT and its placeholder.
        prefix: &'static str,
        /// What stands for "no limit" before an OFFSET without one.
        none: &'static str,
    },
    /// `OFFSET 20 ROWS FETCH NEXT 10 ROWS ONLY`. No two columns may have one name then, and no row can be locked.
    Fetch,
    /// `SELECT … FROM (…) WHERE ROWNUM <= 10`, which Oracle had before 12.1.
    Rownum,
}

/// How MERGE is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeStyle {
    /// Any number of `WHEN MATCHED AND … THEN`.
    Standard,
    /// One update and one insert, each with a WHERE behind it: Oracle's.
    Where,
}

/// What an INSERT of nothing but defaults says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsertDefaults {
    /// `DEFAULT VALUES`
    Values,
    /// `() VALUES ()`
    EmptyRow,
    /// `(id) VALUES (DEFAULT)`
    OfColumn,
}

/// How a sequence is asked for its next number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextValue {
    /// `nextval('s')`
    Function,
    /// `nextval(s)`
    FunctionOfName,
    /// `s.nextval`
    Member,
}

/// What a foreign key can do when the row that it refers to changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyActions {
    /// All of them.
    All,
    /// `ON DELETE CASCADE` and `ON DELETE SET NULL`, and to refuse the change, which has no name.
    OnDelete,
}

/// How an INSERT says what becomes of a row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upsert {
    /// `ON CONFLICT (…) DO UPDATE SET a = excluded.a WHERE …`
    OnConflict,
    /// `ON DUPLICATE KEY UPDATE a = VALUES(a)`, for whichever key it is, and without a condition.
    OnDuplicateKey,
    /// `MERGE INTO a USING (SELECT … FROM dual) excluded ON (…) WHEN MATCHED THEN UPDATE SET …`
    Merge,
}

/// How an UPDATE or a DELETE looks at rows of other tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinedWrites {
    /// `UPDATE a SET … FROM b WHERE …` and `DELETE FROM a USING b WHERE …`
    Using,
    /// `UPDATE a SET … FROM b WHERE …` and `DELETE FROM a WHERE EXISTS (SELECT 1 FROM b WHERE …)`
    From,
    /// `UPDATE a JOIN b … SET …` and `DELETE a FROM a JOIN b …`
    Joined,
    /// `UPDATE a SET (…) = (SELECT … FROM b WHERE …) WHERE EXISTS (…)` and `DELETE FROM a WHERE EXISTS (…)`
    Subquery,
}

/// How rows are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowLocks {
    /// What a lock says that others may have too.
    pub share: &'static str,
    /// Whether a lock can say of what: `OF`.
    pub of: LockOf,
}

/// What `FOR UPDATE OF` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockOf {
    /// Nothing: it does not exist.
    Nothing,
    /// Tables.
    Tables,
    /// A column of each table.
    Columns,
}

/// How many rows go into one INSERT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsertMany {
    /// The most, as far as the limit on values allows.
    pub most: usize,
    /// Whether the statement has one row, and runs once for each that it is sent: an array of values for each placeholder.
    pub arrays: bool,
    /// Up to how many rows it is as many as there are; above that it is a power of two: a few statements then serve every number of rows and
    /// stay prepared. An embedded database has no round trips to save, and wants that always.
    pub exact: usize,
}

impl InsertMany {
    /// How many of `rows` rows go into the next INSERT.
    pub(crate) fn rows(self, rows: usize) -> usize {
        let rows = rows.min(self.most).max(1);
        if rows > self.exact { 1 << rows.ilog2() } else { rows }
    }
}

/// How rows that each have values of their own go into one UPDATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateMany {
    /// The form of the statement.
    pub style: UpdateStyle,
    /// The most rows, as far as the limit on values allows; always a power of two, so that few statements serve every number of rows.
    pub most: usize,
}

/// The form of an UPDATE of rows that each have values of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateStyle {
    /// One statement a row, prepared once: an embedded database has no round trips to save.
    OneRow,
    /// The rows are a table that it joins: `FROM (VALUES (…), (…)) AS changed`.
    Values,
    /// Each column is a `CASE` over the keys.
    Cases,
    /// The statement has one row, and runs once for each that it is sent: an array of values for each placeholder.
    Arrays,
}

/// Where the keys come from that the database generates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratedKeys {
    /// From the rows: the greatest key there is, and one. It follows those that the program gave, and one that was rolled back comes again.
    Rows,
    /// From a counter that follows the keys that the program gave, and never goes back.
    RowsAndCounter,
    /// From a counter that knows nothing of the keys that the program gave, and never goes back.
    Counter,
}

/// How tables and columns get their comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// Not at all.
    None,
    /// By statements of their own: `COMMENT ON`.
    Statements,
    /// In CREATE TABLE: `COMMENT '…'`.
    Inline,
}

/// Whether the driver tells the keys that an INSERT generated, without RETURNING.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastInsertId {
    /// No.
    Untold,
    /// That of an INSERT of one row.
    OneRow,
    /// That of the first row; those of the rows after it follow one by one.
    FirstRow,
}

/// Whether a Rust enum can be a type of the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NativeEnums {
    /// No: it is text, guarded by a CHECK.
    None,
    /// One of its own, made by `CREATE TYPE`.
    Types,
    /// One that each column spells out: `ENUM('a', 'b')`.
    Columns,
}

/// How a list of values is sent to `IN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStyle {
    /// One placeholder a value, the last one repeated up to a power of two, so that few statements serve all lengths.
    Padded,
    /// One array: `= ANY($1)`.
    Array,
    /// One list, which the driver sends as JSON: `IN (SELECT value FROM json_each(?))`.
    Json,
}
