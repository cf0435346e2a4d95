//! Calls of functions as SQL, and the windows that they look through.

use super::{Compiler, NextValue, Precedence, StringAgg, compiler::quote_full_name, ddl::no_sequences};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node,
        tree::{Bound, Constant, Frame, FrameUnit, Function, FunctionName, Window},
    },
};

impl Compiler<'_> {
    /// Writes a call under the function's usual name.
    pub fn function(&mut self, function: &Function) -> Result<()> {
        self.call(function, Self::node)
    }

    fn next_value(&mut self, schema: Option<&str>, name: &str) -> Result<()> {
        let dialect = self.dialect();
        let mut sequence = String::new();
        quote_full_name(dialect, schema, name, &mut sequence)?;
        match dialect.capabilities().sequences {
            Some(NextValue::Function) => self.push(&format!("nextval({})", dialect.text_literal(&sequence))),
            Some(NextValue::FunctionOfName) => self.push(&format!("nextval({sequence})")),
            Some(NextValue::Member) => self.push(&format!("{sequence}.nextval")),
            None => return Err(no_sequences(dialect)),
        }
        Ok(())
    }

    /// Writes a call under the function's usual name, whose arguments are written by `argument`.
    pub fn call(&mut self, function: &Function, argument: impl FnMut(&mut Self, &Node) -> Result<()>) -> Result<()> {
        let name = match &function.name {
            FunctionName::Count => "count",
            FunctionName::Sum => "sum",
            FunctionName::Avg => "avg",
            FunctionName::Min => "min",
            FunctionName::Max => "max",
            FunctionName::Lower => "lower",
            FunctionName::Upper => "upper",
            FunctionName::Length => "length",
            FunctionName::Trim => "trim",
            FunctionName::TrimStart => "ltrim",
            FunctionName::TrimEnd => "rtrim",
            FunctionName::Replace => "replace",
            FunctionName::Substring => "substr",
            FunctionName::Abs => "abs",
            FunctionName::Round => "round",
            FunctionName::Ceil => "ceil",
            FunctionName::Floor => "floor",
            FunctionName::Coalesce => "coalesce",
            FunctionName::NullIf => "nullif",
            FunctionName::Random => "random",
            FunctionName::RowNumber => "row_number",
            FunctionName::Rank => "rank",
            FunctionName::DenseRank => "dense_rank",
            FunctionName::PercentRank => "percent_rank",
            FunctionName::CumeDist => "cume_dist",
            FunctionName::Ntile => "ntile",
            FunctionName::Lag => "lag",
            FunctionName::Lead => "lead",
            FunctionName::FirstValue => "first_value",
            FunctionName::LastValue => "last_value",
            FunctionName::NthValue => "nth_value",
            FunctionName::StringAgg(_) => match self.dialect().capabilities().string_agg {
                StringAgg::StringAgg => "string_agg",
                StringAgg::GroupConcat | StringAgg::Separator => "group_concat",
                StringAgg::Listagg => "listagg",
            },
            FunctionName::CurrentDate => {
                self.push("CURRENT_DATE");
                return Ok(());
            }
            FunctionName::CurrentTimestamp => {
                self.push("CURRENT_TIMESTAMP");
                return Ok(());
            }
            FunctionName::Extract(_)
            | FunctionName::Truncate(_)
            | FunctionName::DateOf
            | FunctionName::AddSeconds
            | FunctionName::AddMicroseconds
            | FunctionName::AddDays
            | FunctionName::AddMonths
            | FunctionName::SecondsSince => {
                return Err(self.unsupported("arithmetic of dates and times", "compute it in the program"));
            }
            FunctionName::Json(_) | FunctionName::JsonContains => {
                return Err(
                    self.unsupported("access to the parts of JSON", "read all of it, and look into it in the program")
                );
            }
            FunctionName::Regexp { .. } => return Err(self.unsupported("regular expressions", "use .like(…)")),
            FunctionName::FullText => {
                return Err(
                    self.unsupported("full-text search of a column", "use .contains(…), or SQL text: text(\"…\")")
                );
            }
            FunctionName::ArrayContains
            | FunctionName::ArrayOverlaps
            | FunctionName::ArrayHas
            | FunctionName::ArrayLength => {
                return Err(self.unsupported("arrays", "keep the elements in a table of their own, or in JSON"));
            }
            FunctionName::Collate(collation) => {
                self.push("(");
                self.separated("", &function.arguments, |compiler, node| compiler.node_in(node, Precedence::Atom))?;
                self.push(" COLLATE ");
                self.name(collation)?;
                self.push(")");
                return Ok(());
            }
            FunctionName::NextValue(schema, name) => return self.next_value(schema.as_deref(), name),
            FunctionName::Named(name) => name,
        };
        self.call_named(name, function, &function.arguments, argument)
    }

    /// Writes a call under `name` of these arguments, each written by `argument`, with all that says which rows it takes.
    pub fn call_named<'n>(
        &mut self,
        name: &str,
        function: &Function,
        arguments: impl IntoIterator<Item = &'n Node>,
        mut argument: impl FnMut(&mut Self, &Node) -> Result<()>,
    ) -> Result<()> {
        self.check_call(function)?;
        let filters = self.dialect().capabilities().aggregate_filter;
        self.push(name);
        self.push(if function.distinct { "(DISTINCT " } else { "(" });
        self.separated(", ", arguments.into_iter().enumerate(), |compiler, (index, node)| {
            if index > 0 || filters || function.filter.is_empty() {
                return argument(compiler, node);
            }
            // An aggregate passes over NULL.
            compiler.push("CASE");
            compiler.conditions(" WHEN ", &function.filter)?;
            compiler.push(" THEN ");
            match node {
                Node::Constant(Constant::Star) => compiler.push("1"),
                node => argument(compiler, node)?,
            }
            compiler.push(" END");
            Ok(())
        })?;
        self.aggregate_order(function)?;
        self.push(")");
        if filters && !function.filter.is_empty() {
            self.push(" FILTER (");
            self.conditions("WHERE ", &function.filter)?;
            self.push(")");
        }
        match &function.over {
            None => Ok(()),
            Some(window) => {
                self.push(" OVER ");
                match (window.base, window.as_ref() == &Window { base: window.base, ..Window::default() }) {
                    (Some(name), true) => {
                        self.check_window(name)?;
                        self.name(name)
                    }
                    _ => self.window(window),
                }
            }
        }
    }

    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if the dialect cannot do what the call says of its rows.
    fn check_call(&self, function: &Function) -> Result<()> {
        let Function { name, distinct, order_by, filter, over, .. } = function;
        let capabilities = self.dialect().capabilities();
        let joins_texts = matches!(name, FunctionName::StringAgg(_));
        if over.is_some() && *distinct {
            return Err(self.unsupported("DISTINCT in a window", "take the distinct rows in a subquery first"));
        }
        if over.is_some() && joins_texts && capabilities.string_agg == StringAgg::Separator {
            return Err(self.unsupported("string_agg over a window", "join the texts in the program"));
        }
        if !order_by.is_empty() && !joins_texts && !capabilities.aggregate_order {
            return Err(self.unsupported("ORDER BY in an aggregate", "order the rows in the program"));
        }
        if !filter.is_empty() && !capabilities.aggregate_filter && matches!(name, FunctionName::Named(_)) {
            return Err(self.unsupported("FILTER", "give it the argument case(condition, value).end()"));
        }
        Ok(())
    }

    /// Writes the separator of joined texts, and the order in which an aggregate takes its rows.
    fn aggregate_order(&mut self, function: &Function) -> Result<()> {
        let style = self.dialect().capabilities().string_agg;
        let separator = match &function.name {
            FunctionName::StringAgg(separator) => Some(self.dialect().text_literal(separator)),
            _ => None,
        };
        if let (Some(separator), StringAgg::StringAgg | StringAgg::GroupConcat | StringAgg::Listagg) =
            (&separator, style)
        {
            match (style, function.distinct) {
                // It takes one argument then, and puts a comma between the texts.
                (StringAgg::GroupConcat, true) if separator == "','" => {}
                (StringAgg::GroupConcat, true) => {
                    return Err(self.unsupported(
                        "string_agg of distinct texts with another separator than \",\"",
                        "take the distinct rows in a subquery first",
                    ));
                }
                _ => {
                    self.push(", ");
                    self.push(separator);
                }
            }
        }
        if separator.is_some() && style == StringAgg::Listagg {
            self.push(") WITHIN GROUP (ORDER BY ");
            if function.order_by.is_empty() {
                self.push("NULL");
            }
            return self.separated(", ", &function.order_by, |compiler, order| compiler.order(order, &[]));
        }
        if !function.order_by.is_empty() {
            self.push(" ORDER BY ");
            self.separated(", ", &function.order_by, |compiler, order| compiler.order(order, &[]))?;
        }
        if let (Some(separator), StringAgg::Separator) = (&separator, style) {
            self.push(" SEPARATOR ");
            self.push(separator);
        }
        Ok(())
    }

    /// Writes `(PARTITION BY … ORDER BY … ROWS …)`.
    pub(super) fn window(&mut self, window: &Window) -> Result<()> {
        let Window { base, partition_by, order_by, frame } = window;
        let start = self.sql.len() + 1;
        self.push("(");
        if let Some(name) = base {
            self.check_window(name)?;
            self.name(name)?;
        }
        if !partition_by.is_empty() {
            self.spaced(start, "PARTITION BY ");
            self.separated(", ", partition_by, Self::node)?;
        }
        if !order_by.is_empty() {
            self.spaced(start, "ORDER BY ");
            self.separated(", ", order_by, |compiler, order| compiler.order(order, &[]))?;
        }
        if let Some(frame) = frame {
            self.frame(*frame, start)?;
        }
        self.push(")");
        Ok(())
    }

    /// Writes `sql`, after a space if something was written since `start`.
    fn spaced(&mut self, start: usize, sql: &str) {
        if self.sql.len() > start {
            self.push(" ");
        }
        self.push(sql);
    }

    fn frame(&mut self, frame: Frame, start: usize) -> Result<()> {
        if frame.start == Bound::End || frame.end == Bound::Start {
            let message = "a frame begins at Bound::End, or ends at Bound::Start: no row is in it";
            return Err(Error::new(ErrorKind::Statement, message));
        }
        let unit = match frame.unit {
            FrameUnit::Rows => "ROWS BETWEEN ",
            FrameUnit::Range => "RANGE BETWEEN ",
            FrameUnit::Groups if self.dialect().capabilities().frame_groups => "GROUPS BETWEEN ",
            FrameUnit::Groups => {
                return Err(self.unsupported("GROUPS in a frame", "use .range(…), or dense_rank() in a subquery"));
            }
        };
        self.spaced(start, unit);
        self.bound(frame.start);
        self.push(" AND ");
        self.bound(frame.end);
        Ok(())
    }

    fn bound(&mut self, bound: Bound) {
        let (rows, side) = match bound {
            Bound::Start => return self.push("UNBOUNDED PRECEDING"),
            Bound::CurrentRow => return self.push("CURRENT ROW"),
            Bound::End => return self.push("UNBOUNDED FOLLOWING"),
            Bound::Preceding(rows) => (rows, " PRECEDING"),
            Bound::Following(rows) => (rows, " FOLLOWING"),
        };
        self.push(&rows.to_string());
        self.push(side);
    }

    fn check_window(&self, name: &str) -> Result<()> {
        if self.windows.iter().flatten().any(|&known| known == name) {
            return Ok(());
        }
        let message =
            format!("the window {name:?} is used, but the query has none of that name; add .window({name:?}, …)");
        Err(Error::new(ErrorKind::Statement, message))
    }
}
