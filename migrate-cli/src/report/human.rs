//! The result for a person: each problem with the line it is about.

use crate::{problem::Problem, redact::redact, scan::Place};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};
use std::{
    fmt,
    io::{self, IsTerminal},
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
    let handler = GraphicalReportHandler::new().with_links(false).with_context_lines(1);
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
    source: Option<Lines>,
}

impl Report {
    fn new(severity: Severity, problem: &Problem) -> Self {
        let word = if severity == Severity::Error { "error" } else { "warning" };
        Self {
            severity,
            message: format!("{word}: {}", redact(problem.message())),
            help: problem.cure().map(redact),
            source: problem.place().cloned().map(Lines),
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
        let Lines(place) = self.source.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::underline(place.range()))))
    }
}

/// The lines that a place is on, and no more.
#[derive(Debug)]
struct Lines(Place);

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Self(place) = self;
        let text = place.file().text().as_str();
        let (mut start, mut end) = (span.offset(), span.offset() + span.len());
        let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else {
            return Err(MietteError::OutOfBounds);
        };
        let (line, mut column) = (place.line() - 1, place.column() - 1);
        // Without lines around it the span itself is asked for, to be named by its line and column.
        if lines_before > 0 {
            start = before.rfind('\n').map_or(0, |end| end + 1);
            end += after.find(['\r', '\n']).unwrap_or(after.len());
            column = 0;
        }
        let data = &text.as_bytes()[start..end];
        let count = text[start..end].lines().count();
        let name = place.file().shown().to_owned();
        let span = SourceSpan::from((start, end - start));
        Ok(Box::new(MietteSpanContents::new_named(name, data, span, line, column, count)))
    }
}
