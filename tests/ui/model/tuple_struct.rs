use aludel::Model;

#[derive(Model, Clone)]
struct Pair(i64, String);

#[derive(Model, Clone)]
struct Newtype(i64);

fn main() {}
