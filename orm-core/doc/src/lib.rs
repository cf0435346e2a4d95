//! The models that the examples in the documentation speak of, compiled once for all of them.

pub use aludel::{
    dialects::{postgresql::PostgresqlDialect, sqlite::SqliteDialect},
    prelude::*,
    statement::Statement,
};

/// Where users live.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("clusters")]
#[has_many(users: User.cluster_id)]
pub struct Cluster {
    /// Its key.
    #[column(primary_key)]
    pub id: i64,
    /// Its name.
    #[column(length = 50, unique)]
    pub name: String,
}

/// Who writes posts.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("users")]
#[has_many(posts: Post.user_id)]
pub struct User {
    /// Its key.
    #[column(primary_key)]
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Where to write to.
    pub email: Option<String>,
    /// In years.
    pub age: i32,
    /// Out of ten.
    pub score: Option<f64>,
    /// Whether they are here.
    pub active: bool,
    /// Where they live.
    #[column(foreign_key = Cluster.id, relation = cluster)]
    pub cluster_id: Option<i64>,
}

/// What users write.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("posts")]
pub struct Post {
    /// Its key.
    #[column(primary_key)]
    pub id: i64,
    /// Who wrote it.
    #[column(foreign_key = User.id, relation = author)]
    pub user_id: i64,
    /// Its title.
    pub title: String,
    /// How often it was read.
    pub views: i64,
}

/// The SQL of a statement on SQLite.
///
/// # Panics
/// If it cannot be compiled.
pub fn sql(statement: impl Into<Statement>) -> String {
    match statement.into().to_sql(&SqliteDialect) {
        Ok(sql) => sql,
        Err(error) => panic!("{error}"),
    }
}

/// The SQL of a statement on PostgreSQL.
///
/// # Panics
/// If it cannot be compiled.
pub fn postgresql(statement: impl Into<Statement>) -> String {
    match statement.into().to_sql(&PostgresqlDialect) {
        Ok(sql) => sql,
        Err(error) => panic!("{error}"),
    }
}

/// The SQL of an expression on SQLite: what stands in the SELECT list before FROM.
///
/// # Panics
/// If it cannot be compiled.
pub fn shown(expression: impl Expression) -> String {
    let sql = sql(query(Expr::<bool>::new(expression.into_node())).into_select());
    let list = sql.trim_start_matches("SELECT ");
    list.rsplit_once(" FROM ").map_or(list, |(list, _)| list).to_owned()
}

/// The tables with a few rows, on SQLite in memory.
///
/// # Errors
/// Those of the engine.
pub async fn engine() -> aludel::Result<Engine> {
    let engine = create_engine("sqlite://")?.connect().await?;
    metadata![Cluster, User, Post].create_all(&engine).await?;
    let mut session = engine.session();
    session.add(Cluster { id: 1, name: "alpha".into() });
    session.flush().await?;
    let user = |name: &str, age| User { name: name.into(), age, active: true, cluster_id: Some(1), ..User::default() };
    session.add_all([user("Ada", 36), user("Bob", 25)]);
    session.flush().await?;
    session.add(Post { user_id: 1, title: "Hello".into(), views: 10, ..Post::default() });
    session.commit().await?;
    Ok(engine)
}
