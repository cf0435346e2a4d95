use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(unique = "uq_a")]
    a: i64,
    #[column(unique = "uq_a")]
    b: i64,
    #[column(unique = "x", index = "y")]
    c: i64,
}

fn main() {}
