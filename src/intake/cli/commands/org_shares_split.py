"""`intake org shares split`."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import KeySets, chosen_sets
from intake.cli.commands.org_shares_drill import tell
from intake.cli.commands.show import ALTERNATE_SCREEN, NORMAL_SCREEN
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption, NoTerminal
from intake.usecases.shares_paper import Paper
from intake.usecases.shares_sheet import Page
from intake.usecases.shares_split import Handful, HandOver, Plan, org_split


def command(  # noqa: PLR0913  options of a command line, not parameters that travel
    ctx: Context,
    *,
    need: Annotated[int, Option("--need", metavar="N", help="how many sheets restore a key: 2 or more")],
    of: Annotated[int, Option("--of", metavar="N", help="how many sheets there are: 16 at most")],
    offline: Annotated[Path, Option("--offline", metavar="DIR", help="the folder with the organisation's keys")],
    to: Annotated[
        Path | None,
        Option("--to", metavar="DIR", help="where sheets lie while they are printed, one custodian's at a time"),
    ] = None,
    show: Annotated[bool, Option("--show", help="instead: on the screen, to be written down by hand")] = False,
    keep: Annotated[
        bool, Option("--keep", help="leave all custodians' sheets in --to: whoever has it has the keys")
    ] = False,
    sets: KeySets = None,
    later: Annotated[
        bool, Option("--later", help="without the drill; the keys stay where they are until it is held")
    ] = False,
) -> None:
    """Make sheets, hand them out, prove them; then the keys may leave the folder."""
    session = Session.of(ctx)
    t = session.t
    plan = Plan(need, of, chosen_sets(ctx, sets), later)
    done = org_split(session.env, offline, plan, _hand_over(ctx, session, to, show=show, keep=keep))
    rows: list[tuple[str, object]] = [
        (t("Needed"), t("{need} of {of}", need=need, of=of)),
        (t("Made on"), done.at[:10]),
    ]
    for key_set, checks in done.checks.items():
        rows += [(f"{t(key_set)} {number}", check) for number, check in enumerate(checks, start=1)]
    session.result(done, pairs(rows))
    if done.drilled is None:
        session.note(
            t("Nothing was proved yet, and nothing has left the folder: intake org shares drill --offline DIR")
        )
    else:
        tell(session, done.drilled)


def _hand_over(ctx: Context, session: Session, to: Path | None, *, show: bool, keep: bool) -> HandOver:
    if (to is None) != show or (keep and show):
        raise BadOption(command=ctx.command_path, option="--keep" if keep and show else "--to")
    if to is not None:
        paper = Paper(session.env, to, keep)
        paper.begin()
        return paper.hand_over
    if not sys.stdout.isatty():
        raise NoTerminal(option="--to DIR")
    return lambda handful: _shown(session, handful)


def _shown(session: Session, handful: Handful) -> None:
    """One sheet at a time on a screen of its own, which keeps nothing of it, neither after Ctrl-C."""
    t, custodian = session.t, {"n": handful.custodian, "of": handful.of}
    sys.stdout.write(ALTERNATE_SCREEN)
    try:
        session.ask.text(t("Custodian {n} of {of} alone before the screen? Enter shows the words", **custodian))
        for page in handful.pages:
            sys.stdout.write("\x1b[2J\x1b[H")
            session.say(*_lines(session, page))
            session.ask.text(t("Written down, and compared word by word? Enter: go on"))
    finally:
        sys.stdout.write(NORMAL_SCREEN)
        sys.stdout.flush()


def _lines(session: Session, page: Page) -> list[str]:
    return [*pairs(page.facts(session.t)), "", *page.lines(), ""]
