use aludel::Model;

#[derive(Model, Clone)]
#[table("")]
struct User {
    #[column(primary_key, name = "", comment = " ")]
    id: i64,
}

fn main() {}
