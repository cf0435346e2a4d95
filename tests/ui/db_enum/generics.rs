use aludel::DbEnum;

#[derive(DbEnum, Clone)]
enum Mood<const N: usize> {
    Calm,
}

fn main() {}
