"""`intake audit`: no vault, no passphrase, no secret."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.bundle.audit import AuditVerdict, Finding
from intake.bundle.audit_table import TABLE
from intake.cli.arguments import JudgedAt, judged_at
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.auditing import Audited, audit
from intake.usecases.log_gap import REASONS as GAP_REASONS
from intake.usecases.purging import REASONS as PURGE_REASONS

ROWS = {row.id: row for row in TABLE}
REASONS: dict[str, str] = dict([*GAP_REASONS.items(), *PURGE_REASONS.items()])
SHOWN = 20  # findings of one row and sender; --json has them all
WORDS = {
    AuditVerdict.COMPLETE: "COMPLETE: every number of every chain is here, is what was signed, and is in a log.",
    AuditVerdict.INCOMPLETE: "INCOMPLETE: something is missing or can't be proved; nobody is accused.",
    AuditVerdict.INVALID: "INVALID: something here is not what it claims to be.",
}


def command(
    ctx: Context,
    folder: Annotated[Path, Argument(metavar="DIR", help="everything that was handed over: signed tars and logs")],
    *,
    root: Annotated[Path, Option("--root", metavar="FILE", help="the organisation's root keys, as allowed_signers")],
    trust: Annotated[Path, Option("--trust", metavar="DIR", help="the folder of officers, roster and recipients")],
    at: JudgedAt = None,
) -> int:
    """What is missing, and from whom; COMPLETE only where it can be proved. With --json every finding."""
    session = Session.of(ctx)
    env = session.env
    done = audit(folder, root=root, trust=trust, at=judged_at(ctx, at) or env.clock(), progress=env.progress)
    if session.json:
        session.data(_as_json(done))
    else:
        session.say(*_told(session, done))
    return done.verdict.exit_code


def _as_json(done: Audited) -> dict[str, object]:
    logs = [
        {"origin": book.origin, "officer": book.officer.name, "size": book.size, "root": book.checkpoint.root.hex()}
        for book in done.logs
    ]
    findings = [
        {"id": one.id, "level": one.level, "sender": one.sender, **_plain(one), "items": one.items}
        for one in done.findings
    ]
    return {
        "verdict": done.verdict,
        "bundles": done.bundles,
        "senders": done.senders,
        "logs": logs,
        "findings": findings,
    }


def _plain(finding: Finding) -> dict[str, object]:
    return {name: value for name, value in finding.fields.items() if name not in ("because", "about")}


def _told(session: Session, done: Audited) -> Iterator[str]:
    """By sender, then what is of no sender; each kind of finding with what to do next; the verdict last."""
    t = session.t
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in done.findings:
        groups[finding.sender or ""].append(finding)
    for sender in (*done.senders, *sorted(set(groups) - set(done.senders))):
        if sender in groups:
            yield sender or t("Files, logs and trust")
            yield from _group(session, groups[sender])
            yield ""
    rows: list[tuple[str, object]] = [
        (t("Bundles"), done.bundles),
        (t("Senders"), len(done.senders)),
        *((t("Log of {officer}", officer=book.officer.name), book.size) for book in done.logs),
    ]
    yield from pairs(rows)
    yield t(WORDS[done.verdict])
    yield t("A last bundle that reached nobody, and that no later one follows, can't be seen by anybody.")


def _group(session: Session, findings: list[Finding]) -> Iterator[str]:
    t = session.t
    by_row: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_row[finding.id].append(finding)
    for row_id, found in sorted(by_row.items()):
        row = ROWS[row_id]
        yield f"  {row.id}  {t(row.title)}"
        yield from (f"       {_sentence(session, one)}" for one in found[:SHOWN])
        if len(found) > SHOWN:
            yield "       " + t("and {n} more; --json has them all", n=len(found) - SHOWN)
        if row.todo:
            yield "       -> " + t(row.todo)


def _sentence(session: Session, finding: Finding) -> str:
    """What it says, with codes in words; behind it, why a check said so, and in which chain."""
    t = session.t
    fields = dict(finding.fields)
    about, because = fields.pop("about", {}), fields.pop("because", None)
    if "reason" in fields:
        fields["reason"] = t(REASONS[str(fields["reason"])])
    why = f": {t(str(because), **about)}" if because and isinstance(about, dict) else ""
    chain = f" [{str(fields['chain'])[:8]}]" if "chain" in fields else ""
    return t(finding.why, **fields) + why + chain
