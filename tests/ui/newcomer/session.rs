use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

async fn run(engine: &Engine, user: User) -> aludel::Result<()> {
    let mut session = engine.session();
    let handle = session.add(user.clone());
    handle.name = "x".into();
    println!("{}", handle.name);
    session.delete(user.clone())?;
    session.delete(&user)?;
    session.transaction().await?;
    session.insert(user.clone())?;
    session.update(user.clone())?;
    session.save(user.clone())?;
    session.execute("DELETE FROM users").await?;
    engine.execute("DELETE FROM users").await?;
    session.refresh(user)?;
    session.add(User);
    Ok(())
}

fn main() {}
