"""`intake log custody`."""

from typing import Annotated

from typer import Context, Option

from intake.cli.render import table
from intake.cli.session import Session
from intake.usecases.log_custody import Step, log_custody

WORDS = "words"  # what somebody typed as a reason


def command(
    ctx: Context,
    *,
    plaintext: Annotated[bool, Option("--plaintext", help="also the reasons that were typed")] = False,
) -> None:
    """What was done in this vault and when; every entry follows from the one before it, or this says which does not."""
    session = Session.of(ctx)
    t = session.t
    done = log_custody(session.env)
    steps = done.steps if plaintext else tuple(map(_without_words, done.steps))
    if session.json:
        session.data({"entries": steps, "signed": done.signed})
        return
    rows = [(step.number, step.at, step.kind, _told(step)) for step in steps]
    session.say(*table(("", t("When"), t("What"), t("About")), rows))
    session.note(
        t.plural(
            "{n} entry; the chain holds, and {signed} are signed.",
            "{n} entries; the chain holds, and {signed} are signed.",
            n=len(steps),
            signed=done.signed,
        )
    )


def _without_words(step: Step) -> Step:
    return Step(step.number, step.at, step.kind, {name: said for name, said in step.fields.items() if name != WORDS})


def _told(step: Step) -> str:
    """Codes as they are; of a list, how long it is."""
    return ", ".join(
        f"{name} {len(said) if isinstance(said, list) else said}" for name, said in sorted(step.fields.items())
    )
