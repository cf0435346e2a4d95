//! The statements, in the groups and the order of `tests/sqlalchemy/statements.py`.

use crate::fixture::{Cluster, Post, User};
use aludel::{
    compile::Dialect,
    expr::{Condition, Expression, Selectable},
    prelude::*,
    session::query::Query,
    statement::Statement,
};

/// A statement: one that can be run, or only its SQL.
pub enum Entry {
    Statement(Box<Statement>),
    Sql(Box<dyn Fn(&dyn Dialect) -> aludel::Result<String>>),
}

fn s<R, M>(query: Query<R, M>) -> Entry {
    Entry::Statement(Box::new(query.into_select().into()))
}

fn id(condition: impl Condition) -> Entry {
    s(query(User.id).filter(condition).order_by(User.id))
}

fn with<S: Selectable>(selected: S) -> Entry {
    s(query((User.id, selected)).order_by(User.id))
}

fn comparison() -> Vec<Entry> {
    vec![
        id(User.age.eq(18)),
        id(User.age.ne(18)),
        id(User.age.lt(18)),
        id(User.age.le(18)),
        id(User.age.gt(18)),
        id(User.age.ge(18)),
        id(User.email.eq(None)),
        id(User.email.ne(None)),
        id(User.email.is_null()),
        id(User.email.is_not_null()),
        id(User.age.between(18, 65)),
        id(!User.age.between(18, 65)),
        id(User.age.eq(User.id)),
        id(User.cluster_id.eq(User.boss_id)),
        id(User.name.eq("Ada")),
        id(User.name.ne("it's")),
        id(User.score.ge(4.5)),
        id(User.active),
        id(!User.active),
        id(User.active.eq(false)),
        id(User.age.in_([1])),
        id(User.age.in_([1, 2])),
        id(User.age.not_in([1, 2])),
        id(User.name.in_(["Ada", "Bob"])),
        id(User.age.in_(Vec::<i32>::new())),
        id(User.cluster_id.is_distinct_from(1)),
        id(User.cluster_id.is_not_distinct_from(1)),
        id(User.cluster_id.is_distinct_from(User.boss_id)),
        id(User.age.gt(User.score)),
        id((User.age + 1).eq(37)),
        id(User.id.eq(literal(2_i64))),
        id(User.boss_id.gt(0)),
    ]
}

fn logic() -> Vec<Entry> {
    let (a, b, d) = (User.active, || User.age.gt(30), || User.email.is_null());
    vec![
        id(a & b()),
        id(a | b()),
        id(a & b() & d()),
        id(a | b() | d()),
        id(a & (b() | d())),
        id(a | (b() & d())),
        id(!(a & b())),
        id(!(a | b())),
        id(!a & b()),
        id(!a | !b()),
        id((a | b()) & (a | d())),
        id(!b()),
        id(!d()),
        id(a & !d()),
    ]
}

fn arithmetic() -> Vec<Entry> {
    let (age, key, score) = (User.age, User.id, User.score);
    vec![
        with(age + 1),
        with(age - 1),
        with(age * 2),
        with(key + age),
        with((age + 1) * 2),
        with(key * 2 + age),
        with((key + age) * (key - age)),
        with(-age),
        with(-(age + 1)),
        with(age % 7),
        with(score * 2.0),
        with(score + 0.5),
        with(key - (key - 1)),
        with((key - age) - 1),
        with(key * age * 2),
        with(key * (key + 2)),
        with(key * 2 + age * 3),
    ]
}

fn text_functions() -> Vec<Entry> {
    vec![
        with(func::lower(User.name)),
        with(func::upper(User.name)),
        with(func::trim(User.name)),
        with(func::ltrim(User.name)),
        with(func::rtrim(User.name)),
        with(func::replace(User.name, "a", "o")),
        with(User.name.concat("!")),
        with(User.name.concat(User.email)),
        with(func::coalesce(User.email, "none")),
        with(func::nullif(User.name, "Ada")),
        with(func::lower(User.name).concat(func::upper(User.name))),
        with(func::coalesce(User.email, User.name)),
        id(User.name.like("A%")),
        id(User.name.not_like("A%")),
        id(User.name.starts_with("A")),
        id(User.name.ends_with("b")),
        id(User.name.contains("d")),
        id(User.name.ilike("a%")),
        id(func::lower(User.name).eq("ada")),
        id(User.email.like("%@example.org")),
        id(!User.name.contains("d")),
    ]
}

