"""`intake list`: code, state, age and last section, nothing else."""

from typer import Context

from intake.cli.render import table
from intake.cli.session import Session
from intake.usecases.listing import list_
from intake.usecases.saying import section_words


def command(ctx: Context) -> None:
    """A table, or a JSON array of all that is known without opening a testimony."""
    session = Session.of(ctx)
    t = session.t
    rows = list_(session.env)
    cells = [
        (row.case, t(row.state), t.plural("{n} day", "{n} days", n=row.age_days), section_words(row, t)) for row in rows
    ]
    heads = (t("Case"), t("State"), t("Age"), t("Section"))
    session.result(rows, table(heads, cells) if rows else [])
    if not rows:
        session.note(t("Nothing is here yet."))
