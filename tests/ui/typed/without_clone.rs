use aludel::Model;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