fn values_of_rows() -> Vec<Entry> {
    let boss = User.alias("boss");
    let column = |selected| s(query::<Expr<i32>>(selected).order_by(User.id));
    vec![
        with(case(User.age.lt(30), "young").otherwise("old")),
        with(case(User.age.lt(30), "young").when(User.age.lt(50), "middle").otherwise("old")),
        with(case(User.active, User.name).end()),
        with(case(User.active, User.age).otherwise(0) + 1),
        id(case(User.active, User.age).otherwise(0).gt(20)),
        s(query(User.id).order_by((case(User.active, 0).otherwise(1), User.id))),
        column(func::abs(User.age - 30)),
        s(query(func::coalesce(User.score, 0.0)).order_by(User.id)),
        s(query(func::coalesce(User.boss_id, User.id)).order_by(User.id)),
        s(query(func::nullif(User.age, 25)).order_by(User.id)),
        s(query(User.age.label("years")).order_by(User.id)),
        s(query((User.age + 1).label("next")).order_by((User.age + 1).label("next").desc())),
        s(query((User.age.label("years"), User.name.label("who"))).order_by(User.id)),
        s(query((literal(1).label("one"), User.id)).order_by(User.id)),
        s(query((User.id, User.name, User.age)).order_by(User.id)),
        s(query(User).order_by(User.id)),
        s(query(Cluster).order_by(Cluster.id)),
        s(query((boss.id, boss.name)).order_by(boss.id)),
    ]
}

fn order_and_pages() -> Vec<Entry> {
    let base = || query(User.id);
    vec![
        s(base().order_by((User.age, User.id))),
        s(base().order_by((User.age.desc(), User.id))),
        s(base().order_by(User.name.desc())),
        s(base().order_by((User.score.asc().nulls_first(), User.id))),
        s(base().order_by((User.score.desc().nulls_last(), User.id))),
        s(base().order_by(User.id).limit(10)),
        s(base().order_by(User.id).offset(10)),
        s(base().order_by(User.id).limit(10).offset(20)),
        s(base().order_by(func::lower(User.name))),
        s(base().order_by(-User.id)),
        s(base().order_by(User.id + User.age)),
        s(base().distinct().order_by(User.id)),
        s(query(User.age).distinct().order_by(User.age)),
        s(query((User.active, User.age)).distinct().order_by((User.age, User.active))),
        s(base().filter(User.active).order_by(User.id).limit(5)),
        s(base().order_by((User.active.desc(), User.age.asc(), User.id))),
    ]
}

fn groups() -> Vec<Entry> {
    let count = func::count_all;
    vec![
        s(query(count()).from(User)),
        s(query(func::count(User.email))),
        s(query(func::count_distinct(User.age))),
        s(query((func::min(User.age), func::max(User.age)))),
        s(query(func::max(User.name))),
        s(query(func::sum(User.score))),
        s(query(func::avg(User.score))),
        s(query((User.age, count())).group_by(User.age).order_by(User.age)),
        s(query((User.age, func::count(User.id))).group_by(User.age).having(func::count(User.id).gt(1))),
        s(query((User.active, func::max(User.age))).group_by(User.active).order_by(User.active)),
        s(query((User.active, User.age, count())).group_by((User.active, User.age)).order_by((User.age, User.active))),
        s(query((User.cluster_id, func::count(User.id)))
            .filter(User.cluster_id.is_not_null())
            .group_by(User.cluster_id)
            .order_by(User.cluster_id)),
        s(query(User.age).group_by(User.age).having(func::min(User.id).gt(1)).order_by(User.age)),
        s(query((User.age, func::min(User.score))).group_by(User.age).order_by(func::min(User.id))),
        s(query(func::max(User.age) - func::min(User.age))),
        s(query(count()).from(User).filter(User.active)),
        s(query(User.cluster_id)
            .group_by(User.cluster_id)
            .having(count().gt(0) & func::max(User.age).lt(100))
            .order_by(func::max(User.id))),
    ]
}

