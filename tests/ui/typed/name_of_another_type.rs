use aludel::{DbType, Model};

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    price: Decimal,
}

#[derive(DbType, Clone)]
struct Decimal(String);

fn main() {}
