use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

fn main() {
    // Columns that do not take what the query yields: another type, NULL, one column fewer.
    let _ = insert(User).from_query(User.id, query(User.name));
    let _ = insert(User).from_query(User.name, query(User.email));
    let _ = insert(User).from_query((User.id, User.name), query(User.id));
    // Parts of a model cannot be changed.
    let _ = query(User.id).returning(User.id).into_delete();
    // A row of values is a tuple.
    let _ = values("v", [1, 2]);
    let _ = values("v", [(1, User.id)]);
    // Rows of models alone are loaded.
    let _ = bulk_load([1, 2]);
}
