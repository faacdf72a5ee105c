"""Many files verified at once: none stops another, and their names decide nothing."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.bundle.verify import Verdict
from intake.usecases.verifying import Verified, verify

FOLDER = Path(__file__).parents[1] / "vectors" / "bundle"
AT = datetime(2026, 11, 21, 17, 40, tzinfo=UTC)


def verdicts(folder: Path) -> dict[str, str]:
    """File name to verdict, as an auditor gets them."""
    return {one.path.name: one.report.verdict.value for one in verified(folder)}


def verified(folder: Path) -> tuple[Verified, ...]:
    """Everything in the folder, by the vectors' trust files."""
    return verify([folder], root=FOLDER / "trust" / "root", trust=FOLDER / "trust", at=AT)


@pytest.mark.parametrize(("first", "second"), [("valid", "valid-empty"), ("valid-empty", "valid")])
def test_names_do_not_decide_which_side_of_a_fork_is_believed(tmp_path: Path, first: str, second: str) -> None:
    """Two bundles at one place are both UNDECIDED, whichever comes first in the folder."""
    shutil.copy(FOLDER / f"{first}.tar", tmp_path / "a.tar")
    shutil.copy(FOLDER / f"{second}.tar", tmp_path / "b.tar")
    assert verdicts(tmp_path) == {"a.tar": "UNDECIDED", "b.tar": "UNDECIDED"}


def test_one_bundle_under_two_names_is_no_fork(tmp_path: Path) -> None:
    """The same bytes twice say the same thing twice."""
    shutil.copy(FOLDER / "valid.tar", tmp_path / "a.tar")
    shutil.copy(FOLDER / "valid.tar", tmp_path / "b.tar")
    assert set(verdicts(tmp_path).values()) == {"VALID"}


def test_a_file_that_can_not_be_read_stops_no_other_and_accuses_nobody(tmp_path: Path) -> None:
    """A name that leads nowhere ends UNDECIDED with its reason, a broken bundle INVALID, and the good one VALID."""
    shutil.copy(FOLDER / "valid.tar", tmp_path / "good.tar")
    shutil.copy(FOLDER / "B03-cut.tar", tmp_path / "cut.tar")
    (tmp_path / "gone.tar").symlink_to(tmp_path / "nowhere")
    paths = [tmp_path / "gone.tar", tmp_path / "cut.tar", tmp_path / "good.tar"]
    results = verify(paths, root=FOLDER / "trust" / "root", trust=FOLDER / "trust", at=AT)
    by_name = {one.path.name: one for one in results}
    assert by_name["good.tar"].report.verdict is Verdict.VALID
    assert by_name["cut.tar"].report.verdict is Verdict.INVALID
    gone = by_name["gone.tar"]
    assert gone.error is not None
    assert (gone.report.verdict, {check.outcome.value for check in gone.report.checks}) == (
        Verdict.UNDECIDED,
        {"not-reached"},
    )
