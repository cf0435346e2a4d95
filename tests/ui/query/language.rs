use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

#[derive(Model, Clone)]
struct Post {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    title: String,
}

fn main() {
    // Rows of other types are no one set.
    let _ = query(User.id).union(query(User.name));
    let _ = query(User).union(query(Post));
    // A table of rows that are neither a model nor columns.
    let _ = query((User, Post)).subquery("both");
    // A part of the tuple that is not there, and one of another type.
    let named = query((User.id, User.name)).subquery("named");
    let _ = query(named.2).from(&named);
    let _ = query(User.id).filter(named.1.eq(5));
    // A subquery by value, and without a source.
    let _ = query(named.0).from(named.0);
    // A window function is nothing by itself.
    let _ = query(func::rank());
    let _ = query(func::lower(User.name).over(window()));
    // What is said of aggregates alone.
    let _ = query(User.id.filter(User.id.gt(1)));
}
