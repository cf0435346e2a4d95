use aludel::DbEnum;

#[derive(DbEnum, Clone)]
enum Mood {}

fn main() {}
