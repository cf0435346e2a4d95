//! The results as one table: the figures, then their ratios to each library that the rest are compared with.

use std::fmt::{self, Write as _};

use crate::figures::Figures;

/// What the others are compared with, where measured.
const REFERENCES: [&str; 3] = ["toasty", "diesel", "sea-orm"];

const COLUMNS: [&str; 6] = ["build s", "check s", "rebuild s", "recheck s", "expanded kB", "code kB"];

type Row = (&'static str, [f64; COLUMNS.len()]);

pub fn table(measured: &[(&'static str, Figures)], models: u32, runs: u32) -> Result<String, fmt::Error> {
    let rows: Vec<Row> = measured.iter().map(|(name, figures)| (*name, values(figures))).collect();
    let mut text = format!("{models} models of 10 columns: the medians of {runs} runs, and sizes a model\n\n");
    block(&mut text, "", &rows)?;
    for reference in REFERENCES {
        if let Some((_, base)) = rows.iter().find(|(name, _)| *name == reference) {
            let ratio = |(name, row): &Row| (*name, std::array::from_fn(|column| row[column] / base[column]));
            let ratios: Vec<Row> = rows.iter().map(ratio).collect();
            block(&mut text, &format!("to {reference}"), &ratios)?;
        }
    }
    Ok(text)
}

fn values(figures: &Figures) -> [f64; COLUMNS.len()] {
    [
        figures.build.as_secs_f64(),
        figures.check.as_secs_f64(),
        figures.rebuild.as_secs_f64(),
        figures.recheck.as_secs_f64(),
        figures.expanded / 1e3,
        figures.machine_code / 1e3,
    ]
}

fn block(text: &mut String, title: &str, rows: &[Row]) -> fmt::Result {
    write!(text, "{title:<12}")?;
    for column in COLUMNS {
        write!(text, "{column:>13}")?;
    }
    for (name, values) in rows {
        write!(text, "\n{name:<12}")?;
        for value in values {
            write!(text, "{value:>13.2}")?;
        }
    }
    writeln!(text, "\n")
}
