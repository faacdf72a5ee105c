"""The table of rules: each its ID, the stages it guards, its finder, and what it says: what is wrong, and a way on.

Every way on exists: another mode, a referral, stop and save, or a correction. English is the key that a translator
looks up. A sentence of level `warn` asks for a reason, which the record keeps. Spec: docs/spec/record-v1.md, "Rules".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from intake.records import (
    required,
    rules_child,
    rules_consent,
    rules_evidence,
    rules_form,
    rules_safety,
    rules_sharing,
    rules_time,
    rules_words,
)
from intake.records.context import Context, Hit, Stage
from intake.records.faults import SHAPE, Level

Finder = Callable[[Context], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Says:
    """What is wrong, and what can be done instead; both English keys with {fields}."""

    message: str
    way_on: str
    level: Level = "block"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what it asks, when, and in which words it refuses.

    `of_identity`: an identity part can change the answer, so it is asked again when one is opened after its record.
    """

    id: str
    stages: frozenset[Stage]
    find: Finder
    says: Mapping[str, Says]
    of_identity: bool = False


WHOLE: frozenset[Stage] = frozenset({"add", "seal", "import"})
TYPED: frozenset[Stage] = frozenset({"draft", "add"})
ALL: frozenset[Stage] = WHOLE | TYPED
SHARED: frozenset[Stage] = frozenset({"share"})

_ASK_CONSENT = "go back to consent; without it you can still give help numbers and stop, and nothing is kept"
_SAY_WHY = "answer it, or give a reason: not asked, declined, unknown, withheld for safety, not applicable, unreadable"
_ANSWER = "answer it; if the interview was cut short, seal it as interrupted and this stays as a mark"
_FIRST_ACCOUNT = "take a first account, a search or a referral instead"
_CHILD_MODES = "a child who is alone can have a search or a referral, not an account"
_VAULT = "move it to the identity part, or say why it has to stand here"
_LOOK = "correct it, or say why it is right"

