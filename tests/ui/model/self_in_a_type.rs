use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    tree: Json<Vec<Self>>,
}

fn main() {}
