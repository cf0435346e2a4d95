//! The result for a person: each problem with the line it is about.

use crate::{problem::Problem, redact::redact};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode};
use std::{
    fmt,
    io::{self, IsTerminal},
    sync::Arc,
};

/// All problems, the errors first.
pub(crate) fn render(errors: &[Problem], warnings: &[Problem]) -> String {
    let handler = handler();
    let mut out = String::new();
    let all =
        errors.iter().map(|error| (Severity::Error, error)).chain(warnings.iter().map(|w| (Severity::Warning, w)));
    for (severity, problem) in all {
        let report = Report::new(severity, problem);
        if handler.render_report(&mut out, &report).is_err() {
            // A place outside of its file, which a file that changes meanwhile could make.
            out.push_str(&report.message);
        }
        out.push('\n');
    }
    out
}

/// Frames and colours on a terminal, plain characters elsewhere.
fn handler() -> GraphicalReportHandler {
    let handler = GraphicalReportHandler::new().with_links(false).with_context_lines(0);
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !io::stderr().is_terminal() || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return handler.with_theme(GraphicalTheme::none()).with_wrap_lines(false);
    }
    let theme = if is_set("NO_COLOR") { GraphicalTheme::unicode_nocolor() } else { GraphicalTheme::unicode() };
    handler.with_theme(theme).with_width(100)
}

/// A problem as the renderer wants it.
#[derive(Debug)]
struct Report {
    severity: Severity,
    message: String,
    help: Option<String>,
    source: Option<NamedSource<Arc<String>>>,
    span: Option<(usize, usize)>,
}

impl Report {
    fn new(severity: Severity, problem: &Problem) -> Self {
        let word = if severity == Severity::Error { "error" } else { "warning" };
        let place = problem.place();
        Self {
            severity,
            message: format!("{word}: {}", redact(problem.message())),
            help: problem.cure().map(redact),
            source: place.map(|place| NamedSource::new(place.file().shown(), Arc::clone(place.file().text()))),
            span: place.map(|place| (place.start(), place.length())),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (start, length) = self.span?;
        Some(Box::new(std::iter::once(LabeledSpan::underline((start, length)))))
    }
}
