use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(precision = 5)]
    number: f64,
    #[column(scale = 2)]
    a: Decimal,
    #[column(precision = 2, scale = 5)]
    b: Decimal,
    #[column(precision = 0)]
    c: Decimal,
}

fn main() {}
