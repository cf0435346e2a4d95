//! The INSERTs of a flush: many rows in one statement, and what the database fills in of them.

use super::{
    Session, State,
    order::unique_keys,
    returned::Returned,
    role,
    undo::{Change, Undo},
    unset::name_unset_key,
};
use crate::{
    compile::{Capabilities, Compiled, Dialect, InsertMany, LastInsertId},
    engine::{Done, Job},
    error::{Error, ErrorKind, Result},
    expr::{
        Node,
        tree::{Select, Set},
    },
    schema::{AnyModel, ColumnRef, TableDef, TableRef},
    statement::{Conflict, Insert, InsertSource, Statement},
    types::{Value, ValueRow},
};
use std::{cell::LazyCell, iter::once, ptr, slice, sync::Arc};

impl Session {
    /// Inserts objects in their order; those that follow one another and give the same columns of a table a value go together.
    pub(super) async fn insert_rows(&mut self, mut slots: &[u32]) -> Result<()> {
        self.number_after_kept(slots).await?;
        while let Some(&first) = slots.first() {
            let table = self.object(first)?.value.table();
            let (count, given) = alike(slots.len(), |row, columns| {
                let object = self.arena.get_mut(slots[row]).filter(|object| ptr::eq(object.value.table(), table));
                object.map(|object| given_columns(&mut *object.value, columns))
            })?;
            let (alike, others) = slots.split_at(count);
            self.insert_alike(alike, &given, table).await?;
            slots = others;
        }
        Ok(())
    }

    /// Inserts objects of one table that give the same columns a value.
    async fn insert_alike(&mut self, slots: &[u32], given: &[u16], table: &'static TableDef) -> Result<()> {
        let filled = Filled::of(table, given, self.engine.dialect())?;
        self.undo.reserve(slots.len());
        self.identities.reserve(table, slots.len());
        for few in slots.chunks(filled.rows_together()) {
            self.insert_few(few, given, &filled).await.map_err(|error| {
                let error = error.with_table(table.full_name());
                match slots.iter().position(|&slot| self.has_refused(slot)) {
                    Some(position) => error.with_row(format!("{} of {} new", position + 1, slots.len())),
                    None => error,
                }
            })?;
        }
        if let Some(key) = filled.read_back {
            for chunk in slots.chunks(filled.at_once.most.max(1)) {
                self.read_back(chunk, key, &filled).await?;
            }
        }
        Ok(())
    }

    /// Inserts objects by statements that are sent together.
    async fn insert_few(&mut self, slots: &[u32], given: &[u16], filled: &Filled) -> Result<()> {
        let survives = self.engine.dialect().capabilities().survives_errors;
        let jobs = |session: &Self, slots: &[u32]| {
            let model = |slot: &u32| session.object(*slot).map(|object| &*object.value);
            let models = slots.iter().map(model).collect::<Result<Vec<_>>>()?;
            insert_jobs(&models, given, filled, None, &[], |statement| session.engine.compile(statement))
        };
        let outcome = match jobs(self, slots) {
            Ok(jobs) => {
                let statement = jobs.first().map(|job| Arc::clone(&job.statement));
                self.run_flush(jobs).await.map(|done| (done, statement))
            }
            Err(error) => Err((0, error)),
        };
        let (done, statement) = match outcome {
            Ok(done) => done,
            Err((done, error)) => {
                let mut rest = slots;
                (0..done).for_each(|_| rest = &rest[filled.at_once.rows(rest.len())..]);
                let few = &rest[..if survives { filled.at_once.rows(rest.len()) } else { rest.len() }];
                let error = self.name_refused(error, few, |slot| *slot, jobs).await;
                let objects = slots.iter().filter_map(|&slot| Some(&*self.arena.get(slot)?.value));
                return Err(name_unset_key(error, filled.table, objects));
            }
        };
        let mut rest = slots;
        for done in done {
            let (chunk, others) = rest.split_at(filled.at_once.rows(rest.len()));
            self.inserted(chunk, done, filled).map_err(|error| match &statement {
                Some(statement) => error.with_sql(statement.sql.as_str()),
                None => error,
            })?;
            rest = others;
        }
        Ok(())
    }

