"""Every command and every option that works everywhere, as data.

Help, completion, the reference page and the tests all read this table. It imports nothing heavy, so that
`intake --help` stays fast; a command's own module is imported when that command is called.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Person = Literal["Interviewer", "Coordinator", "Auditor", "Everybody"]
PERSONS: tuple[Person, ...] = ("Everybody", "Interviewer", "Coordinator", "Auditor")


class Entry(NamedTuple):
    """One command: its words as typed, where its function lives, what it is for, and for whom."""

    name: str
    target: str
    help: str
    person: Person


class GlobalOption(NamedTuple):
    """One option that every command takes, before its name or after it. `metavar` None: a switch."""

    name: str
    metavar: str | None
    help: str


def _entry(name: str, module: str, help_text: str, person: Person) -> Entry:
    return Entry(name, f"intake.cli.commands.{module}:command", help_text, person)


COMMANDS: tuple[Entry, ...] = (
    _entry(
        "tour",
        "tour",
        "the whole loop on made-up testimonies, in a throwaway folder, explained as it goes",
        "Everybody",
    ),
    _entry("status", "status", "what is here, and what has not been handed over or receipted", "Everybody"),
    _entry(
        "list", "list_", "every testimony in this vault: code, state, age and last section, nothing else", "Everybody"
    ),
    _entry("show", "show", "one testimony, on a screen that is cleared afterwards", "Everybody"),
    _entry("terms", "terms", "what the codes mean, in three languages, and what the law says", "Everybody"),
    _entry("lock", "lock", "clear the terminal, and say whether anything still holds the vault open", "Everybody"),
    _entry("passphrase", "passphrase", "another passphrase for this vault", "Everybody"),
    _entry("vault rotate", "vault_rotate", "write the vault anew under a new key and a new passphrase", "Everybody"),
    _entry("backup", "backup", "the vault in one file that only the organisation's recovery key opens", "Everybody"),
    _entry("restore", "restore", "a vault from its backup, with the organisation's recovery key", "Everybody"),
    _entry("sync", "sync", "what is due goes both ways, over a stick, SFTP, WebDAV or S3", "Everybody"),
    _entry("doctor", "doctor", "is this laptop and this vault sound; explains, refuses nothing", "Everybody"),
    _entry("wipe", "wipe", "destroy this vault, keys first; needs no passphrase", "Everybody"),
    _entry("init", "init", "make this laptop's vault, and a request to enrol it with an organisation", "Interviewer"),
    _entry("request", "request", "write this laptop's request to a stick, for the coordinator", "Interviewer"),
    _entry("enrol", "enrol", "take a mission pack: who may read, who else is enrolled", "Interviewer"),
    _entry("interview", "interview", "start an interview, or go on where it stopped", "Interviewer"),
    _entry("add", "add", "drafts from JSON or JSON Lines, validated; a bad line stops only itself", "Interviewer"),
    _entry("gaps", "gaps", "what is missing before the witness leaves, each with its way on", "Interviewer"),
    _entry("edit", "edit", "change the answers of a draft", "Interviewer"),
    _entry("attach", "attach", "put files into a draft, encrypted; the originals stay where they are", "Interviewer"),
    _entry("amend", "amend", "what the person adds or corrects, also to what this laptop can't read", "Interviewer"),
    _entry("withdraw", "withdraw", "consent taken back; works without holding the record", "Interviewer"),
    _entry("seal", "seal", "sign and encrypt drafts; from then on this laptop can't read them", "Interviewer"),
    _entry("discard", "discard", "destroy a draft", "Interviewer"),
    _entry("export", "export", "write a signed, encrypted bundle of what is sealed, to carry away", "Interviewer"),
    _entry("receipts", "receipts", "read what coordinators sent back, and delete what they have safe", "Interviewer"),
    _entry("purge", "purge", "destroy the sealed files of a case without a receipt, for a reason", "Interviewer"),
    _entry("org init", "org_init", "begin an organisation: its keys, its card, the coordinator's vault", "Coordinator"),
    _entry("org enrol", "org_enrol", "admit a laptop and write its mission pack", "Coordinator"),
    _entry("org appoint", "org_appoint", "a second coordinator: the root gives it office", "Coordinator"),
    _entry("org revoke", "org_revoke", "from now on nothing counts that this laptop signs", "Coordinator"),
    _entry("org rotate", "org_rotate", "the next epoch's key; new signing keys; the end of old ones", "Coordinator"),
    _entry(
        "org succeed",
        "org_succeed",
        "a new root key, made by the old one; with --renew new archives too",
        "Coordinator",
    ),
    _entry("org pack", "org_pack", "new packs for all: trust files, policy, questionnaire", "Coordinator"),
    _entry("org status", "org_status", "coordinators, laptops, keys, and what wants doing soon", "Coordinator"),
    _entry("org gazetteer", "org_gazetteer", "load the dated list of occupied territories", "Coordinator"),
    _entry("org shares split", "org_shares_split", "the keys become sheets that custodians keep", "Coordinator"),
    _entry("org shares drill", "org_shares_drill", "do the sheets still restore the keys", "Coordinator"),
    _entry("org shares combine", "org_shares_combine", "sheets become the folder with the keys again", "Coordinator"),
    _entry(
        "org recover", "org_recover", "a forgotten passphrase: open a laptop's vault, type a new one", "Coordinator"
    ),
    _entry(
        "import", "import_", "verify, open, check and store carried bundles; never stops at a bad one", "Coordinator"
    ),
    _entry("quarantine list", "quarantine_list", "what did not come in, and why", "Coordinator"),
    _entry("quarantine show", "quarantine_show", "one entry of it, and why it was stopped", "Coordinator"),
    _entry("quarantine release", "quarantine_release", "let through what only a person can judge", "Coordinator"),
    _entry("quarantine discard", "quarantine_discard", "let go of a copy that is damaged for certain", "Coordinator"),
    _entry("quarantine retry", "quarantine_retry", "try what waited for a key again", "Coordinator"),
    _entry(
        "coding", "coding", "how the organisation reads a testimony: legal terms, sensitivity, checks", "Coordinator"
    ),
    _entry("decide", "decide", "a signed decision on a case: erase, legal_hold, fork_resolved, …", "Coordinator"),
    _entry("received", "received", "write the signed bundles and the trust files out, for auditors", "Coordinator"),
    _entry("log publish", "log_publish", "this coordinator's log, for anybody to hold", "Coordinator"),
    _entry("log prove", "log_prove", "that a bundle is in the log, or that the log only grew", "Coordinator"),
    _entry("log gap", "log_gap", "a bundle will not come: say so in the log", "Coordinator"),
    _entry("log custody", "log_custody", "what was done in this vault, and when", "Everybody"),
    _entry("verify", "verify", "check bundles without a vault, a passphrase or any secret", "Auditor"),
    _entry("audit", "audit", "what is missing of all that was handed over, and from whom", "Auditor"),
)

GROUPS: dict[str, str] = {
    "log": "what was received, what was done: logs that only grow",
    "org": "the organisation's own keys and laptops",
    "org shares": "the organisation's keys as sheets of paper, in custodians' hands",
    "quarantine": "what was refused and kept aside",
    "vault": "the vault on this disk",
}

GLOBAL_OPTIONS: tuple[GlobalOption, ...] = (
    GlobalOption("--home", "DIR", "the folder of the vault (or INTAKE_HOME)"),
    GlobalOption("--lang", "uk|ru|en", "the language of words and questions (or INTAKE_LANG)"),
    GlobalOption("--json", None, "data for machines on stdout"),
    GlobalOption("--yes", None, "answer yes to what can be undone"),
    GlobalOption("--passphrase-file", "FILE", "its first line is the passphrase (or INTAKE_PASSPHRASE_FILE)"),
    GlobalOption("--no-input", None, "never ask anything; stop with an error instead"),
    GlobalOption("--plain", None, "the application in lines: screen readers, slow links (or INTAKE_PLAIN=1)"),
)

SHELLS = ("bash", "zsh", "fish")


def members(group: str) -> tuple[Entry, ...]:
    """The commands of a group, `org init` of `org`; of the empty one those of one word."""
    return tuple(entry for entry in COMMANDS if entry.name.rpartition(" ")[0] == group)


def groups(group: str) -> tuple[str, ...]:
    """The groups within a group; of the empty one those of one word."""
    return tuple(one for one in GROUPS if one.rpartition(" ")[0] == group)
