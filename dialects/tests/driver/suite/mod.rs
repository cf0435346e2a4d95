//! What every driver does.

mod cancel;
mod errors;
mod pool;
mod streams;
mod transactions;
mod values;

use crate::servers::Database;
use aludel_core::{
    Result,
    compile::{Capabilities, Placeholder},
    engine::{Engine, Job},
    types::{Field, Value},
};

/// The dialect that this copy of the suite is for.
fn dialect() -> &'static str {
    module_path!().rsplit("::").next().unwrap_or_default()
}

/// Whether every statement of the dialect is waited for, so that a timer can fire in the middle.
const WAITS: &str = "execution=thread";

/// A database of the test's own, and an engine on it; none where no server is there.
struct Place {
    engine: Engine,
    database: Database,
}

impl Place {
    async fn new() -> Option<Self> {
        Self::with("").await
    }

    /// With options of the URL.
    async fn with(options: &str) -> Option<Self> {
        let database = Database::of(dialect()).await?;
        let options = if dialect() == "sqlite" { format!("{WAITS}&{options}") } else { options.to_owned() };
        let engine = crate::connect(&database.with(options.trim_matches('&'))).await.expect("an engine");
        Some(Self { engine, database })
    }

    /// With how long it waits for a lock, where the driver does that.
    async fn waiting(busy_timeout: &str, options: &str) -> Option<Self> {
        let wait = match dialect() {
            "sqlite" => format!("busy_timeout={busy_timeout}&"),
            "postgresql" | "oracle" | "oracle_live" => String::new(),
            _ => format!("lock_timeout={busy_timeout}&"),
        };
        Self::with(&format!("{wait}{options}")).await
    }

    /// Another engine on the same database.
    async fn another(&self) -> Engine {
        crate::connect(self.database.url()).await.expect("an engine")
    }

    fn capabilities(&self) -> &Capabilities {
        self.engine.dialect().capabilities()
    }

    async fn table(&self, columns: &str) -> Result<()> {
        self.script(&format!("CREATE TABLE t ({columns})")).await
    }

    async fn script(&self, text: &str) -> Result<()> {
        self.engine.run_script(&sql(&self.engine, text)).await
    }

    async fn count(&self) -> Result<i64> {
        one(&self.engine, "SELECT count(*) FROM t").await
    }

    /// Waits until every connection is back in the pool: one that was left in the middle is repaired by a task.
    async fn all_idle(&self) {
        for _ in 0..5_000 {
            if self.engine.status().idle == self.engine.status().open {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        panic!("{:?}", self.engine.status());
    }
}

const EMULATOR: &[&str] = &["oracle"];
const ORACLE: &[&str] = &["oracle", "oracle_live"];

/// Whether the dialect is one of those that cannot do what a test is about; it says why.
fn cannot(dialects: &[&str], why: &str) -> bool {
    let cannot = dialects.contains(&dialect());
    if cannot {
        println!("skipped on {}: {why}", dialect());
    }
    cannot
}

/// The text as the dialect has it, with its placeholders for each `?`.
fn sql(engine: &Engine, text: &str) -> String {
    // MariaDB makes all rows of a recursive query before it yields the first of them, and so does H2.
    let numbers = match dialect() {
        "mariadb" | "mysql" if text.contains(") SELECT n") => "SELECT seq FROM seq_1_to_1000000000 WHERE seq <= ",
        "oracle" => "SELECT x FROM system_range(1, 20000) WHERE x <= ",
        "oracle_live" => "SELECT level FROM dual CONNECT BY level <= ",
        _ => COUNTING,
    };
    let mut text = text.replace(COUNTING, numbers);
    if matches!(dialect(), "oracle" | "oracle_live") {
        text = text
            .replace("WITH RECURSIVE ", "WITH ")
            .replace(" BIGINT", " NUMBER(19)")
            .replace(" TEXT", " VARCHAR2(4000)");
        text = text.replace(" ON DELETE RESTRICT", "").replace(" ADD COLUMN ", " ADD ");
        if text.starts_with("SELECT ") && !text.contains(" FROM ") {
            text.push_str(" FROM dual");
        }
    }
    let mark = match engine.dialect().capabilities().placeholder {
        Placeholder::Dollar => "$",
        Placeholder::Colon => ":",
        _ => return text,
    };
    let mut parts = text.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |sql, (index, part)| format!("{sql}{mark}{}{part}", index + 1))
}

const COUNTING: &str = "SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ";

fn job(engine: &Engine, text: &str, binds: Vec<Value>) -> Job {
    crate::jobs::job(&sql(engine, text), binds)
}

fn query<T: Field>(engine: &Engine, text: &str, binds: Vec<Value>) -> Job {
    crate::jobs::query::<T>(&sql(engine, text), binds)
}

async fn one<T: Field>(engine: &Engine, text: &str) -> Result<T> {
    crate::jobs::one(engine, &sql(engine, text)).await
}

/// The type of a column of 64-bit integers, and of one of text, in every dialect.
const COLUMNS: &str = "v BIGINT, w TEXT";
