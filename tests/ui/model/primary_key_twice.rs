use aludel::Model;

#[derive(Model, Clone)]
#[table("users", primary_key(id, name))]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {}
