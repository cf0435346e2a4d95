use aludel::Model;

#[derive(Model, Clone)]
#[table(crate = aludel)]
struct User {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
#[table(crate = "a b")]
struct Other {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
