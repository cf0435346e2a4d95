use aludel::DbEnum;

#[derive(DbEnum, Clone)]
enum Mood {
    Calm,
    Angry(u8),
    Sad { why: String },
}

fn main() {}