fn joins() -> Vec<Entry> {
    let (boss, other) = (User.alias("boss"), User.alias("other"));
    vec![
        s(query((User.name, Cluster.name)).join(User.cluster).order_by(User.id)),
        s(query((User.name, Cluster.name.optional())).left_join(User.cluster).order_by(User.id)),
        s(query((User.id, Post.title)).join(User.posts).order_by(Post.id)),
        s(query((User.id, Post.title.optional())).left_join(User.posts).order_by((User.id, Post.id))),
        s(query((Cluster.name, func::count(User.id)))
            .left_join(Cluster.users)
            .group_by(Cluster.name)
            .order_by(Cluster.name)),
        s(query((User.name, boss.name)).join_on(boss, User.boss_id.eq(boss.id)).order_by(User.id)),
        s(query((User.id, other.id)).join_on(other, User.age.eq(other.age) & User.id.lt(other.id))),
        s(query((Post.title, User.name, Cluster.name)).join(Post.author).join(User.cluster).order_by(Post.id)),
        s(query(User.id).join(User.cluster).filter(Cluster.name.eq("alpha")).order_by(User.id)),
        s(query(User.id).left_join(User.posts).filter(Post.id.is_null()).order_by(User.id)),
        s(query((User.id, func::sum(Post.views))).join(User.posts).group_by(User.id).order_by(User.id)),
        s(query(User.id).join_on(Post, User.id.eq(Post.user_id) & Post.views.gt(5)).order_by(User.id)),
        s(query((User.id, Post.id)).filter(User.id.eq(Post.user_id)).order_by(Post.id)),
        s(query(func::count(User.id)).join(User.cluster)),
        s(query((Cluster.name, User.name)).join(Cluster.users).filter(User.age.gt(20)).order_by(User.id)),
        s(query((User.id, Post.id.optional()))
            .left_join_on(Post, User.id.eq(Post.user_id) & Post.rating.gt(4))
            .order_by((User.id, Post.id))),
        s(query((User.name, boss.name.optional(), Cluster.name.optional()))
            .left_join_on(boss, User.boss_id.eq(boss.id))
            .left_join(User.cluster)
            .order_by(User.id)),
    ]
}

fn subqueries() -> Vec<Entry> {
    let (boss, other) = (User.alias("boss"), User.alias("other"));
    let own = || query(Post.id).filter(Post.user_id.eq(User.id));
    let views = || query(func::sum(Post.views)).filter(Post.user_id.eq(User.id)).scalar_subquery();
    let totals = query((Post.user_id, func::sum(Post.views).label("views"))).group_by(Post.user_id).subquery("totals");
    let young = query((User.id, User.name)).filter(User.age.lt(30)).subquery("young");
    let oldest = || query(func::max(other.age)).scalar_subquery();
    let average = query(func::avg(other.score)).scalar_subquery();
    vec![
        id(func::exists(own())),
        id(!func::exists(own())),
        id(func::exists(own()) | User.active),
        id(User.id.in_(query(Post.user_id))),
        id(User.id.not_in(query(Post.user_id))),
        id(User.id.in_(query(Post.user_id).filter(Post.views.gt(5)))),
        with(views()),
        id(views().gt(8_i64)),
        s(query(User.id).filter(User.age.eq(oldest()))),
        with(User.age - oldest()),
        s(query(young.1).from(&young).order_by(young.0)),
        s(query(func::count(young.0)).from(&young)),
        s(query((User.name, totals.1)).join_on(&totals, totals.0.eq(User.id)).order_by(User.id)),
        s(query((User.name, totals.1.optional())).left_join_on(&totals, totals.0.eq(User.id)).order_by(User.id)),
        s(query(func::max(totals.1)).from(&totals)),
        id(User.age.gt(average)),
        with(func::coalesce(views(), 0_i64)),
        id(func::exists(query(boss.id).filter(boss.id.eq(User.boss_id)).filter(boss.age.gt(User.age)))),
    ]
}

fn sets() -> Vec<Entry> {
    let (ids, writers, clusters) = (|| query(User.id), || query(Post.user_id), || query(Cluster.id));
    let kind = |kind: &'static str| literal(kind).label("kind");
    vec![
        s(ids().union(writers())),
        s(ids().union_all(writers())),
        s(ids().intersect(writers())),
        s(ids().except(writers())),
        s(query(User.name).union(query(Cluster.name))),
        s(ids().union(writers()).union(clusters())),
        s(ids().union_all(writers()).union_all(clusters())),
        s(ids().intersect(writers()).intersect(clusters())),
        s(ids().filter(User.active).union(writers().filter(Post.views.gt(5)))),
        s(query((User.id, User.name)).union(query((Cluster.id, Cluster.name)))),
        s(query((User.name, kind("user"))).union_all(query((Cluster.name, kind("cluster"))))),
        s(ids().union(writers()).limit(5)),
        s(ids().except(writers()).except(clusters())),
        id(User.id.in_(writers().union(clusters()))),
    ]
}

