use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, autoincrement)]
    id: String,
    #[column(autoincrement = true)]
    number: i64,
}

#[derive(Model, Clone)]
struct Pair {
    #[column(primary_key, autoincrement)]
    a: i64,
    #[column(primary_key)]
    b: i64,
}

fn main() {}
