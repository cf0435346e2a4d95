//! Diesel's view of the table, for each of its backends.

use diesel::prelude::*;

use crate::dataset::NewUser;

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        email -> Nullable<Text>,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub email: Option<String>,
}

impl User {
    pub fn fields(&self) -> (i64, &str, Option<&str>) {
        (self.id, &self.name, self.email.as_deref())
    }
}

/// With `None` taken for NULL, rather than for the column's default, Diesel sends all rows in one statement.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct Draft {
    name: String,
    email: Option<String>,
}

impl From<NewUser> for Draft {
    fn from(NewUser { name, email }: NewUser) -> Self {
        Self { name, email }
    }
}

pub fn drafts(users: Vec<NewUser>) -> Vec<Draft> {
    users.into_iter().map(Draft::from).collect()
}
