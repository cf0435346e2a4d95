use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primarykey, lenght = 50, colour = "red")]
    id: i64,
}

fn main() {}
