//! The next numbers of sequences.

use super::{Expr, func::call, tree::FunctionName};
use crate::schema::Sequence;

impl Sequence {
    /// The next number. Servers make gaps: what a transaction took and rolled back is gone, and some hand out numbers in advance.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// use aludel_core::schema::Sequence;
    /// let next = || query(Sequence::new("tickets_seq").next_value());
    /// assert_eq!(next().to_sql(&PostgresqlDialect)?, "SELECT nextval('tickets_seq')");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// MariaDB: `nextval(tickets_seq)`; Oracle: `tickets_seq.nextval`, in a SELECT list and the values of a write only. Not supported on
    /// SQLite and MySQL.
    pub fn next_value(&self) -> Expr<i64> {
        call(FunctionName::NextValue(self.schema.clone(), self.name.clone()), Vec::new())
    }
}
