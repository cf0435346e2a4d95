"""What SQLAlchemy compiles the statements of tests/sql/sqlalchemy to: statements.txt.

    pip install sqlalchemy==2.1.9 && python tests/sqlalchemy/statements.py > tests/sqlalchemy/statements.txt

The statements stand in groups, in the order of those in tests/sql/sqlalchemy.
"""

import sqlalchemy as sa
from sqlalchemy import and_, case, delete, exists, func, insert, literal, not_, or_, select, tuple_, update
from sqlalchemy.dialects import mysql, oracle, postgresql, sqlite
from sqlalchemy.dialects.mysql import mariadb

metadata = sa.MetaData()
clusters = sa.Table("clusters", metadata, sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("name", sa.String(50)))
users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("age", sa.Integer),
    sa.Column("score", sa.Double),
    sa.Column("active", sa.Boolean),
    sa.Column("cluster_id", sa.BigInteger, sa.ForeignKey("clusters.id")),
    sa.Column("boss_id", sa.BigInteger, sa.ForeignKey("users.id")),
)
posts = sa.Table(
    "posts",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, sa.ForeignKey("users.id")),
    sa.Column("title", sa.Text),
    sa.Column("views", sa.BigInteger),
    sa.Column("rating", sa.Integer),
)
u, p, c = users.c, posts.c, clusters.c
boss = users.alias("boss")
other = users.alias("other")


def comparison():
    conditions = [
        u.age == 18, u.age != 18, u.age < 18, u.age <= 18, u.age > 18, u.age >= 18,
        u.email == None, u.email != None, u.email.is_(None), u.email.is_not(None),
        u.age.between(18, 65), ~u.age.between(18, 65), u.age == u.id, u.cluster_id == u.boss_id,
        u.name == "Ada", u.name != "it's", u.score >= 4.5, u.active, ~u.active, u.active == False,
        u.age.in_([1]), u.age.in_([1, 2]), u.age.not_in([1, 2]), u.name.in_(["Ada", "Bob"]), u.age.in_([]),
        u.cluster_id.is_distinct_from(1), u.cluster_id.is_not_distinct_from(1), u.cluster_id.is_distinct_from(u.boss_id),
        u.age > u.score, u.age + 1 == 37, u.id == literal(2), u.boss_id > 0,
    ]
    return [select(u.id).where(condition).order_by(u.id) for condition in conditions]


def logic():
    a, b, d = u.active, u.age > 30, u.email.is_(None)
    conditions = [
        and_(a, b), or_(a, b), and_(a, b, d), or_(a, b, d), and_(a, or_(b, d)), or_(a, and_(b, d)), not_(and_(a, b)),
        not_(or_(a, b)), and_(not_(a), b), or_(not_(a), not_(b)), and_(or_(a, b), or_(a, d)), not_(b), not_(d), and_(a, not_(d)),
    ]
    return [select(u.id).where(condition).order_by(u.id) for condition in conditions]


def arithmetic():
    expressions = [
        u.age + 1, u.age - 1, u.age * 2, u.id + u.age, (u.age + 1) * 2, u.id * 2 + u.age, (u.id + u.age) * (u.id - u.age),
        -u.age, -(u.age + 1), u.age % 7, u.score * 2.0, u.score + 0.5, u.id - (u.id - 1), (u.id - u.age) - 1, u.id * u.age * 2,
        u.id * (u.id + 2), u.id * 2 + u.age * 3,
    ]
    return [select(u.id, expression).order_by(u.id) for expression in expressions]


