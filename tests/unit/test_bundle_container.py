"""Signed tar and envelope: order, sizes, and what stands in the way of a damaged item."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from intake.bundle.container import TAGS, in_order, item_order, sign_bundle
from intake.bundle.envelope import envelope_size
from intake.bundle.limits import LIMITS
from intake.bundle.statement import Statement, parse_statement
from intake.crypto.age import decrypt_bytes
from intake.errors import BadStatement, ItemDamaged
from tests.worlds.bundle import LAPTOP, Outbox, organisation

ORG = organisation()


def outbox(count: int = 1) -> Outbox:
    """Some sealed testimonies."""
    made = Outbox(ORG)
    for n in range(count):
        made.seal(n, with_files=n == 0)
    return made


def test_a_stock_tar_lists_tag_files_then_items() -> None:
    """Python's tar reads it, in the order of the spec, without owner, time or directory."""
    made = outbox()
    tags = made.tags()
    with tarfile.open(fileobj=io.BytesIO(made.tar(tags))) as tar:
        members = tar.getmembers()
    bid = tags.statement.bundle
    names = [*(f"{bid}/{name}" for name in TAGS), *(f"{bid}/data/{item.name}" for item in tags.statement.items)]
    assert [member.name for member in members] == names
    assert {(m.mode, m.uid, m.gid, m.mtime, m.uname, m.gname) for m in members} == {(0o644, 0, 0, 0, "", "")}
    assert tags.size == len(made.tar(tags))


def test_items_stand_in_one_order_whatever_order_they_are_given_in() -> None:
    """By testimony; the record first, then its identity part, then attachments."""
    made = outbox(2)
    one = in_order(made.statement())
    made.lines.reverse()
    other = in_order(made.statement(bundle=one.bundle))
    assert one == other
    assert [item.kind for item in one.items][:4] == ["record", "identity", "attachment", "identity-attachment"]
    assert list(one.items) == sorted(one.items, key=item_order)


def test_a_damaged_item_is_not_handed_over() -> None:
    """The outbox file is compared while it is copied."""
    made = outbox()
    name = made.lines[0].name
    made.files[name] = made.files[name][:-1] + b"\0"
    with pytest.raises(ItemDamaged):
        made.tar()


@pytest.mark.parametrize("change", [b"", b"more"])
def test_an_item_of_another_length_is_not_handed_over(change: bytes) -> None:
    """Neither a shorter nor a longer file gets into a bundle."""
    made = outbox()
    name = made.lines[0].name
    made.files[name] = made.files[name] + change if change else made.files[name][:-1]
    with pytest.raises(ItemDamaged):
        made.tar()


def test_one_interview_and_three_are_carried_in_the_same_size() -> None:
    """The envelope's floor is 1 MiB."""
    assert len(outbox(1).carried()) == len(outbox(3).carried())


def test_two_exports_of_the_same_items_share_no_bytes() -> None:
    """A re-export is a new bundle: even the ciphertext's first block differs."""
    made = outbox()
    one, other = made.carried(), made.carried()
    blocks = {one[at : at + 32] for at in range(2000, len(one), 997)}
    assert not any(other[at : at + 32] in blocks for at in range(2000, len(other), 997))
    assert one[:22] == other[:22] == b"age-encryption.org/v1\n"


def test_under_the_envelope_are_the_tar_and_zeros_only() -> None:
    """`age -d` gives a tar that a stock tool reads."""
    made = outbox()
    tags = made.tags()
    plain = decrypt_bytes(made.carried(tags), [ORG.epoch])
    assert plain[: tags.size] == made.tar(tags)
    assert plain[tags.size :] == bytes(envelope_size(tags.size) - tags.size)


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": 1.5},
        {"chain": "XY" * 16},
        {"org": "0" * 63},
        {"sender": "root"},
        {"purpose": "test"},
        {"prev": "0" * 64},
        {"items": None},
        {"extra": 1},
        {"format": "intake-statement/2"},
    ],
)
def test_a_statement_of_another_shape_is_refused(change: dict[str, object]) -> None:
    """Unknown or malformed means stop."""
    statement = outbox().statement().model_dump(mode="json")
    with pytest.raises(BadStatement):
        parse_statement(json.dumps({**statement, **change}).encode(), LIMITS)


def test_a_statement_comes_back_as_it_was_signed() -> None:
    """Write and read are inverse."""
    tags = outbox(2).tags()
    data = dict(tags.files)["statement.json"]
    assert parse_statement(data, LIMITS) == tags.statement
    assert isinstance(tags.statement, Statement)
    assert sign_bundle(tags.statement, ORG.signer(LAPTOP)).statement == tags.statement
