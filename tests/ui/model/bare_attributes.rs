use aludel::Model;

#[derive(Model, Clone)]
#[table]
#[table = "users"]
#[table(5)]
struct User {
    #[column]
    #[column(primary_key)]
    id: i64,
    #[column = "name"]
    name: String,
    #[column("nick")]
    nick: String,
}

fn main() {}
