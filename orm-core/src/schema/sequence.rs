//! Sequences of numbers.

use std::borrow::Cow;

/// Numbers that the database hands out, each of them once, whoever asks: PostgreSQL's, MariaDB's and Oracle's.
///
/// ```
/// # use aludel_doc::*;
/// use aludel_core::schema::{MetaData, Sequence};
/// const TICKETS: Sequence = Sequence::new("tickets_seq").start(1_000);
/// let metadata = MetaData::new().with_sequence(TICKETS);
/// assert_eq!(
///     metadata.create_all_sql(&PostgresqlDialect)?,
///     "CREATE SEQUENCE tickets_seq START WITH 1000 INCREMENT BY 1;\n"
/// );
/// # Ok::<(), aludel_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[doc(alias("nextval", "serial"))]
pub struct Sequence {
    pub(crate) schema: Option<Cow<'static, str>>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) start: i64,
    pub(crate) increment: i64,
}

impl Sequence {
    /// A sequence of that name, which starts at 1 and goes up by 1.
    pub const fn new(name: &'static str) -> Self {
        Self { schema: None, name: Cow::Borrowed(name), start: 1, increment: 1 }
    }

    /// In a schema, rather than where names are looked up.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<Cow<'static, str>>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// The first number, when it is created.
    #[must_use]
    pub const fn start(mut self, first: i64) -> Self {
        self.start = first;
        self
    }

    /// How far each number is from the one before it, when it is created; not 0.
    #[must_use]
    pub const fn increment(mut self, by: i64) -> Self {
        self.increment = by;
        self
    }
}
