use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(skip, length = 5, unique)]
    cache: String,
}

fn main() {}
