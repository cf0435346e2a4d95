use aludel::Model;

#[derive(Clone)]
struct Cache;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(skip)]
    cache: Cache,
}

fn main() {}
