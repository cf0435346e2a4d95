//! What is logged, and what never is.

use crate::support::{job, query};
use aludel_core::{Result, engine::create_engine, types::Value};
use aludel_dialects::BACKENDS;
use std::{
    fmt::Write,
    sync::{Arc, Mutex},
};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Keeps the events of our target as lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "aludel::sql"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().expect("no panic").push(line.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

/// The lines that the work leaves.
fn logged(url: &str) -> Result<Vec<String>> {
    let lines = Lines::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // Other tests have no subscriber: if one of them meets an event for the first time just now, that is remembered as "nobody listens".
    runtime.block_on(async { crate::support::memory().await?.run(job("SELECT 1", vec![])).await })?;
    tracing::subscriber::with_default(lines.clone(), || {
        tracing::callsite::rebuild_interest_cache();
        runtime.block_on(async {
            let e = create_engine(url, BACKENDS)?.connect().await?;
            e.run_script("CREATE TABLE t (v UNIQUE)").await?;
            let mut tx = e.begin().await?;
            let insert = || job("INSERT INTO t VALUES (?)", vec![Value::Text("hunter2".into())]);
            tx.run(insert()).await?;
            assert!(tx.run(insert()).await.is_err());
            tx.run_all(vec![query::<String>("SELECT v FROM t", vec![])]).await?;
            tx.commit().await?;
            let mut stream =
                e.stream(job("SELECT v FROM t", vec![]), 10, crate::support::Collect::<String>::boxed).await?;
            while let Some(batch) = stream.next().await {
                batch?;
            }
            Ok::<_, aludel_core::Error>(())
        })
    })?;
    let lines = std::mem::take(&mut *lines.0.lock().expect("no panic"));
    Ok(lines)
}

#[test]
fn statements_are_logged_and_values_only_with_echo() -> Result<()> {
    let lines = logged("sqlite://")?;
    let all = lines.join("\n");
    assert_eq!(lines.len(), 7, "{all}");
    assert!(lines.iter().all(|line| line.starts_with(Level::DEBUG.as_str())), "{all}");
    assert!(lines[2].contains("INSERT INTO t VALUES (?)") && lines[2].contains("affected=1"), "{all}");
    assert!(lines[3].contains("error=\"UNIQUE constraint failed: t.v\""), "{all}");
    assert!(lines[4].contains("rows=1") && lines[6].contains("rows=1") && lines[4].contains("elapsed="), "{all}");
    assert!(lines[1].contains("BEGIN") && lines[5].contains("COMMIT"), "{all}");
    assert!(!all.contains("hunter2"), "{all}");

    let lines = logged("sqlite://?echo=on")?;
    assert!(lines.iter().all(|line| line.starts_with(Level::INFO.as_str())));
    assert!(lines[2].contains("binds=\"[\\\"hunter2\\\"]\""), "{}", lines[2]);
    Ok(())
}

#[tokio::test]
async fn an_engine_shows_no_secret() -> Result<()> {
    let e = create_engine("sqlite:///x?mode=memory", BACKENDS)?;
    assert!(format!("{e:?}").contains("sqlite:///x"));
    let e = e.connect().await?;
    assert!(format!("{e:?} {:?} {:?}", e.acquire().await?, e.begin().await?).contains("sqlite:///x"));
    Ok(())
}
