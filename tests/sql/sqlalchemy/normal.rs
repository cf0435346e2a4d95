//! SQL in one spelling.

use regex::Regex;
use sqlparser::{
    ast::{self, Expr as Sql, SelectItem, VisitMut, VisitorMut},
    dialect::{Dialect as Grammar, MySqlDialect, OracleDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
};
use std::{ops::ControlFlow, sync::LazyLock};

fn grammar(dialect: &str) -> Box<dyn Grammar> {
    match dialect {
        "oracle" => Box::new(OracleDialect {}),
        "sqlite" => Box::new(SQLiteDialect {}),
        "postgresql" => Box::new(PostgreSqlDialect {}),
        _ => Box::new(MySqlDialect {}),
    }
}

static INTO: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" INTO (:\d+|\?)(, (:\d+|\?))*$").expect("a pattern"));

/// SQL without what has no meaning: parentheses that the tree has anyway, names that nobody gave, the numbers and the types of placeholders.
pub fn normal(sql: &str, dialect: &str) -> Option<String> {
    // The parser of PostgreSQL takes a bare question mark for an operator.
    let sql = match dialect {
        "postgresql" => sql.replace('?', "$1"),
        // Nor does any parser know where Oracle puts what a RETURNING answers.
        "oracle" => INTO.replace(sql, "").into_owned(),
        _ => sql.to_owned(),
    };
    let mut statements = Parser::parse_sql(&*grammar(dialect), &sql).ok()?;
    let _ = statements.visit(&mut Normalise);
    Some(written(&statements))
}

struct Normalise;

impl VisitorMut for Normalise {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut ast::Query) -> ControlFlow<()> {
        unlabel_all(&mut query.body);
        if let Some(ast::OrderBy { kind: ast::OrderByKind::Expressions(orders), .. }) = &mut query.order_by {
            for order in orders.iter_mut().filter(|order| matches!(order.options.sort, Some(ast::OrderBySort::Asc))) {
                order.options.sort = None;
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Sql) -> ControlFlow<()> {
        let plain = match expr {
            Sql::Nested(inner) => Some(std::mem::replace(&mut **inner, nothing())),
            // A type that the driver tells the server another way.
            Sql::Cast { expr: inner, kind: ast::CastKind::DoubleColon, .. } if is_placeholder(inner) => {
                Some((**inner).clone())
            }
            Sql::UnaryOp { op: ast::UnaryOperator::Plus, expr: inner } => Some((**inner).clone()),
            _ => None,
        };
        if let Some(plain) = plain {
            *expr = plain;
        }
        if let Sql::UnaryOp { op: ast::UnaryOperator::Not, expr: inner } = expr
            && let Sql::Exists { subquery, negated: false } = &**inner
        {
            *expr = Sql::Exists { subquery: subquery.clone(), negated: true };
        }
        // What holds together is in parentheses, all of it and only it.
        let composed = matches!(
            expr,
            Sql::BinaryOp { .. }
                | Sql::UnaryOp { .. }
                | Sql::Between { .. }
                | Sql::Like { .. }
                | Sql::In { .. }
                | Sql::IsNull(_)
                | Sql::IsNotNull(_)
                | Sql::IsDistinctFrom(..)
                | Sql::IsNotDistinctFrom(..)
        );
        if composed {
            let inner = std::mem::replace(expr, nothing());
            *expr = Sql::Nested(Box::new(inner));
        }
        if let Sql::Value(value) = expr
            && let ast::Value::Placeholder(name) = &mut value.value
        {
            *name = "?".into();
        }
        ControlFlow::Continue(())
    }
}

fn nothing() -> Sql {
    Sql::Wildcard(ast::helpers::attached_token::AttachedToken::empty())
}

fn is_placeholder(expr: &Sql) -> bool {
    matches!(expr, Sql::Value(value) if matches!(value.value, ast::Value::Placeholder(_)))
}

fn unlabel_all(body: &mut ast::SetExpr) {
    match body {
        ast::SetExpr::Select(select) => unlabel(select),
        ast::SetExpr::SetOperation { left, right, .. } => {
            unlabel_all(left);
            unlabel_all(right);
        }
        _ => {}
    }
}

/// SQLAlchemy names every expression of the SELECT list, and in a subquery every column as it is called anyway.
fn unlabel(select: &mut ast::Select) {
    for item in &mut select.projection {
        let SelectItem::ExprWithAlias { expr, alias } = item else { continue };
        let numbered = alias.value.rsplit_once('_').is_some_and(|(_, number)| number.parse::<u32>().is_ok());
        let own = matches!(expr, Sql::CompoundIdentifier(parts) if parts.last().is_some_and(|last| last.value == alias.value));
        if numbered || own {
            *item = SelectItem::UnnamedExpr(expr.clone());
        }
    }
}

/// The text of a tree, which has quotes and spaces in one way only.
fn written(statements: &[ast::Statement]) -> String {
    let text = statements.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let text = text.replace(['`', '"'], "").to_lowercase();
    text.replace(" inner join ", " join ").replace(" left outer join ", " left join ")
}
