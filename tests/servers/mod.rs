//! Databases of a test's own, on the servers that the environment names: `tests/run` starts them.
//!
//! Whoever includes this file has a function `connect`, from a URL to an engine.

#![allow(dead_code, unreachable_pub, reason = "no test uses all of it")]

use std::{
    io::Write,
    sync::{
        Once,
        atomic::{AtomicU64, Ordering},
    },
};

/// An empty database, or an empty schema of one, that goes when this is dropped.
pub struct Database {
    url: String,
    leftover: Leftover,
}

enum Leftover {
    Folder(tempfile::TempDir),
    Schema {
        server: String,
        name: String,
    },
    /// A user and all that is theirs.
    User {
        server: String,
        name: String,
    },
    /// The emulator keeps it in memory until it is told to forget it.
    Memory {
        url: String,
    },
}

impl Database {
    /// A database of the dialect; `None` if no server is named. With `CI=1` that is a failure.
    pub async fn of(dialect: &str) -> Option<Self> {
        if dialect == "sqlite" {
            let folder = tempfile::tempdir().expect("a folder");
            let url = format!("sqlite:///{}", folder.path().join("test.db").display());
            return Some(Self { url, leftover: Leftover::Folder(folder) });
        }
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let server = server(dialect)?;
        // In the clear, for speed: each test has connections of its own.
        let server = if server.contains("sslmode") || dialect.starts_with("oracle") {
            server
        } else {
            with_option(&server, "sslmode=disable")
        };
        let name = format!("aludel_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        if dialect == "oracle" {
            let url = format!("{server}/{name}");
            return Some(Self { url: url.clone(), leftover: Leftover::Memory { url } });
        }
        let engine = crate::connect(&server).await.expect("a server");
        if dialect == "oracle_live" {
            let user = format!(
                "CREATE USER {name} IDENTIFIED BY \"{name}\" DEFAULT TABLESPACE users QUOTA UNLIMITED ON users; \
                 GRANT CREATE SESSION, CREATE TABLE, CREATE VIEW, CREATE SEQUENCE, CREATE TRIGGER TO {name}"
            );
            engine.run_script(&user).await.expect("a user");
            let (scheme, address) = (server.split_once("://"), server.rsplit_once('@'));
            let (Some((scheme, _)), Some((_, address))) = (scheme, address) else { panic!("a URL with a user") };
            let url = format!("{scheme}://{name}:{name}@{address}");
            return Some(Self { url, leftover: Leftover::User { server, name } });
        }
        engine.run_script(&format!("CREATE SCHEMA {name}")).await.expect("a schema");
        engine.dispose().await.expect("a polite end");
        let url = if dialect == "postgresql" {
            with_option(&server, &format!("search_path={name}"))
        } else {
            // Its schemas are databases.
            let (before, options) = server.split_once('?').expect("an option");
            let (address, _) = before.rsplit_once('/').expect("a database");
            format!("{address}/{name}?{options}")
        };
        Some(Self { url, leftover: Leftover::Schema { server, name } })
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its URL, with options more: `pool_size=1&max_overflow=0`.
    pub fn with(&self, options: &str) -> String {
        if options.is_empty() { self.url.clone() } else { with_option(&self.url, options) }
    }
}

/// The URL of the server of a dialect. Oracle's is its emulator; `oracle_live` is an Oracle, which nobody need have, and a user who may make users. MySQL's may be a MariaDB, which is then spoken to as a MySQL.
pub fn server(dialect: &str) -> Option<String> {
    let variable = |dialect: &str| match dialect {
        "oracle" => "ALUDEL_TEST_H2_URL".to_owned(),
        "oracle_live" => "ALUDEL_TEST_ORACLE_URL".to_owned(),
        dialect => format!("ALUDEL_TEST_{}_URL", dialect.to_uppercase()),
    };
    let url = |dialect| std::env::var(variable(dialect)).ok();
    let mut url_of = url(dialect);
    if dialect == "mysql" {
        url_of = url_of.or_else(|| Some(url("mariadb")?.replacen("mariadb", "mysql", 1)));
    }
    let (url, variable) = (url_of, variable(if dialect == "mysql" { "mariadb" } else { dialect }));
    if url.is_none() && dialect == "oracle_live" {
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            let _ = writeln!(std::io::stderr(), "skipped: {variable} is not set; no Oracle can be had here");
        });
    } else if url.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("1"), "{variable} is not set");
        // Past the test harness, which would keep the words of a test that passes to itself.
        let _ = writeln!(std::io::stderr(), "skipped: {variable} is not set; tests/run starts a server");
    }
    url
}

fn with_option(url: &str, option: &str) -> String {
    format!("{url}{}{option}", if url.contains('?') { '&' } else { '?' })
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test's own runtime may be gone, or in the middle of a panic.
        let (server, sql) = match &self.leftover {
            Leftover::Folder(_) => return,
            Leftover::Memory { url } => (url, "DROP ALL OBJECTS".to_owned()),
            Leftover::User { server, name } => (server, format!("DROP USER {name} CASCADE")),
            Leftover::Schema { server, name } if server.starts_with("postgres") => {
                (server, format!("SET lock_timeout = '5s'; DROP SCHEMA {name} CASCADE"))
            }
            Leftover::Schema { server, name } => (server, format!("SET lock_wait_timeout = 5; DROP SCHEMA {name}")),
        };
        let server = server.clone();
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                if let Ok(engine) = crate::connect(&server).await {
                    let _ = engine.run_script(&sql).await;
                }
            });
            std::io::Result::Ok(())
        });
        let _ = dropping.join();
    }
}
