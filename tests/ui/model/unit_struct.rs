use aludel::Model;

#[derive(Model, Clone)]
struct User;

fn main() {}
