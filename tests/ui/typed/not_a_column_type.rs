use aludel::Model;

#[derive(Clone)]
struct Address;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    address: Option<Address>,
}

fn main() {}
