use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    score: Option<f64>,
}

fn main() {
    let _ = query(User).filter(User.age.eq("1"));
    let _ = query(User).filter(User.name.eq(1));
    let _ = query(User).filter(User.score.gt(1));
    let _ = query(User).filter(User.name.eq('x'));
    let _ = query(User).filter(User.name.eq("x".to_owned() + 1));
    let _ = query(User).filter(User.name.in_("x"));
    let _ = query(User).filter(User.id.in_([1, 2]).eq("x"));
    let _ = query(User).filter(User.id);
    let _ = User.name.set(None);
    let _ = User.score.set(None);
    let name: Option<String> = None;
    let _ = User.name.set(name);
}
