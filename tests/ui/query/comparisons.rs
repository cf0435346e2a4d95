use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = User.id.eq("1");
    let _ = User.name.eq(1);
    let _ = User.id.eq(User.name);
    let _ = User.age.gt(None);
    let _ = User.id.in_(["a"]);
    let _ = User.id.like("a%");
    let _ = User.name + 1;
}
