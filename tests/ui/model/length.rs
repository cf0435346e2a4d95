use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 3)]
    number: i32,
    #[column(length = 3)]
    price: Option<Decimal>,
    #[column(length = 0)]
    name: String,
    #[column(length = 2, server_default = "new")]
    state: String,
}

fn main() {}
