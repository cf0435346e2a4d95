use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: Option<i64>,
}

#[derive(Model, Clone)]
#[table("pair", primary_key(a, b))]
struct Pair {
    a: i64,
    b: Option<i64>,
}

fn main() {}
