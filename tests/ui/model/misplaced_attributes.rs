use aludel::Model;

#[derive(Model, Clone)]
#[column(primary_key)]
struct User {
    #[table("id")]
    #[column(primary_key)]
    id: i64,
    #[has_many(users: User.id)]
    users: i64,
}

fn main() {}
