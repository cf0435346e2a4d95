use aludel::Model;

#[derive(Model, Clone)]
enum Mood {
    Calm,
}

fn main() {}
