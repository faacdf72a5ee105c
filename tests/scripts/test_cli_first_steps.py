"""From nothing to a first verified bundle, in processes of their own and at the production key derivation: slow."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.records import SCENARIOS, made_up

PASSPHRASE = "ліхтар сьомий пором гороскоп наперсток щука"  # noqa: S105  of a made-up vault
ORGANISATION = "Вигаданий осередок"


@pytest.mark.slow
def test_from_nothing_to_a_verified_bundle(tmp_path: Path) -> None:
    """An organisation, a laptop, a testimony, a stick, an auditor; everything asked comes from files or stdin."""
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "stick").mkdir()
    printed = []

    def intake(*words: str, stdin: str = "") -> str:
        environ = os.environ | {"INTAKE_PASSPHRASE_FILE": "passphrase", "INTAKE_LANG": "uk"}
        done = subprocess.run(
            [sys.executable, "-m", "intake", *words],
            input=stdin, capture_output=True, text=True, check=False, cwd=tmp_path, env=environ, timeout=300,
        )  # fmt: skip
        printed.append(done.stdout + done.stderr)
        assert done.returncode == 0, done.stderr
        return done.stdout

    document = made_up(violation=next(iter(SCENARIOS)), n=0)
    intake("--home", "org", "org", "init", "--made-up", stdin=f"{ORGANISATION}\n")
    intake("--home", "laptop", "init", "--org", "org/card", "--words-match")
    intake("--home", "org", "org", "enrol", "laptop/request.age", "--to", ".", "--words-match")
    (pack,) = tmp_path.glob("*.age")
    intake("--home", "laptop", "enrol", pack.name)
    code = intake("--home", "laptop", "add", "-", stdin=json.dumps(document)).strip()
    intake("--home", "laptop", "seal", code)
    intake("--home", "laptop", "export", "--to", "stick")
    intake("--home", "org", "import", "stick")
    assert [row["case"] for row in json.loads(intake("--home", "org", "list", "--json"))] == [code]
    intake("--home", "org", "received", "--to", "auditor")
    verified = intake("verify", "auditor/bundles", "--root", "auditor/root", "--trust", "auditor/trust", "--json")
    assert json.loads(verified)["verdict"] == "VALID"
    assert not [text for text in printed if PASSPHRASE in text or document["account"]["narrative_original"] in text]
