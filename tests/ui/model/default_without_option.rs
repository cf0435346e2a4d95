use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(default = "new")]
    state: String,
}

fn main() {}