    /// Asks for what the database has filled in and did not tell.
    async fn read_back(&mut self, slots: &[u32], key: u16, filled: &Filled) -> Result<()> {
        let columns: Vec<u16> =
            once(key).chain(filled.columns.iter().copied().filter(|&column| column != key)).collect();
        let key_of = |slot: &u32| self.object(*slot).map(|object| object.value.field(key.into()).to_value());
        let keys = slots.iter().map(key_of).collect::<Result<Vec<_>>>()?;
        let node = |index| Node::Column(ColumnRef { table: TableRef::new(filled.table), index });
        let list = Set::List(keys.iter().cloned().map(Node::Bind).collect());
        let these = Node::In { node: Box::new(node(key)), set: list, negated: false };
        let select = Select {
            columns: columns.iter().map(|&index| node(index)).collect(),
            filter: vec![these],
            ..Select::default()
        };
        let values = self.read_values(select, filled.table, &columns).await?;
        let rows: Vec<&[Value]> = values.chunks_exact(columns.len()).collect();
        for (index, (&slot, key)) in slots.iter().zip(&keys).enumerate() {
            // Most often they come in the order of the keys.
            let mut found = rows.iter().cycle().skip(index).take(rows.len());
            let row =
                found.find(|row| row[0] == *key).ok_or_else(|| database("a row that was inserted is not there"))?;
            let Some(object) = self.arena.get_mut(slot) else { continue };
            for (position, &column) in columns.iter().enumerate().skip(1) {
                object.value.field_mut(column.into()).read(&ValueRow(row), position)?;
            }
        }
        Ok(())
    }

    /// Puts what the database filled in on the objects.
    fn inserted(&mut self, slots: &[u32], done: Done, filled: &Filled) -> Result<()> {
        let untold = || {
            database(
                "the database did not insert each row, or did not tell what it filled in, as where a trigger leaves out rows of the table or inserts some",
            )
        };
        let mut columns = filled.returning(slots.len());
        let returned = done.sink.is_some();
        let mut values = match done.sink {
            Some(sink) => Returned::take(sink)?,
            None => Vec::new(),
        };
        if let (true, Some(key)) = (columns.is_empty(), &filled.generated) {
            let id = done.last_insert_id.filter(|_| done.affected == slots.len() as u64).ok_or_else(untold)?;
            (columns, values) = (slice::from_ref(key), (id..).take(slots.len()).map(Value::Int).collect());
        }
        if values.len() != slots.len() * columns.len() {
            return Err(untold());
        }
        let mut rows: Vec<&[Value]> = values.chunks_exact(columns.len().max(1)).collect();
        if let Some(key) = columns.iter().position(|&column| Some(column) == filled.generated)
            && returned
            && !filled.at_once.arrays
        {
            // Keys are generated in the order of the rows; the order in which rows are returned is promised by nobody.
            rows.sort_by_key(|row| row[key].as_integer());
        }
        for (index, &slot) in slots.iter().enumerate() {
            let Some(object) = self.arena.get_mut(slot) else { continue };
            for (position, &column) in columns.iter().enumerate() {
                object.value.field_mut(column.into()).read(&ValueRow(rows[index]), position)?;
            }
            object.state = State::Persistent;
            object.stored = None;
            self.undo.push(Undo { slot, what: Change::Insert { filled: filled.emptied.clone() } });
            self.identify(slot);
        }
        Ok(())
    }
}

/// How many of the first rows give the same columns a value, and these columns. `given` tells the columns of a row, and `None` where
/// another table begins.
pub(super) fn alike(
    rows: usize,
    mut given: impl FnMut(usize, &mut Vec<u16>) -> Option<Result<()>>,
) -> Result<(usize, Vec<u16>)> {
    let (mut columns, mut others) = (Vec::new(), Vec::new());
    given(0, &mut columns).transpose()?;
    let mut count = 1;
    while count < rows
        && let Some(known) = given(count, &mut others)
    {
        known?;
        if others != columns {
            break;
        }
        count += 1;
    }
    Ok((count, columns))
}

