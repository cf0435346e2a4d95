use aludel::Model;

#[derive(Model, Clone)]
#[table("app.users")]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
