use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    active: bool,
    score: Option<f64>,
}

fn main() {
    let _ = query(User).filter(User.id == 1);
    let _ = query(User).filter(User.age > 1);
    let _ = query(User).filter(User.name == "x");
    let _ = query(User).filter(User.active && User.age.gt(1));
    let _ = query(User).filter(User.age.gt(1) && User.age.lt(3));
    let _ = query(User).filter(User.age.gt(1) || User.active);
}