fn ctes() -> Vec<Entry> {
    let old = query((User.id, User.name)).filter(User.age.gt(30)).cte("old");
    let busy = query((Post.user_id, func::count_all().label("posts"))).group_by(Post.user_id).cte("busy");
    let numbers =
        query(literal(1_i64).label("n")).recursive_cte("numbers", |n| query(n.columns() + 1).from(n).filter(n.lt(5)));
    let chain = query((User.id, literal(0_i64).label("depth")))
        .filter(User.boss_id.is_null())
        .recursive_cte("chain", |chain| query((User.id, chain.1 + 1)).join_on(chain, User.boss_id.eq(chain.0)));
    let again = old.alias("again");
    vec![
        s(query(old.1).from(&old).order_by(old.0)),
        s(query(Post.title).join_on(&old, old.0.eq(Post.user_id)).order_by(Post.id)),
        s(query((old.0, again.0)).from(&old).join_on(&again, old.0.lt(again.0))),
        id(User.id.in_(query(old.0).from(&old))),
        s(query((old.1, busy.1)).from(&old).join_on(&busy, busy.0.eq(old.0))),
        s(query(*numbers).from(&numbers).order_by(*numbers)),
        s(query(func::sum(*numbers)).from(&numbers)),
        s(query((chain.0, chain.1)).from(&chain).order_by(chain.0)),
        s(query(func::count(old.0)).from(&old)),
    ]
}

fn windows() -> Vec<Entry> {
    let (by_id, by_age) = (|| window().order_by(User.id), || window().order_by(User.age));
    let by = |start, end| func::count(User.id).over(by_id().rows(start, end));
    vec![
        with(func::row_number().over(by_id())),
        with(func::rank().over(by_age())),
        with(func::dense_rank().over(window().order_by(User.age.desc()))),
        with(func::percent_rank().over(by_age())),
        with(func::cume_dist().over(by_age())),
        with(func::ntile(2).over(by_id())),
        with(func::count_all().over(window())),
        with(func::count(User.id).over(window().partition_by(User.age))),
        with(func::max(User.age).over(window().partition_by(User.active))),
        with(func::min(User.age).over(window().partition_by((User.active, User.cluster_id)))),
        with(func::max(User.age).over(by_id().partition_by(User.active))),
        with(by(Bound::Preceding(1), Bound::CurrentRow)),
        with(by(Bound::Start, Bound::CurrentRow)),
        with(by(Bound::CurrentRow, Bound::End)),
        with(by(Bound::Preceding(1), Bound::Following(1))),
        with(func::count(User.id).over(by_age().range(Bound::Start, Bound::CurrentRow))),
        with(func::first_value(User.name).over(by_id())),
        with(func::last_value(User.name).over(by_id().rows(Bound::Start, Bound::End))),
        with(func::sum(User.score).over(by_id())),
        with(func::avg(User.score).over(window().partition_by(User.active))),
        with(func::rank().over(window().order_by((User.age, User.id)))),
        with(func::rank().over(window().partition_by(User.cluster_id).order_by((User.age.desc(), User.id)))),
    ]
}

fn aggregates() -> Vec<Entry> {
    let grown = || func::count(User.id).filter(User.age.gt(30));
    vec![
        s(query(func::count(User.id).filter(User.active))),
        s(query(grown())),
        s(query(func::max(User.age).filter(User.active))),
        s(query((User.active, grown())).group_by(User.active).order_by(User.active)),
        s(query(func::min(User.name).distinct())),
        s(query(func::sum(User.score).distinct())),
        s(query(func::count(User.id).filter(User.active & User.age.gt(30)))),
    ]
}

fn rows() -> Vec<Entry> {
    let both = || row((User.age, User.id));
    vec![
        id(both().eq((25, 2_i64))),
        id(both().gt((25, 2_i64))),
        id(both().le((36, 1_i64))),
        id(both().in_([(25, 2_i64), (60, 4)])),
        id(row((User.id, User.name)).in_(query((Post.user_id, Post.title)))),
    ]
}