RULES = (
    Rule(
        "V01",
        ALL,
        rules_consent.consent_first,
        {
            "store": Says("nothing may be written down before the person agrees that it is stored", _ASK_CONSENT),
            "understood": Says(
                "the person has not yet shown that they understood the consent",
                "explain it again in other words and ask them to say it back; if that fails, stop and keep nothing",
            ),
            "explained": Says(
                "a part of the consent was not explained: {element}",
                "read it out, or write down why it was left out",
            ),
            "text": Says(
                "the consent text named here is not the text of that version in that language",
                "read the text of this program out and take the consent again, or name the text that was read",
            ),
            "version": Says(
                "this program does not have version {version} of the consent text in {lang}: "
                "what was read can't be checked",
                "keep that text with the case; an older version is as good as what it says",
                "warn",
            ),
        },
    ),
    Rule(
        "V02",
        frozenset({"draft", "seal"}),
        rules_consent.consent_before_narrative,
        {
            "order": Says(
                "this was written down before consent was given",
                "remove it, take the consent, then ask again what the person still wants to tell",
            ),
        },
    ),
    Rule(
        "V03",
        WHOLE,
        rules_child.child_safeguards,
        {
            "giver": Says(
                "the person may be under 18: a guardian decides together with the child",
                "call the guardian; a child who is alone can have a search or a referral, not an account",
            ),
            "guardian": Says(
                "the person may be under 18 and no guardian is named among the people of this record",
                "add the guardian; a child who is alone can have a search or a referral, not an account",
            ),
            "assent": Says(
                "the child has not said yes",
                "ask the child in simple words; if the answer is no, stop here and keep nothing",
            ),
        },
        of_identity=True,
    ),
    Rule(
        "V04",
        ALL,
        rules_child.guardian_without_conflict,
        {
            "accused": Says(
                "the guardian is accused of something in this record", f"find another guardian; {_CHILD_MODES}"
            ),
            "institution": Says(
                "the guardian belongs to those who may hold the child", f"find another guardian; {_CHILD_MODES}"
            ),
            "conflict": Says(
                "it is marked that the guardian may be involved", f"find another guardian; {_CHILD_MODES}"
            ),
        },
    ),
    Rule(
        "V05",
        ALL,
        rules_child.child_alone,
        {
            "alone": Says(
                "a child without a guardian gives no account", "take a search or a referral; a coordinator looks"
            )
        },
    ),
    Rule(
        "V06",
        ALL,
        rules_safety.trained_for_it,
        {
            "trained_full": Says("a full account is taken by trained staff only", _FIRST_ACCOUNT),
            "trained_child": Says(
                "a full account of a child is taken only by staff who are trained for children", _FIRST_ACCOUNT
            ),
            "trained_sv": Says(
                "a full account of sexual violence is taken only by staff who are trained for it", _FIRST_ACCOUNT
            ),
        },
        of_identity=True,
    ),
    Rule(
        "V07",
        ALL,
        rules_safety.one_at_a_time,
        {
            "group": Says(
                "another witness or victim is there while the person tells",
                "ask them to wait outside, and correct who is there; or take a search or a referral together",
            ),
        },
    ),
    Rule(
        "V08",
        ALL,
        rules_safety.interpreter_fit,
        {
            "child": Says(
                "the interpreter is under 18", "find another interpreter, by voice or video too; or stop and save"
            ),
            "accused": Says(
                "the interpreter is accused of something in this record",
                "find another interpreter, by voice or video too; or stop and save",
            ),
            "relative": Says(
                "the interpreter is close to the person", "find another interpreter, or say why this one", "warn"
            ),
        },
        of_identity=True,
    ),
    Rule(
        "V09",
        ALL,
        rules_safety.told_before,
        {"official": Says("an authority has this account already: it is not taken in full again", _FIRST_ACCOUNT)},
    ),
    Rule(
        "V10",
        WHOLE | SHARED,
        rules_safety.extreme_risk,
        {
            "mitigation": Says(
                "the risk is extreme, and what is done about it is not written down",
                "write it down, in 20 characters or more; if the interview was cut short, seal it as interrupted",
            ),
            "share": Says(
                "the risk is extreme: nothing of this is shared",
                "assess the risk again with the person; until it is lower the record stays with the organisation",
            ),
        },
    ),
    Rule(
        "V11",
        ALL,
        rules_safety.warned_first,
        {
            "warned": Says(
                "service or work for the occupier is written down, and the person was not warned that it may be used",
                "read the warning and ask whether this may stay; or take it out, and offer a lawyer",
            ),
        },
    ),
    Rule(
        "V12",
        WHOLE,
        rules_consent.contact_as_decided,
        {
            "missing": Says(
                "the person agreed to be contacted again, but no safe way to do it is written down",
                "ask for a safe contact, or change the decision on contact to no",
            ),
            "kept": Says(
                "the person did not agree to be contacted again, but a contact is written down",
                "remove the contact, or ask the person once more and change the decision",
            ),
        },
        of_identity=True,
    ),
    Rule(
        "V13",
        ALL,
        rules_words.safe_number,
        {
            "russian": Says(
                "the number is Russian: it may be listened to", "ask for another way, or say why this one", "warn"
            ),
            "occupied": Says(
                "the number is of an operator in occupied territory: it may be listened to",
                "ask for another way, or say why this one",
                "warn",
            ),
        },
        of_identity=True,
    ),
    Rule(
        "V14",
        ALL,
        rules_safety.alone_when_remote,
        {
            "not_alone": Says(
                "the person at the other end is not alone, or can't tell",
                "agree on another time, stop and save; or give help numbers",
            ),
        },
    ),
    Rule(
        "V15",
        SHARED,
        rules_sharing.published_safely,
        {
            "exposed": Says(
                "nothing is published under a name here: {flag}", "publish without the name, or search without a notice"
            ),
            "sealed_source": Says(
                "this source is sealed: nothing of it leaves", "it stays with the organisation; ask its coordinator"
            ),
        },
    ),
    Rule(
        "V16",
        SHARED,
        rules_sharing.shared_as_agreed,
        {
            "not_given": Says(
                "the person did not agree to this use", "ask the person, and add the decision: intake amend"
            ),
            "expired": Says(
                "the agreement to this use has ended", "ask the person, and add the decision: intake amend"
            ),
            "withdrawn": Says("the person has taken the agreement to this use back", "leave it out"),
            "kept_from": Says("a person of this record asked that this recipient does not get it", "leave it out"),
            "restricted": Says(
                "its use is restricted: nothing of this is shared", "an officer decides on the withdrawal first"
            ),
        },
    ),
    Rule(
        "V17",
        WHOLE,
        rules_evidence.hashed,
        {
            "missing": Says(
                "this file has no SHA-256 here",
                "attach the file to the draft, or write down its SHA-256; a thing that was only seen needs none",
            ),
            "no_file": Says(
                "the file that this item names is not in the record", "seal it again with the file attached"
            ),
            "mismatch": Says(
                "the SHA-256 written down is not the file's",
                "attach the right file, or correct the SHA-256; if neither is at hand, seal it as interrupted",
            ),
            "chain": Says(
                "a step of the custody begins with other bytes than the step before left",
                "correct the digests, or write down the step that is missing",
            ),
            "times": Says("a step of the custody is earlier than the one before it", "correct the times or the order"),
        },
        of_identity=True,
    ),
    Rule(
        "V18",
        ALL,
        rules_words.words_before_codes,
        {
            "no_words": Says(
                "incidents are coded and there are no words of the person",
                "ask for the person's own words, or say why",
                "warn",
            ),
            "codes_first": Says(
                "this was coded before the person had told it in their own words", "say how that came about", "warn"
            ),
        },
    ),
    Rule(
        "V19",
        ALL,
        rules_time.likely_times,
        {
            "after": Says("this lies after the interview", _LOOK, "warn"),
            "before": Says("this lies before 20 February 2014", _LOOK, "warn"),
            "free": Says(
                "the place was not occupied then, as far as the table of {edition} knows",
                "look at the date and the place again, or say why it is right",
                "warn",
            ),
        },
    ),
    Rule(
        "V20",
        WHOLE,
        rules_form.dates_in_profile,
        {
            "date": Says(
                "this is not a date that can be stored",
                "write 2022, 2022-03 or 2022-03-05, ~ after it for about, 2022-03/2022-05 for a span; "
                "the person's own words are kept beside it",
            ),
            "order": Says("this ends before it starts", "correct one of the two times"),
        },
        of_identity=True,
    ),
    Rule(
        "V21",
        ALL,
        rules_time.ages_agree,
        {
            "age": Says(
                "the birth date, the age and the time of what happened differ by more than a year", _LOOK, "warn"
            ),
        },
        of_identity=True,
    ),
    Rule(
        "V22",
        WHOLE,
        rules_form.references_resolve,
        {
            "missing": Says("this names something that is not in {list}", "add it there, or take the reference out"),
            "role": Says(
                "the person named here does not have the role {role}", "give them the role, or name somebody else"
            ),
            "twice": Says("the same id stands twice in one list", "give one of the two an id of its own"),
            "self": Says("a person is linked to themselves", "name the other person, or take the link out"),
        },
        of_identity=True,
    ),
    Rule(
        "V23",
        ALL,
        rules_words.nothing_that_says_who,
        {
            "phone": Says("a telephone number may stand in this text", _VAULT, "warn"),
            "email": Says("an e-mail address may stand in this text", _VAULT, "warn"),
            "url": Says("a link may stand in this text", _VAULT, "warn"),
            "iban": Says("a bank account may stand in this text", _VAULT, "warn"),
            "card": Says("a bank card may stand in this text", _VAULT, "warn"),
            "document": Says("the number of a document may stand in this text", _VAULT, "warn"),
            "name": Says("a name from the identity part may stand in this text", _VAULT, "warn"),
        },
        of_identity=True,
    ),
    Rule(
        "V24",
        SHARED,
        rules_sharing.no_military_information,
        {
            "military": Says(
                "this holds military information: not for partners, the public or statistics by hromada",
                "leave it out; for statistics, count by oblast",
            ),
        },
    ),
    Rule(
        "V25",
        ALL,
        rules_safety.gently,
        {
            "leading": Says("a leading question was asked", "say how it came to that; it stays in the export", "warn"),
            "distress": Says(
                "the person was in strong distress, and no pause is written down",
                "write the pause down, or say why there was none",
                "warn",
            ),
            "long": Says(
                "more than two hours without a pause", "write the pauses down, or say why there was none", "warn"
            ),
        },
    ),
    Rule(
        "V26",
        WHOLE,
        required.required_fields,
        {
            "empty": Says("this is still empty", _SAY_WHY),
            "needed": Says("this can't stay empty", _ANSWER),
            "teller": Says(
                "nobody here is the person who tells this", "give one person the role of witness or requester"
            ),
            "plan": Says(
                "the risk is high, and what is done about it is not written down",
                "write it down, in 20 characters or more; if the interview was cut short, seal it as interrupted",
            ),
        },
        of_identity=True,
    ),
    Rule(
        "V27",
        WHOLE,
        rules_safety.closed_and_looked_at_again,
        {
            "closing": Says(
                "a step of the closing was left out, without a reason",
                "do it now, or write down why not; if the interview was cut short, seal it as interrupted",
            ),
            "reassess": Says(
                "there is no day on which the risk is looked at again",
                "agree on a day; if the interview was cut short, seal it as interrupted",
            ),
            "late": Says("the risk is high: it is looked at again within 90 days", "agree on an earlier day"),
        },
    ),
    Rule(
        "V28",
        frozenset({"add", "amend"}),
        rules_sharing.never_rewritten,
        {
            "sealed": Says(
                "this testimony is sealed already: what is sealed is never rewritten", "add to it: intake amend"
            )
        },
    ),
    Rule(
        "V29",
        frozenset({"share", "amend"}),
        rules_sharing.erased_or_held,
        {
            "erased": Says("this was erased: only its tombstone goes out", "leave it out"),
            "hold": Says(
                "a legal hold stands on this: it is not erased", "restrict it until an officer lifts the hold"
            ),
        },
    ),
    Rule(
        "V30",
        WHOLE,
        rules_sharing.not_heard_before,
        {
            "repeat": Says(
                "possible repeat interview: {cases}",
                "look at them; if it is the same person, name the earlier case and do not ask again what was told",
                "warn",
            ),
        },
        of_identity=True,
    ),
    Rule(
        SHAPE,
        TYPED,
        rules_form.form_as_taken_here,
        {
            "code": Says("this code is not in the list {family}", "choose a code of that list"),
            "marks": Says("marks are written by sealing only", "take them out of the document"),
        },
    ),
)
"""All of them, in the order in which findings are told."""
