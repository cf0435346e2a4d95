//! Rows of a query as objects of a session, each relation loaded with them too.

use super::{Handle, Session};
use crate::schema::Model;

/// What the session can take as its objects: a model, an `Option` or a `Vec` of such, or a tuple that begins with a model, as queries
/// with loaded relations yield.
#[diagnostic::on_unimplemented(
    message = "the session cannot track `{Self}`",
    label = "expected rows that are models, alone or with relations loaded",
    note = "begin with the model itself: `query(User)`, `query(User).with(User.posts)`; columns and expressions are no objects"
)]
pub trait Track {
    /// The same with a handle for each model: `(Handle<User>, Vec<Handle<Post>>)`.
    type Handles;
    /// Makes the session own it.
    fn track(self, session: &mut Session) -> Self::Handles;
}

impl<M: Model> Track for M {
    type Handles = Handle<M>;
    fn track(self, session: &mut Session) -> Handle<M> {
        session.track(self)
    }
}

impl<T: Track> Track for Option<T> {
    type Handles = Option<T::Handles>;
    fn track(self, session: &mut Session) -> Option<T::Handles> {
        self.map(|row| row.track(session))
    }
}

impl<T: Track> Track for Vec<T> {
    type Handles = Vec<T::Handles>;
    fn track(self, session: &mut Session) -> Vec<T::Handles> {
        self.into_iter().map(|row| row.track(session)).collect()
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => { $(
        #[allow(non_snake_case)]
        impl<$($name: Track),+> Track for ($($name,)+) {
            type Handles = ($($name::Handles,)+);
            fn track(self, session: &mut Session) -> Self::Handles {
                let ($($name,)+) = self;
                ($($name.track(session),)+)
            }
        }
    )* };
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
}
