//! INSERT of many rows that no session has to know.

use super::{Executor, Query, RunsOn};
use crate::{
    compile::{self, Compiled, Dialect},
    engine::{BoxFuture, Done, Job},
    error::{Error, ErrorKind, Result},
    expr::{Column, Node, named},
    schema::{AnyModel, Model, Table, TableRef},
    session::insert::{Filled, alike, given_columns, insert_jobs},
    statement::{Conflict, Insert, InsertSource, Select, Statement},
    types::{DbType, Field, RowSink, Value},
};
use std::{fmt, sync::Arc};

/// Rows to insert, and what on.
#[must_use = "nothing is inserted until .execute().await"]
#[derive(Clone)]
pub struct InsertRows<M, X = ()> {
    models: Vec<M>,
    query: Option<(Vec<u16>, Select)>,
    conflict: Option<Conflict>,
    executor: X,
}

/// An INSERT of many rows, without the handles and the identity map of [`Session::add_all`](crate::session::Session::add_all), and so
/// faster: the keys that the database generates are not read back.
///
/// Which columns are left out, and so filled in by the database, is as in a flush.
///
/// ```
/// # use aludel_doc::*;
/// let clusters = ["east", "west"].map(|name| Cluster { name: name.into(), ..Default::default() });
/// assert_eq!(
///     insert(Cluster).values(clusters).to_sql(&SqliteDialect)?,
///     ["INSERT INTO clusters (name) VALUES (?), (?)"]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn insert<T: Table>(_table: T) -> InsertRows<T::Model> {
    InsertRows { models: Vec::new(), query: None, conflict: None, executor: () }
}

impl<M: Model, X> InsertRows<M, X> {
    /// Adds rows: `VALUES (…), (…)`, as many in one statement as the server is best at.
    pub fn values(mut self, models: impl IntoIterator<Item = M>) -> Self {
        self.models.extend(models);
        self
    }

    /// Inserts the rows of a query into these columns: `INSERT INTO a (b) SELECT …`. Columns that are not named are filled in by the database;
    /// the defaults of the program's are not used.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let writers = query((User.name, User.id)).join(User.posts).group_by(User.id);
    /// assert_eq!(
    ///     insert(Post).from_query((Post.title, Post.user_id), writers).to_sql(&SqliteDialect)?,
    ///     ["INSERT INTO posts (title, user_id) \
    ///       SELECT users.name, users.id FROM users JOIN posts ON users.id = posts.user_id GROUP BY users.id"]
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias("from_select", "into_columns"))]
    pub fn from_query<R, N>(mut self, columns: impl InsertColumns<M, R>, query: Query<R, N>) -> Self {
        self.query = Some((columns.positions(), query.into_select()));
        self
    }

    /// What it runs on: an engine, which makes all of it one transaction; a transaction; a session.
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> InsertRows<M, Executor<'s>> {
        let Self { models, query, conflict, executor: _ } = self;
        InsertRows { models, query, conflict, executor: executor.executor() }
    }

    pub(super) fn resolved(self, conflict: Conflict) -> Self {
        Self { conflict: Some(conflict), ..self }
    }

    /// The statements in a dialect, with placeholders for their values.
    ///
    /// # Errors
    /// As [`Query::to_sql`](super::Query::to_sql).
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Vec<String>> {
        self.statements(dialect, &[])
    }

    pub(super) fn statements(&self, dialect: &dyn Dialect, returning: &[Node]) -> Result<Vec<String>> {
        let compile = |statement| compile::compile(statement, dialect).map(|(one, values)| (Arc::new(one), values));
        let models = self.models.iter().map(M::copy).collect();
        let rows = InsertRows { models, query: self.query.clone(), conflict: self.conflict.clone(), executor: () };
        let jobs = rows.jobs(dialect, returning, |_| None, compile)?;
        Ok(jobs.into_iter().map(|job| job.statement.sql.clone()).collect())
    }

    /// The statements to run; each has the sink that `sink` makes.
    fn jobs(
        mut self,
        dialect: &dyn Dialect,
        returning: &[Node],
        sink: impl Fn(&Arc<Compiled>) -> Option<Box<dyn RowSink>>,
        compile: impl Fn(Statement) -> Result<(Arc<Compiled>, Vec<Value>)>,
    ) -> Result<Vec<Job>> {
        let conflict = self.conflict.as_ref();
        let mut jobs = match self.query {
            None => jobs(&mut self.models, conflict, returning, dialect, compile)?,
            Some(_) if !self.models.is_empty() => {
                let message = "an INSERT has rows of values or those of a query, not both";
                return Err(Error::new(ErrorKind::Statement, message));
            }
            Some((columns, mut select)) => {
                if conflict.is_some() {
                    // They are read from as a table then, where no two have one name.
                    let columns = named(&select.columns);
                    select.rename(columns);
                }
                let (table, source) = (TableRef::new(M::table()), InsertSource::Select(Box::new(select)));
                let (conflict, returning) = (conflict.cloned(), returning.to_vec());
                let (statement, binds) = compile(Insert { table, columns, source, conflict, returning }.into())?;
                vec![Job { statement, binds, sink: None, timeout: None }]
            }
        };
        jobs.iter_mut().for_each(|job| job.sink = sink(&job.statement));
        Ok(jobs)
    }
}