/// The columns that an INSERT of the model gives a value. Left out are a generated key that is 0 and a `None` on a column with a
/// server default. A `None` on a column with a default gets that default.
pub(super) fn given_columns(model: &mut dyn AnyModel, columns: &mut Vec<u16>) -> Result<()> {
    columns.clear();
    // One time for all columns of a row.
    let now = LazyCell::new(role::now);
    for (index, column) in model.table().columns.iter().enumerate() {
        let field = model.field_mut(index);
        if let Some(value) =
            column.role.and_then(|role| role::at_insert(role, column.sql_type, &field.to_value(), || *now))
        {
            field.read(&ValueRow(&[value]), 0)?;
        }
        if column.autoincrement && field.to_value().is_zero() {
            continue;
        }
        if (column.default.is_some() || column.server_default.is_some()) && field.to_value().is_null() {
            match column.default.as_ref().and_then(|default| default.to_value(column.sql_type)) {
                Some(value) => field.read(&ValueRow(&[value]), 0)?,
                None if column.server_default.is_some() => continue,
                None => {}
            }
        }
        columns.push(index as u16);
    }
    Ok(())
}

/// The INSERTs of models of one table that give the same columns a value. They return what is `asked` for, and what is filled in.
pub(super) fn insert_jobs(
    models: &[&dyn AnyModel],
    given: &[u16],
    filled: &Filled,
    conflict: Option<&Conflict>,
    asked: &[Node],
    compile: impl Fn(Statement) -> Result<(Arc<Compiled>, Vec<Value>)>,
) -> Result<Vec<Job>> {
    // The values of an update on a conflict, or of what is returned, are not those of a row.
    let arrays = filled.at_once.arrays && conflict.is_none() && asked.is_empty();
    let mut jobs: Vec<Job> = Vec::new();
    let mut rest = models;
    while !rest.is_empty() {
        let alone = filled.at_once.arrays && !arrays;
        let (chunk, others) = rest.split_at(if alone { 1 } else { filled.at_once.rows(rest.len()) });
        rest = others;
        let mut values = Vec::with_capacity(chunk.len() * given.len());
        for model in chunk {
            values.extend(given.iter().map(|&column| model.field(column.into()).to_value()));
        }
        let returning = filled.returning(chunk.len());
        let compiled = match jobs.last() {
            // As many rows are the same statement.
            Some(last) if conflict.is_none() && !arrays && last.binds.len() == values.len() => {
                let statement = Arc::clone(&last.statement);
                statement.arrange(values).map(|binds| (statement, binds))
            }
            _ => {
                let table = TableRef::new(filled.table);
                let (rows, rest) = if arrays { (1, values.split_off(given.len())) } else { (chunk.len(), Vec::new()) };
                let filled = returning.iter().map(|&index| Node::Column(ColumnRef { table, index }));
                let returning = asked.iter().cloned().chain(filled).collect();
                let conflict = conflict.cloned();
                let source = InsertSource::Values { rows, values };
                let insert = Insert { table, columns: given.to_vec(), source, conflict, returning };
                compile(insert.into()).and_then(|(statement, mut binds)| {
                    for row in rest.chunks(given.len().max(1)) {
                        binds.extend(statement.arrange(row.to_vec())?);
                    }
                    Ok((statement, binds))
                })
            }
        };
        let (statement, binds) = compiled.map_err(|error| error.with_table(filled.table.full_name()))?;
        let sink = (!returning.is_empty()).then(|| Returned::of(filled.table, returning, chunk.len()));
        jobs.push(Job { statement, binds, sink, timeout: None });
    }
    Ok(jobs)
}

