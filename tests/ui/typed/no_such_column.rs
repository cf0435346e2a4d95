use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn column() {
    let _ = User.nmae;
}

fn main() {}
