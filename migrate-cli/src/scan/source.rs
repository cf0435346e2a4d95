//! Source files, and places in them.

use proc_macro2::Span;
use std::{
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A source file, read.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    shown: String,
    text: Arc<String>,
}

impl SourceFile {
    /// Reads the file at `path`; it is shown relative to the current folder where it lies below that.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        // What `syn` would cut off must not move the places behind it: the mark of UTF-8 goes, a shebang becomes a comment.
        let mut text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        if text.starts_with("#!") && !text[2..].trim_start().starts_with('[') {
            text.replace_range(..2, "//");
        }
        Ok(Self { path: path.to_owned(), shown: show(path), text: Arc::new(text) })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its path as messages show it: relative to the current folder, with `/` between its parts.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Its text.
    pub(crate) fn text(&self) -> &Arc<String> {
        &self.text
    }
}

/// `path` as messages show it.
pub(crate) fn show(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = path.strip_prefix(&here).ok().filter(|rest| !rest.as_os_str().is_empty());
    inside.unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Some characters of a source file.
#[derive(Debug, Clone)]
pub struct Place {
    file: Arc<SourceFile>,
    start: usize,
    end: usize,
}

impl Place {
    /// The place of `span`, which lies in `file`.
    pub(crate) fn new(file: &Arc<SourceFile>, span: Span) -> Self {
        let range = span.byte_range();
        let length = file.text.len();
        let start = range.start.min(length);
        Self { file: Arc::clone(file), start, end: range.end.clamp(start, length) }
    }

    /// The file.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The bytes of the file.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        let before = self.before();
        before[before.rfind('\n').map_or(0, |end| end + 1)..].chars().count() + 1
    }

    fn before(&self) -> &str {
        self.file.text.get(..self.start).unwrap_or_default()
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file.shown, self.line(), self.column())
    }
}
