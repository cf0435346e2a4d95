//! What the rows of a query are, and what they grow to when relations are loaded with them.

use crate::schema::Model;

/// A row, and one thing more.
pub trait Append<L> {
    /// The row with it.
    type Out;
    /// Puts it behind the row.
    fn append(self, loaded: L) -> Self::Out;
}

impl<M: Model, L> Append<L> for M {
    type Out = (M, L);
    fn append(self, loaded: L) -> (M, L) {
        (self, loaded)
    }
}

/// A row that has the model `M`, whose relations are loaded, first.
pub trait Rooted<M> {
    /// The model.
    fn root(&self) -> &M;
}

impl<M: Model> Rooted<M> for M {
    fn root(&self) -> &M {
        self
    }
}

macro_rules! tuples {
    ($($first:ident $($name:ident)*;)*) => { $(
        #[allow(non_snake_case)]
        impl<$first, $($name,)* Loaded> Append<Loaded> for ($first, $($name,)*) {
            type Out = ($first, $($name,)* Loaded);
            fn append(self, loaded: Loaded) -> Self::Out {
                let ($first, $($name,)*) = self;
                ($first, $($name,)* loaded)
            }
        }

        impl<$first: Model, $($name,)*> Rooted<$first> for ($first, $($name,)*) {
            fn root(&self) -> &$first {
                &self.0
            }
        }
    )* };
}

tuples! {
    A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G;
}