def text():
    expressions = [
        func.lower(u.name), func.upper(u.name), func.trim(u.name), func.ltrim(u.name), func.rtrim(u.name),
        func.replace(u.name, "a", "o"), u.name + "!", u.name.concat(u.email), func.coalesce(u.email, "none"), func.nullif(u.name, "Ada"),
        func.lower(u.name).concat(func.upper(u.name)), func.coalesce(u.email, u.name),
    ]
    conditions = [
        u.name.like("A%"), u.name.not_like("A%"), u.name.startswith("A", autoescape=True), u.name.endswith("b", autoescape=True),
        u.name.contains("d", autoescape=True), u.name.ilike("a%"), func.lower(u.name) == "ada", u.email.like("%@example.org"),
        not_(u.name.contains("d", autoescape=True)),
    ]
    return [select(u.id, expression).order_by(u.id) for expression in expressions] + [
        select(u.id).where(condition).order_by(u.id) for condition in conditions
    ]


def values_of_rows():
    young = case((u.age < 30, "young"), else_="old")
    return [
        select(u.id, young).order_by(u.id),
        select(u.id, case((u.age < 30, "young"), (u.age < 50, "middle"), else_="old")).order_by(u.id),
        select(u.id, case((u.active, u.name))).order_by(u.id),
        select(u.id, case((u.active, u.age), else_=0) + 1).order_by(u.id),
        select(u.id).where(case((u.active, u.age), else_=0) > 20).order_by(u.id),
        select(u.id).order_by(case((u.active, 0), else_=1), u.id),
        select(func.abs(u.age - 30)).order_by(u.id),
        select(func.coalesce(u.score, 0.0)).order_by(u.id),
        select(func.coalesce(u.boss_id, u.id)).order_by(u.id),
        select(func.nullif(u.age, 25)).order_by(u.id),
        select(u.age.label("years")).order_by(u.id),
        select((u.age + 1).label("next")).order_by(sa.desc("next")),
        select(u.age.label("years"), u.name.label("who")).order_by(u.id),
        select(literal(1).label("one"), u.id).order_by(u.id),
        select(u.id, u.name, u.age).order_by(u.id),
        select(users).order_by(u.id),
        select(clusters).order_by(c.id),
        select(boss.c.id, boss.c.name).order_by(boss.c.id),
    ]


def order_and_pages():
    base = select(u.id)
    return [
        base.order_by(u.age, u.id), base.order_by(u.age.desc(), u.id), base.order_by(u.name.desc()),
        base.order_by(u.score.asc().nulls_first(), u.id), base.order_by(u.score.desc().nulls_last(), u.id),
        base.order_by(u.id).limit(10), base.order_by(u.id).offset(10), base.order_by(u.id).limit(10).offset(20),
        base.order_by(func.lower(u.name)), base.order_by(-u.id), base.order_by(u.id + u.age), base.distinct().order_by(u.id),
        select(u.age).distinct().order_by(u.age), select(u.active, u.age).distinct().order_by(u.age, u.active),
        base.where(u.active).order_by(u.id).limit(5), base.order_by(u.active.desc(), u.age.asc(), u.id),
    ]


def groups():
    return [
        select(func.count()).select_from(users), select(func.count(u.email)), select(func.count(u.age.distinct())),
        select(func.min(u.age), func.max(u.age)), select(func.max(u.name)), select(func.sum(u.score)), select(func.avg(u.score)),
        select(u.age, func.count()).group_by(u.age).order_by(u.age),
        select(u.age, func.count(u.id)).group_by(u.age).having(func.count(u.id) > 1),
        select(u.active, func.max(u.age)).group_by(u.active).order_by(u.active),
        select(u.active, u.age, func.count()).select_from(users).group_by(u.active, u.age).order_by(u.age, u.active),
        select(u.cluster_id, func.count(u.id)).where(u.cluster_id.is_not(None)).group_by(u.cluster_id).order_by(u.cluster_id),
        select(u.age).group_by(u.age).having(func.min(u.id) > 1).order_by(u.age),
        select(u.age, func.min(u.score)).group_by(u.age).order_by(func.min(u.id)),
        select(func.max(u.age) - func.min(u.age)), select(func.count()).select_from(users).where(u.active),
        select(u.cluster_id).group_by(u.cluster_id).having(and_(func.count() > 0, func.max(u.age) < 100)).order_by(func.max(u.id)),
    ]


