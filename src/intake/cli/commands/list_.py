"""`intake list`: code, state, age and last section, nothing else."""

from typer import Context

from intake.cli.render import table
from intake.cli.session import Session
from intake.i18n import Translator
from intake.usecases.listing import Row, list_


def command(ctx: Context) -> None:
    """A table, or a JSON array of all that is known without opening a testimony."""
    session = Session.of(ctx)
    t = session.t
    rows = list_(session.env)
    cells = [
        (row.case, t(row.state), t.plural("{n} day", "{n} days", n=row.age_days), _section(row, t)) for row in rows
    ]
    heads = (t("Case"), t("State"), t("Age"), t("Section"))
    session.result(rows, table(heads, cells) if rows else [])
    if not rows:
        session.note(t("Nothing is here yet."))


def _section(row: Row, t: Translator) -> str:
    """The last section; of an interview that ended, why."""
    reasons = {
        "not_alone": t("the person was not alone"),
        "no_capacity": t("the person could not decide"),
        "not_understood": t("the consent was not understood"),
        "child_without_guardian": t("a child without a guardian"),
        "child_refused": t("the child did not want to"),
        "consent_refused": t("no consent"),
        "consent_undecided": t("consent not decided yet"),
    }
    section = row.section or ""
    return reasons.get(section, section)