fn writes() -> Vec<Entry> {
    let (users, posts) = (|| query(User), || query(Post));
    let update = |update: aludel::Result<aludel::statement::Update>| {
        Entry::Statement(Box::new(update.expect("an update").into()))
    };
    let delete = |query: Query<Post>| Entry::Statement(Box::new(query.into_delete().expect("a delete").into()));
    let cluster = |id, name: &str| Cluster { id, name: name.into() };
    fn insert_of(rows: impl Fn() -> aludel::session::query::InsertRows<Cluster> + 'static) -> Entry {
        Entry::Sql(Box::new(move |dialect| Ok(rows().to_sql(dialect)?.join("; "))))
    }
    vec![
        update(users().filter(User.id.eq(1)).into_update(User.age.set(User.age + 1))),
        update(users().filter(User.id.eq(1)).into_update((User.name.set("x"), User.email.set(None)))),
        update(users().filter(User.active & User.age.gt(30)).into_update(User.score.set(0.5))),
        update(users().all_rows().into_update(User.active.set(true))),
        update(users().filter(User.id.in_(query(Post.user_id))).into_update(User.active.set(false))),
        update(users().filter(User.id.eq(2)).into_update(User.age.set(case(User.active, 1).otherwise(2)))),
        update(users().filter(User.name.like("A%")).into_update(User.cluster_id.set(None))),
        update(
            users().filter(func::exists(query(Post.id).filter(Post.user_id.eq(User.id)))).into_update(User.age.set(1)),
        ),
        update(posts().filter(Post.views.lt(5)).into_update((Post.views.set(Post.views * 2), Post.rating.set(None)))),
        update(posts().filter(Post.id.eq(1)).into_update(Post.title.set(func::upper(Post.title)))),
        update(users().filter(User.age.between(1, 2)).into_update(User.age.set(3))),
        delete(posts().filter(Post.id.eq(1))),
        delete(posts().filter(Post.views.lt(5))),
        delete(posts().all_rows()),
        delete(posts().filter(Post.rating.is_null() | Post.views.eq(0))),
        delete(posts().filter(Post.user_id.in_(query(User.id).filter(User.active)))),
        delete(posts().filter(!func::exists(query(User.id).filter(User.id.eq(Post.user_id))))),
        insert_of(move || insert(Cluster).values([cluster(0, "x")])),
        insert_of(move || insert(Cluster).values([cluster(0, "x"), cluster(0, "y")])),
        insert_of(move || insert(Cluster).values([cluster(7, "x")])),
        insert_of(|| insert(Cluster).from_query(Cluster.name, query(User.name))),
        Entry::Sql(Box::new(|dialect| {
            let users = query((User.id, User.name, literal(0_i64))).filter(User.active);
            Ok(insert(Post).from_query((Post.user_id, Post.title, Post.views), users).to_sql(dialect)?.join("; "))
        })),
        insert_of(|| {
            insert(Cluster).from_query((Cluster.id, Cluster.name), query((User.id, User.name)).filter(User.id.gt(90)))
        }),
    ]
}

fn returning() -> Vec<Entry> {
    let west = || insert(Cluster).values([Cluster { id: 0, name: "x".into() }]);
    vec![
        Entry::Statement(Box::new(
            query(User)
                .filter(User.id.eq(1))
                .returning((User.id, User.age))
                .into_update(User.age.set(5))
                .expect("an update")
                .into(),
        )),
        Entry::Statement(Box::new(
            query(Post).filter(Post.id.eq(1)).returning((Post.id, Post.title)).into_delete().expect("a delete").into(),
        )),
        Entry::Sql(Box::new(move |dialect| Ok(west().returning(Cluster.id).to_sql(dialect)?.join("; ")))),
        Entry::Statement(Box::new(
            query(User)
                .join_on(Post, User.id.eq(Post.user_id))
                .into_update(User.name.set(Post.title))
                .expect("an update")
                .into(),
        )),
        Entry::Statement(Box::new(
            query(Post)
                .join_on(User, Post.user_id.eq(User.id))
                .filter(User.age.lt(30))
                .into_delete()
                .expect("a delete")
                .into(),
        )),
    ]
}

/// All statements, each with the name that it has in `statements.txt`.
pub fn entries() -> Vec<(String, Entry)> {
    let groups: [(&str, Vec<Entry>); 16] = [
        ("comparison", comparison()),
        ("logic", logic()),
        ("arithmetic", arithmetic()),
        ("text", text_functions()),
        ("values_of_rows", values_of_rows()),
        ("order_and_pages", order_and_pages()),
        ("groups", groups()),
        ("joins", joins()),
        ("subqueries", subqueries()),
        ("sets", sets()),
        ("ctes", ctes()),
        ("windows", windows()),
        ("aggregates", aggregates()),
        ("rows", rows()),
        ("writes", writes()),
        ("returning", returning()),
    ];
    let named = |(group, entries): (&'static str, Vec<Entry>)| {
        entries.into_iter().enumerate().map(move |(index, entry)| (format!("{group} {}", index + 1), entry))
    };
    groups.into_iter().flat_map(named).collect()
}