def joins():
    cluster = users.join(clusters, u.cluster_id == c.id)
    return [
        select(u.name, c.name).select_from(cluster).order_by(u.id),
        select(u.name, c.name).select_from(users.outerjoin(clusters, u.cluster_id == c.id)).order_by(u.id),
        select(u.id, p.title).select_from(users.join(posts, u.id == p.user_id)).order_by(p.id),
        select(u.id, p.title).select_from(users.outerjoin(posts, u.id == p.user_id)).order_by(u.id, p.id),
        select(c.name, func.count(u.id)).select_from(clusters.outerjoin(users, c.id == u.cluster_id)).group_by(c.name).order_by(c.name),
        select(u.name, boss.c.name).select_from(users.join(boss, u.boss_id == boss.c.id)).order_by(u.id),
        select(u.id, other.c.id).select_from(users.join(other, and_(u.age == other.c.age, u.id < other.c.id))),
        select(p.title, u.name, c.name).select_from(posts.join(users, p.user_id == u.id).join(clusters, u.cluster_id == c.id)).order_by(p.id),
        select(u.id).select_from(cluster).where(c.name == "alpha").order_by(u.id),
        select(u.id).select_from(users.outerjoin(posts, u.id == p.user_id)).where(p.id.is_(None)).order_by(u.id),
        select(u.id, func.sum(p.views)).select_from(users.join(posts, u.id == p.user_id)).group_by(u.id).order_by(u.id),
        select(u.id).select_from(users.join(posts, and_(u.id == p.user_id, p.views > 5))).order_by(u.id),
        select(u.id, p.id).where(u.id == p.user_id).order_by(p.id),
        select(func.count(u.id)).select_from(cluster),
        select(c.name, u.name).select_from(clusters.join(users, c.id == u.cluster_id)).where(u.age > 20).order_by(u.id),
        select(u.id, p.id).select_from(users.outerjoin(posts, and_(u.id == p.user_id, p.rating > 4))).order_by(u.id, p.id),
        select(u.name, boss.c.name, c.name).select_from(users.outerjoin(boss, u.boss_id == boss.c.id).outerjoin(clusters, u.cluster_id == c.id)).order_by(u.id),
    ]


def subqueries():
    own = select(p.id).where(p.user_id == u.id)
    views = select(func.sum(p.views)).where(p.user_id == u.id).scalar_subquery()
    totals = select(p.user_id, func.sum(p.views).label("views")).group_by(p.user_id).subquery("totals")
    young = select(u.id, u.name).where(u.age < 30).subquery("young")
    oldest = select(func.max(other.c.age)).scalar_subquery()
    return [
        select(u.id).where(exists(own)).order_by(u.id),
        select(u.id).where(~exists(own)).order_by(u.id),
        select(u.id).where(or_(exists(own), u.active)).order_by(u.id),
        select(u.id).where(u.id.in_(select(p.user_id))).order_by(u.id),
        select(u.id).where(u.id.not_in(select(p.user_id))).order_by(u.id),
        select(u.id).where(u.id.in_(select(p.user_id).where(p.views > 5))).order_by(u.id),
        select(u.id, views).order_by(u.id),
        select(u.id).where(views > 8).order_by(u.id),
        select(u.id).where(u.age == oldest),
        select(u.id, (u.age - oldest)).order_by(u.id),
        select(young.c.name).order_by(young.c.id),
        select(func.count(young.c.id)),
        select(u.name, totals.c.views).select_from(users.join(totals, totals.c.user_id == u.id)).order_by(u.id),
        select(u.name, totals.c.views).select_from(users.outerjoin(totals, totals.c.user_id == u.id)).order_by(u.id),
        select(func.max(totals.c.views)),
        select(u.id).where(u.age > select(func.avg(other.c.score)).scalar_subquery()).order_by(u.id),
        select(u.id, func.coalesce(views, 0)).order_by(u.id),
        select(u.id).where(exists(select(boss.c.id).where(boss.c.id == u.boss_id, boss.c.age > u.age))).order_by(u.id),
    ]


