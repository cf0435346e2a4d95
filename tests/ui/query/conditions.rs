use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = query(User).filter(User.id);
    let _ = query(User).filter(User.name.asc());
    let _ = query(User).filter(true);
    let _ = query(User).order_by("name");
    let _ = query(User).group_by("name");
}
