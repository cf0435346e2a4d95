use aludel::schema::Model;

struct User;

fn table() {
    <User as Model>::table();
}

fn main() {}
