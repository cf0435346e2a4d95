use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(name = "Name")]
    title: String,
}

fn main() {}
