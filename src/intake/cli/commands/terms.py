"""`intake terms`: the words that codes stand for, and what the law says. No vault, no passphrase, no home."""

import sys
from collections.abc import Iterator
from typing import Annotated

from typer import Argument, Context

from intake import vocabulary
from intake.cli.render import folded, folded_table, pairs
from intake.cli.session import Session
from intake.usecases.terms import CodeShown, FamilyShown, Overview, TermShown, terms
from intake.vocabulary import Family, Group, LegalReference, Term

LAW = "What the law says, in short and in our words: no official translation, and no lawyer has reviewed it yet"
CHOOSERS = {"interviewer": "interviewer", "coder": "coordinator only"}


def command(
    ctx: Context,
    word: Annotated[str | None, Argument(metavar="FAMILY|CODE", help="one family, or one code of any family")] = None,
) -> None:
    """The families, one family as a tree, or one code in three languages."""
    session = Session.of(ctx)
    t = session.t
    shown = terms(word)
    if isinstance(shown, Overview):
        session.result(shown, _families(session, shown))
        session.note(t("The terms of a family: intake terms FAMILY"))
    elif isinstance(shown, FamilyShown):
        session.result(shown, _family(session, shown))
        session.note(t("What a term means, and what the law says: intake terms CODE"))
    else:
        session.result(shown, _code(session, shown))


def _families(session: Session, shown: Overview) -> list[str]:
    t = session.t
    cells = [(row.family.name, row.terms, _title(session, row.family)) for row in shown.families]
    return folded_table((t("Family"), t("Terms"), t("What it is for")), cells, sys.stdout, beside=0)


def _family(session: Session, shown: FamilyShown) -> list[str]:
    t = session.t
    name = shown.family.name
    cells = [(f"{'  ' * depth}{_key(one)}", _words(session, one)) for depth, one in vocabulary.tree(name)]
    title = folded(f"{name}: {_title(session, shown.family)}", sys.stdout)
    return [title, "", *folded_table((t("Code"), t("Meaning")), cells, sys.stdout, beside=0)]


def _title(session: Session, family: Family) -> str:
    """What it is for, and whether it is none of an interviewer's choices."""
    label = family.label(session.t.lang)
    return label if family.chosen_by == "interviewer" else f"{label} ({session.t(CHOOSERS[family.chosen_by])})"


def _key(one: Group | Term) -> str:
    return f"{one.prefix}." if isinstance(one, Group) else one.code


def _words(session: Session, one: Group | Term) -> str:
    label = one.label(session.t.lang)
    if isinstance(one, Group) or not one.deprecated:
        return label
    return f"{label} ({session.t('no longer chosen since {day}', day=one.deprecated)})"


def _code(session: Session, shown: CodeShown) -> Iterator[str]:
    for number, one in enumerate(shown.terms):
        yield from [""] if number else []
        yield from _term(session, one)


def _term(session: Session, shown: TermShown) -> Iterator[str]:
    t = session.t
    term = shown.term
    head = vocabulary.head(shown.family)
    yield f"{term.code} ({shown.family})"
    yield from pairs(
        [
            (f"  {t('Ukrainian')}", term.uk),
            (f"  {t('Russian')}", term.ru),
            (f"  {t('English')}", term.en),
            (f"  {t('Meaning')}", term.note(t.lang) or None),
            (f"  {t('Broader')}", _broader(session, shown)),
            (f"  {t('Narrower')}", ", ".join(shown.narrower) or None),
            (f"  {t('Chosen by')}", t(CHOOSERS[head.chosen_by])),
            (f"  {t('Since')}", term.since),
            (f"  {t('No longer chosen since')}", term.deprecated or None),
        ]
    )
    if shown.law:
        yield from (
            "",
            folded(
                t(LAW),
                sys.stdout,
            ),
        )
    for reference in shown.law:
        yield from _reference(session, reference)


def _broader(session: Session, shown: TermShown) -> str | None:
    code = shown.term.broader
    return f"{code}: {vocabulary.label(code, session.t.lang, family_name=shown.family)}" if code else None


def _reference(session: Session, reference: LegalReference) -> Iterator[str]:
    t = session.t
    source = reference.check if reference.checked else t("from memory, not checked")
    as_of = t("as of {day}", day=reference.edition)
    yield from _indented(f"{reference.ref} [{reference.code}], {as_of}; {source}", "  ")
    yield from _indented(reference.said(t.lang), "    ")
    if caution := reference.beware(t.lang):
        yield from _indented(f"{t('Caution')}: {caution}", "    ")


def _indented(text: str, indent: str) -> Iterator[str]:
    yield from (f"{indent}{line}" for line in folded(text, sys.stdout, beside=len(indent)).splitlines())
