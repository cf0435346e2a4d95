//! What a query can select, and the type of its rows.

use super::{Column, Expr, Expression, Node};
use crate::{
    error::Result,
    schema::{Model, Table},
    types::{Field, Row},
};

/// What a query can select: a table, a column, an expression, or a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected",
    label = "expected a model, a column, an expression, or a tuple of those",
    note = "a model is selected by its name, `query(User)`; a relation is loaded with `.with(User.posts)`",
    note = "a window function is an expression only over a window: `func::rank().over(window().order_by(User.age))`"
)]
pub trait Selectable: Sized {
    /// The type of a row.
    type Row: Send + 'static;
    /// The model that `filter_by`, `update` and `delete` speak of: that of the first table or column.
    type Root: 'static;

    /// Adds what is selected to a SELECT list.
    fn select(self, columns: &mut Vec<Node>);

    /// Reads a row, whose columns begin at `at`, and moves `at` past them.
    fn decode(row: &dyn Row, at: &mut usize) -> Result<Self::Row>;

    /// How many columns it has.
    fn width() -> usize;

    /// The same on the outer side of an outer join: `None` where every column is `NULL`.
    fn optional(self) -> Optional<Self> {
        Optional(self)
    }
}

/// The root of a query that begins with an expression: none.
#[derive(Debug, Clone, Copy)]
pub struct NoModel(());

impl<T: Table> Selectable for T {
    type Row = T::Model;
    type Root = T::Model;

    fn select(self, columns: &mut Vec<Node>) {
        columns.push(Node::Table(self.table_ref()));
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<T::Model> {
        let start = *at;
        *at += Self::width();
        T::Model::decode(row, start)
    }

    fn width() -> usize {
        T::Model::table().columns.len()
    }
}

impl<M: Model, T: Field> Selectable for Column<M, T> {
    type Row = T;
    type Root = M;

    fn select(self, columns: &mut Vec<Node>) {
        columns.push(self.into_node());
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<T> {
        *at += 1;
        T::decode(row, *at - 1)
    }

    fn width() -> usize {
        1
    }
}

impl<T: Field, K> Selectable for Expr<T, K> {
    type Row = T;
    type Root = NoModel;

    fn select(self, columns: &mut Vec<Node>) {
        columns.push(self.into_node());
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<T> {
        *at += 1;
        T::decode(row, *at - 1)
    }

    fn width() -> usize {
        1
    }
}

/// A column of a query that is read from as from a table.
impl<T: Field> Selectable for Column<NoModel, T> {
    type Row = T;
    type Root = NoModel;

    fn select(self, columns: &mut Vec<Node>) {
        columns.push(self.into_node());
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<T> {
        *at += 1;
        T::decode(row, *at - 1)
    }

    fn width() -> usize {
        1
    }
}

/// Something selected that an outer join may leave out; see [`Selectable::optional`].
#[derive(Debug, Clone, Copy)]
pub struct Optional<S>(S);

impl<S: Selectable> Selectable for Optional<S> {
    type Row = Option<S::Row>;
    type Root = S::Root;

    fn select(self, columns: &mut Vec<Node>) {
        self.0.select(columns);
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<Option<S::Row>> {
        let end = *at + S::width();
        for index in *at..end {
            if !row.is_null(index)? {
                return S::decode(row, at).map(Some);
            }
        }
        *at = end;
        Ok(None)
    }

    fn width() -> usize {
        S::width()
    }
}

macro_rules! tuples {
    ($($first:ident $($name:ident)*;)*) => { $(
        #[allow(non_snake_case)]
        impl<$first: Selectable, $($name: Selectable),*> Selectable for ($first, $($name,)*) {
            type Row = ($first::Row, $($name::Row,)*);
            type Root = $first::Root;

            fn select(self, columns: &mut Vec<Node>) {
                let ($first, $($name,)*) = self;
                $first.select(columns);
                $($name.select(columns);)*
            }

            fn decode(row: &dyn Row, at: &mut usize) -> Result<Self::Row> {
                Ok(($first::decode(row, at)?, $($name::decode(row, at)?,)*))
            }

            fn width() -> usize {
                $first::width() $(+ $name::width())*
            }
        }
    )* };
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
}
