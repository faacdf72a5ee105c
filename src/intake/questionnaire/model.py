"""A questionnaire as data: sections, questions, repeats, in Ukrainian, Russian and English.

It says what is asked, in which order, when, and where the answer stands in the draft. It never asks and never stores:
the engine does, and no question lives in code. Order is a safeguard (safety, consent, own words, then coding): see the
head of data/first_account.toml.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Questionnaire(BaseModel):
    """One interview form; `digest` pins a draft to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str


def load(name: str = "first_account") -> Questionnaire:
    """The questionnaire that ships with the program."""
    raise NotImplementedError


def digest(name: str = "first_account") -> str:
    """`sha256:…` of the questionnaire's bytes, for the record's `digests`."""
    raise NotImplementedError
