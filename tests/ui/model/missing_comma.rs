use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key name = "key")]
    id: i64,
}

fn main() {}
