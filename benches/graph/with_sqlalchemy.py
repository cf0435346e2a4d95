"""SQLAlchemy's side of the comparison: after a line of SQL that makes the tables, or none, it reads the name of a workload from each
line, and answers with the seconds it took."""

import sys
import time

from sqlalchemy import ForeignKey, String, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))


class Pet(Base):
    __tablename__ = "pets"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
    name: Mapped[str] = mapped_column(String(50))
    owner: Mapped[Owner] = relationship()


class Parent(Base):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    children: Mapped[list["Child"]] = relationship()


class Child(Base):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))
    name: Mapped[str] = mapped_column(String(50))
    score: Mapped[int]
    children: Mapped[list["Grandchild"]] = relationship()


class Grandchild(Base):
    __tablename__ = "grandchildren"
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id"))
    name: Mapped[str] = mapped_column(String(50))


engine = create_engine(sys.argv[1])
with engine.begin() as connection:
    for statement in sys.stdin.readline().split(";"):
        if statement.strip():
            connection.execute(text(statement))
rounds = 0


def insert():
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM pets"))
        connection.execute(text("DELETE FROM owners"))
    start = time.perf_counter()
    with Session(engine) as session:
        session.add_all([Pet(name=f"pet {i}", owner=Owner(name=f"owner {i}")) for i in range(10_000)])
        session.commit()
    return time.perf_counter() - start


def load():
    start = time.perf_counter()
    with Session(engine) as session:
        nested = selectinload(Parent.children).selectinload(Child.children)
        parents = session.scalars(select(Parent).options(nested)).all()
        count = sum(len(child.children) for parent in parents for child in parent.children)
    assert count == 10_000, count
    return time.perf_counter() - start


def update():
    global rounds
    rounds += 1
    with Session(engine) as session:
        children = session.scalars(select(Child)).all()
        assert len(children) == 1_000
        start = time.perf_counter()
        for child in children:
            child.score = 10_000_000 * rounds + 4_000_000 + child.id
        session.commit()
        return time.perf_counter() - start


for line in sys.stdin:
    print({"insert": insert, "load": load, "update": update}[line.strip()](), flush=True)