def sets():
    ids, writers, names = select(u.id), select(p.user_id), select(u.name)
    return [
        ids.union(writers), ids.union_all(writers), ids.intersect(writers), ids.except_(writers), names.union(select(c.name)),
        sa.union(ids, writers, select(c.id)), sa.union_all(ids, writers, select(c.id)), sa.intersect(ids, writers, select(c.id)),
        ids.where(u.active).union(writers.where(p.views > 5)), select(u.id, u.name).union(select(c.id, c.name)),
        select(u.name, literal("user").label("kind")).union_all(select(c.name, literal("cluster").label("kind"))),
        ids.union(writers).limit(5), sa.except_(ids, writers, select(c.id)),
        select(u.id).where(u.id.in_(writers.union(select(c.id)))).order_by(u.id),
    ]


def ctes():
    old = select(u.id, u.name).where(u.age > 30).cte("old")
    busy = select(p.user_id, func.count().label("posts")).group_by(p.user_id).cte("busy")
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = first.union_all(select(first.c.n + 1).where(first.c.n < 5))
    top = select(u.id, literal(0).label("depth")).where(u.boss_id.is_(None)).cte("chain", recursive=True)
    chain = top.union_all(select(u.id, top.c.depth + 1).select_from(users.join(top, u.boss_id == top.c.id)))
    again = old.alias("again")
    return [
        select(old.c.name).order_by(old.c.id),
        select(p.title).select_from(posts.join(old, old.c.id == p.user_id)).order_by(p.id),
        select(old.c.id, again.c.id).select_from(old.join(again, old.c.id < again.c.id)),
        select(u.id).where(u.id.in_(select(old.c.id))).order_by(u.id),
        select(old.c.name, busy.c.posts).select_from(old.join(busy, busy.c.user_id == old.c.id)),
        select(numbers.c.n).order_by(numbers.c.n),
        select(func.sum(numbers.c.n)),
        select(chain.c.id, chain.c.depth).order_by(chain.c.id),
        select(func.count(old.c.id)),
    ]


def windows():
    calls = [
        func.row_number().over(order_by=u.id), func.rank().over(order_by=u.age), func.dense_rank().over(order_by=u.age.desc()),
        func.percent_rank().over(order_by=u.age), func.cume_dist().over(order_by=u.age), func.ntile(2).over(order_by=u.id),
        func.count().over(), func.count(u.id).over(partition_by=u.age), func.max(u.age).over(partition_by=u.active),
        func.min(u.age).over(partition_by=[u.active, u.cluster_id]), func.max(u.age).over(partition_by=u.active, order_by=u.id),
        func.count(u.id).over(order_by=u.id, rows=(-1, 0)), func.count(u.id).over(order_by=u.id, rows=(None, 0)),
        func.count(u.id).over(order_by=u.id, rows=(0, None)), func.count(u.id).over(order_by=u.id, rows=(-1, 1)),
        func.count(u.id).over(order_by=u.age, range_=(None, 0)), func.first_value(u.name).over(order_by=u.id),
        func.last_value(u.name).over(order_by=u.id, rows=(None, None)), func.sum(u.score).over(order_by=u.id),
        func.avg(u.score).over(partition_by=u.active), func.rank().over(order_by=[u.age, u.id]),
        func.rank().over(partition_by=u.cluster_id, order_by=[u.age.desc(), u.id]),
    ]
    return [select(u.id, call).order_by(u.id) for call in calls]


def aggregates():
    return [
        select(func.count(u.id).filter(u.active)), select(func.count(u.id).filter(u.age > 30)),
        select(func.max(u.age).filter(u.active)), select(u.active, func.count(u.id).filter(u.age > 30)).group_by(u.active).order_by(u.active),
        select(func.min(u.name.distinct())), select(func.sum(u.score.distinct())),
        select(func.count(u.id).filter(and_(u.active, u.age > 30))),
    ]