/// What the database fills in of rows: the columns that an INSERT leaves out.
pub(super) struct Filled {
    table: &'static TableDef,
    columns: Vec<u16>,
    /// Those that are empty again when the row is taken back: all but keys.
    emptied: Option<Arc<[u16]>>,
    /// The generated key, if it is one of them.
    generated: Option<u16>,
    /// How much of what is filled in the driver tells by itself.
    told: LastInsertId,
    /// The primary key by which the rest is asked for, where an INSERT does not return it.
    read_back: Option<u16>,
    /// How many rows go into one INSERT.
    at_once: InsertMany,
}

impl Filled {
    /// Nothing that anybody wants to know.
    pub(super) fn unread(table: &'static TableDef, given: &[u16], dialect: &dyn Dialect) -> Self {
        let at_once = at_once(given, dialect.capabilities(), true);
        Self {
            table,
            columns: Vec::new(),
            emptied: None,
            generated: None,
            told: LastInsertId::Untold,
            read_back: None,
            at_once,
        }
    }

    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if the server cannot tell what it fills in.
    fn of(table: &'static TableDef, given: &[u16], dialect: &dyn Dialect) -> Result<Self> {
        let capabilities = dialect.capabilities();
        let &Capabilities { returning, last_insert_id, .. } = capabilities;
        let columns: Vec<u16> = (0..table.columns.len() as u16).filter(|column| !given.contains(column)).collect();
        let is_of_key = |column: &u16| unique_keys(table).any(|key| key.contains(column));
        let emptied: Vec<u16> = columns.iter().copied().filter(|column| !is_of_key(column)).collect();
        // A count for each row costs more than the rest of its entry.
        let emptied = (!emptied.is_empty()).then(|| emptied.into());
        let generated = columns.iter().copied().find(|&column| table.columns[usize::from(column)].autoincrement);
        let told = match generated {
            Some(_) if columns.len() == 1 || !returning => last_insert_id,
            _ => LastInsertId::Untold,
        };
        let key_is_known = |key: &u16| match generated {
            Some(generated) => *key == generated && told != LastInsertId::Untold,
            None => given.contains(key),
        };
        let all_told = columns.len() == usize::from(told != LastInsertId::Untold);
        let read_back = match &table.primary_key[..] {
            [key] if !returning && !all_told && key_is_known(key) => Some(*key),
            _ => None,
        };
        if !(returning || all_told || read_back.is_some()) {
            let name = dialect.name();
            let message =
                format!("{name} cannot tell what it fills in: give each column with a server default a value");
            return Err(Error::new(ErrorKind::NotSupported, message).with_table(table.full_name()));
        }
        // Rows that are returned are told apart by their generated key.
        let told_apart = match generated {
            _ if capabilities.insert_many.arrays => returning,
            Some(_) => returning || told == LastInsertId::FirstRow,
            None => columns.is_empty() || read_back.is_some(),
        };
        let at_once = at_once(given, capabilities, told_apart);
        Ok(Self { table, columns, emptied, generated, told, read_back, at_once })
    }

    /// How many rows are written together: as many as some statements hold. Their values stay close to the processor, and a large flush
    /// does not hold all of its values at once.
    fn rows_together(&self) -> usize {
        let most = self.at_once.most.max(1);
        most * 1024_usize.div_ceil(most).max(16)
    }

    /// The columns to read back from an INSERT of so many rows.
    fn returning(&self, rows: usize) -> &[u16] {
        match self.told {
            _ if self.read_back.is_some() => &[],
            LastInsertId::FirstRow => &[],
            LastInsertId::OneRow if rows == 1 => &[],
            _ => &self.columns,
        }
    }
}

/// How many rows go into one INSERT: one where there are no columns to write `VALUES` of.
fn at_once(given: &[u16], capabilities: &Capabilities, many: bool) -> InsertMany {
    let InsertMany { most, arrays, exact } = capabilities.insert_many;
    let most = match many && !given.is_empty() {
        true if arrays => most,
        true => most.min(capabilities.max_binds / given.len()),
        false => 1,
    };
    InsertMany { most, arrays, exact }
}

#[cold]
fn database(message: &str) -> Error {
    Error::new(ErrorKind::Database, message)
}
