"""`intake org status`."""

from collections.abc import Iterator
from datetime import datetime

from typer import Context

from intake.cli.render import pairs, table
from intake.cli.session import Session
from intake.usecases.destroying import Epoch
from intake.usecases.org_status import DeviceLine, OfficerLine, OrgStatus, org_status


def command(ctx: Context) -> None:
    """Coordinators, laptops, keys, and what wants doing soon."""
    session = Session.of(ctx)
    found = org_status(session.env)
    session.result(found, list(_lines(session, found)))
    for name in found.soon:
        session.note(_soon(session, name))


def _lines(session: Session, found: OrgStatus) -> Iterator[str]:
    t = session.t
    yield from table([t("Coordinator"), t("From"), t("Until"), t("State"), t("Log")], _officers(session, found))
    yield ""
    heads = [t("Laptop"), t("From"), t("Until"), t("State"), t("Last bundle"), t("Came in"), t("Epoch")]
    yield from table(heads, [_device(session, one) for one in found.devices])
    yield ""
    yield from table([t("Epoch"), t("State")], [(one.label, _epoch(session, one)) for one in found.epochs])
    yield ""
    names = {
        "root": t("Root number"),
        "officers": t("Officers number"),
        "roster": t("Roster number"),
        "recipients": t("Recipients number"),
    }
    yield from pairs([*((label, found.serials[kind]) for kind, label in names.items()), (t("Log"), found.log)])


def _officers(session: Session, found: OrgStatus) -> list[tuple[object, ...]]:
    return [
        (
            f"{one.name} *" if one.this_vault else one.name,
            _day(one.valid_from),
            _day(one.until),
            _state(session, one),
            "-" if one.log is None else one.log,
        )
        for one in found.officers
    ]


def _device(session: Session, one: DeviceLine) -> tuple[object, ...]:
    return (
        one.name,
        _day(one.valid_from),
        _day(one.until),
        _state(session, one),
        one.last_seq or "-",
        (one.last_at or "-")[:10],
        one.last_epoch or "-",
    )


def _state(session: Session, one: OfficerLine | DeviceLine) -> str:
    return f"{session.t(one.state)} ({one.reason})" if one.reason else session.t(one.state)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "-"


def _epoch(session: Session, one: Epoch) -> str:
    t = session.t
    if one.in_use:
        return t("in use")
    if one.destroyable:
        return t("may be destroyed: intake org rotate --destroy")
    why = [t("waits for {names}", names=", ".join(one.waits_for))] if one.waits_for else []
    if one.here:
        why.append(t("kept aside here: {n}", n=one.here))
    return "; ".join(why)


def _soon(session: Session, name: str) -> str:
    t = session.t
    if name == "epoch":
        return t("The key that laptops seal to ends soon: intake org rotate, then intake org pack")
    if name.startswith("c-"):
        return t("{name} ends soon: intake org rotate --officers --offline DIR", name=name)
    return t("{name} ends soon: a new request of that laptop, in a new home, and intake org enrol", name=name)