def rows():
    return [
        select(u.id).where(tuple_(u.age, u.id) == tuple_(25, 2)).order_by(u.id),
        select(u.id).where(tuple_(u.age, u.id) > tuple_(25, 2)).order_by(u.id),
        select(u.id).where(tuple_(u.age, u.id) <= tuple_(36, 1)).order_by(u.id),
        select(u.id).where(tuple_(u.age, u.id).in_([(25, 2), (60, 4)])).order_by(u.id),
        select(u.id).where(tuple_(u.id, u.name).in_(select(p.user_id, p.title))).order_by(u.id),
    ]


def writes():
    totals = select(p.user_id, func.sum(p.views).label("views")).group_by(p.user_id).subquery("totals")
    return [
        update(users).where(u.id == 1).values(age=u.age + 1), update(users).where(u.id == 1).values(name="x", email=None),
        update(users).where(u.active, u.age > 30).values(score=0.5), update(users).values(active=True),
        update(users).where(u.id.in_(select(p.user_id))).values(active=False),
        update(users).where(u.id == 2).values(age=case((u.active, 1), else_=2)),
        update(users).where(u.name.like("A%")).values(cluster_id=None),
        update(users).where(exists(select(p.id).where(p.user_id == u.id))).values(age=1),
        update(posts).where(p.views < 5).values(views=p.views * 2, rating=None),
        update(posts).where(p.id == 1).values(title=func.upper(p.title)),
        update(users).where(u.age.between(1, 2)).values(age=3),
        delete(posts).where(p.id == 1), delete(posts).where(p.views < 5), delete(posts), delete(posts).where(or_(p.rating.is_(None), p.views == 0)),
        delete(posts).where(p.user_id.in_(select(u.id).where(u.active))),
        delete(posts).where(~exists(select(u.id).where(u.id == p.user_id))),
        insert(clusters).values(name="x"), insert(clusters).values([{"name": "x"}, {"name": "y"}]),
        insert(clusters).values(id=7, name="x"), insert(clusters).from_select(["name"], select(u.name)),
        insert(posts).from_select(["user_id", "title", "views"], select(u.id, u.name, literal(0)).where(u.active)),
        insert(clusters).from_select(["id", "name"], select(u.id, u.name).where(u.id > 90)),
    ]


def returning():
    return [
        update(users).where(u.id == 1).values(age=5).returning(u.id, u.age), delete(posts).where(p.id == 1).returning(p.id, p.title),
        insert(clusters).values(name="x").returning(clusters.c.id),
        update(users).values(name=posts.c.title).where(u.id == p.user_id), delete(posts).where(p.user_id == u.id, u.age < 30),
    ]


GROUPS = [
    comparison, logic, arithmetic, text, values_of_rows, order_and_pages, groups, joins, subqueries, sets, ctes, windows, aggregates, rows,
    writes, returning,
]
DIALECTS = [
    ("sqlite", sqlite.dialect(paramstyle="qmark")),
    ("postgresql", postgresql.dialect(paramstyle="qmark")),
    ("mysql", mysql.dialect(paramstyle="qmark")),
    ("mariadb", mariadb.MariaDBDialect(paramstyle="qmark")),
    ("oracle", oracle.dialect(paramstyle="qmark")),
]
VERSIONS = {"mysql": (8, 0, 31), "mariadb": (10, 11, 0), "oracle": (19, 0)}


def main():
    for name, dialect in DIALECTS:
        if name in VERSIONS:
            dialect.server_version_info = VERSIONS[name]
    print("-- Made by statements.py with SQLAlchemy", sa.__version__)
    for group in GROUPS:
        for number, statement in enumerate(group(), 1):
            print(f"== {group.__name__} {number}")
            for name, dialect in DIALECTS:
                try:
                    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
                    sql = " ".join(str(compiled).split())
                except Exception as error:
                    sql = "! " + " ".join(str(error).split())
                print(f"{name}: {sql}")


main()
