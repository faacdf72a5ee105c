"""The rules of the field, each in one place with one ID, its sentence and the way on.

`check` says what stands in the way of a stage: `draft` (something is being added: V01, V02 and shape), `seal`, and
`import`. Which rules stop even a sealing cut short is `STOPS_INTERRUPTED`; the others become marks.
Spec: docs/spec/record-v1.md, "Rules"; source of the wording: the project's record page.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from intake.records.account import Mark
from intake.records.faults import Finding
from intake.records.testimony import Testimony

Stage = Literal["draft", "add", "seal", "import"]

STOPS_INTERRUPTED = frozenset({"V01", "V02", "V03", "V12"})


def check(
    testimony: Testimony,
    *,
    stage: Stage,
    events: Mapping[str, int] | None = None,
    identity_sealed: bool = False,
) -> tuple[Finding, ...]:
    """Every finding of the stage's rules.

    draft: while an interview runs (V01, V02). add: a whole document that becomes a draft. seal: the draft ends.
    import: a record that came in; a code that only a newer vocabulary knows is not a finding there.
    `events` are the draft's event counters by path (V02). `identity_sealed` says that an identity part exists which
    this reader can't open: rules that need it then wait for who can.
    """
    raise NotImplementedError


def marks_of(findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """The findings that an interrupted sealing turns into marks; those of STOPS_INTERRUPTED are not among them."""
    raise NotImplementedError
