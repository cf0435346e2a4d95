use aludel::DbEnum;

#[derive(DbEnum, Clone)]
struct Mood;

fn main() {}
