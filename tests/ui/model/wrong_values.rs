use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key = 1, name = 5, length = "50", precision = -1, scale = 300, unique = 3, check("x"), comment)]
    id: i64,
}

fn main() {}