impl<'s, M: Model> InsertRows<M, Executor<'s>> {
    /// Inserts the rows, and answers how many they are.
    ///
    /// # Errors
    /// Those of the server. Then nothing is inserted on an engine; in a transaction or a session, rows of statements before the one that
    /// failed may be, until it is rolled back.
    pub fn execute(self) -> BoxFuture<'s, Result<u64>> {
        Box::pin(async move { Ok(self.run(&[], |_| None).await?.iter().map(|done| done.affected).sum()) })
    }

    pub(super) async fn run(
        self,
        returning: &[Node],
        sink: impl Fn(&Arc<Compiled>) -> Option<Box<dyn RowSink>>,
    ) -> Result<Vec<Done>> {
        let Self { models, query, conflict, mut executor } = self;
        let changes = conflict.is_some();
        let rows = InsertRows { models, query, conflict, executor: () };
        let engine = executor.engine();
        let jobs = rows.jobs(engine.dialect(), returning, sink, |statement| engine.compile(statement))?;
        let done = executor.write_all(jobs, changes).await;
        done.map_err(|error| error.with_table(M::table().full_name()))
    }
}

fn jobs<M: Model>(
    models: &mut [M],
    conflict: Option<&Conflict>,
    returning: &[Node],
    dialect: &dyn Dialect,
    compile: impl Fn(Statement) -> Result<(Arc<Compiled>, Vec<Value>)>,
) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    let mut rest = models;
    while !rest.is_empty() {
        let (count, given) = alike(rest.len(), |row, columns| Some(given_columns(&mut rest[row], columns)))?;
        let (chunk, others) = rest.split_at_mut(count);
        let filled = Filled::unread(M::table(), &given, dialect);
        let models: Vec<&dyn AnyModel> = chunk.iter().map(|model| model as &dyn AnyModel).collect();
        jobs.extend(insert_jobs(&models, &given, &filled, conflict, returning, &compile)?);
        rest = others;
    }
    Ok(jobs)
}

impl<M: Model, X> fmt::Debug for InsertRows<M, X> {
    /// Without the values, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = M::table().full_name();
        f.debug_struct("InsertRows").field("table", &table).field("rows", &self.models.len()).finish_non_exhaustive()
    }
}

/// The columns of `M` that take rows of type `R`: one, or a tuple of several. A column that is an `Option` takes values that are none, too.
#[diagnostic::on_unimplemented(
    message = "rows of type `{R}` do not fit `{Self}`",
    label = "expected a column of `{M}` for each column of the query, of its type"
)]
pub trait InsertColumns<M, R> {
    /// Their positions.
    #[doc(hidden)]
    fn positions(self) -> Vec<u16>;
}

/// A type whose column takes values of the type `S`.
#[doc(hidden)]
pub trait Takes<S> {}

impl<T: DbType> Takes<T> for T {}
impl<T: DbType> Takes<Option<T>> for Option<T> {}
impl<T: DbType> Takes<T> for Option<T> {}

impl<M, T: Takes<S>, S: Field> InsertColumns<M, S> for Column<M, T> {
    fn positions(self) -> Vec<u16> {
        vec![self.column_ref().index]
    }
}

macro_rules! tuples {
    ($($($target:ident $source:ident $index:tt)+;)*) => { $(
        impl<M, $($target: Takes<$source>, $source),+> InsertColumns<M, ($($source,)+)> for ($(Column<M, $target>,)+) {
            fn positions(self) -> Vec<u16> {
                vec![$(self.$index.column_ref().index),+]
            }
        }
    )* };
}

tuples! {
    A I 0;
    A I 0 B J 1;
    A I 0 B J 1 C K 2;
    A I 0 B J 1 C K 2 D L 3;
    A I 0 B J 1 C K 2 D L 3 E N 4;
    A I 0 B J 1 C K 2 D L 3 E N 4 F O 5;
    A I 0 B J 1 C K 2 D L 3 E N 4 F O 5 G P 6;
    A I 0 B J 1 C K 2 D L 3 E N 4 F O 5 G P 6 H Q 7;
}
