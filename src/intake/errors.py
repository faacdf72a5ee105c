"""Every error intake raises on purpose.

Each leaf has a stable `code`, an `exit_code`, a `message` (what happened, and whether anything was lost) and a `hint`
(what to do). Both are English sentences with `{fields}`; only the command line renders them, in the language chosen.
A field never carries testimony, a name of a person, or a secret: only file names the user typed, codes, counts, sizes.

Exit codes: 0 done; 1 a fault of ours; 2 usage; 3 declined, nothing changed; 10-14 store; 20-23 keys; 30 INVALID,
31 UNDECIDED, 32-36 other bundle faults; 40-42 records and consent; 50-52 transport; 60-62 set-up; 130 interrupted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class IntakeError(Exception):
    """The root of the tree; `fields` fill the sentences of `message` and `hint`."""

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 1
    message: ClassVar[str] = "something in intake failed"
    hint: ClassVar[str] = "nothing that was saved is lost; report it with the code above"

    def __init__(self, **fields: object) -> None:
        super().__init__(self.code)
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.code}: {self.message.format_map(_Gaps(self.fields))}"


class _Gaps(dict[str, object]):
    """A sentence with a field missing must still be said."""

    def __missing__(self, key: str) -> str:
        return "?"


# -- usage -------------------------------------------------------------------------------------------------------------


class UsageFault(IntakeError):
    """The command's words do not make sense together."""

    code = "usage"
    exit_code = 2
    message = "{what}"
    hint = "intake --help shows the commands, intake COMMAND --help how one is used"


class UnknownCommand(UsageFault):
    """The first word is no command; what was typed is not repeated, it may have been meant for somewhere else."""

    code = "unknown-command"
    message = "there is no such command; the nearest one is {nearest}"
    hint = "intake --help shows all commands"


class UnknownTerm(UsageFault):
    """`terms` was given a word that is neither a family nor a code; a newer vocabulary may know it."""

    code = "unknown-term"
    message = "this version's vocabulary has no such family or code; the nearest are {nearest}"
    hint = "intake terms shows all families, intake terms FAMILY the codes of one"


class UnknownOption(UsageFault):
    """An option that this command does not have."""

    code = "unknown-option"
    message = "{command} has no such option; the nearest one is {nearest}"
    hint = "{command} --help shows its options"


class BadOption(UsageFault):
    """An option without its value, with one too many, or with one that does not fit."""

    code = "bad-option"
    message = "the option {option} lacks its value, has one too many, or has one that does not fit"
    hint = "{command} --help shows how it is used"


class MissingWord(UsageFault):
    """An argument the command can't do without."""

    code = "missing-argument"
    message = "{command} needs {what}"
    hint = "{command} --help shows how it is used"


class TooManyWords(UsageFault):
    """More arguments than the command takes."""

    code = "too-many-arguments"
    message = "arguments that {command} does not take: {count}; nothing was done"
    hint = "{command} --help shows how it is used; a file name with a space needs quotes"


class TargetFault(UsageFault):
    """`sync` was given no place that it can go to."""

    code = "target"
    message = "this is no place to sync with: {why}; nothing was done"
    hint = (
        "a folder, sftp://user@host/path, webdavs://host/path, or s3://bucket/prefix?endpoint=https://host&region=name"
    )


class UnknownLanguage(UsageFault):
    """`--lang` names a language intake does not speak."""

    code = "unknown-language"
    message = "intake does not speak that language"
    hint = "give --lang uk, --lang ru or --lang en"


class NoTerminal(UsageFault):
    """An answer is needed and there is nobody to ask."""

    code = "no-terminal"
    message = "an answer is needed and there is no terminal to ask on; nothing was changed"
    hint = "run it in a terminal, or give {option}"


class BadPassphraseFile(UsageFault):
    """The passphrase file is not there, not readable, or its first line is empty."""

    code = "passphrase-file"
    message = "no passphrase could be read from the passphrase file; nothing was changed"
    hint = "its first line must hold the passphrase in UTF-8; check the name and the rights of the file"


class PlaintextPipe(UsageFault):
    """Readable testimony may not go into a pipe by accident."""

    code = "plaintext-pipe"
    message = "a testimony is shown on a terminal only; nothing was printed"
    hint = "give --plaintext if readable testimony really has to go into a pipe"


class WordsDiffer(IntakeError):
    """A person compared the eight words and they were not the same."""

    code = "words-differ"
    exit_code = 3
    message = "the eight words are not the same; nothing was changed"
    hint = "do not use this file, somebody may have changed it: get it again by hand from whoever made it, and compare"


class NotText(UsageFault):
    """What was typed or piped in is not UTF-8; it is not repeated."""

    code = "not-text"
    message = "what was typed or piped in is not text in UTF-8; nothing was changed"
    hint = "set the terminal to UTF-8, or convert the file, and run the command again"


class NoHome(UsageFault):
    """The system names no home folder for this user."""

    code = "no-home"
    message = "this system names no home folder for you; nothing was opened"
    hint = "name the vault's folder with --home DIR"


class OutputLost(UsageFault):
    """Stdout or stderr could not be written; whether the deed is done follows its own rules."""

    code = "output-lost"
    message = "not everything could be printed: where the output goes, no more is taken; what was saved is saved"
    hint = "make room there, look at intake status, and run the command again if it is not done yet"


class OtherCaseTyped(IntakeError):
    """What was typed to confirm is not the case code."""

    code = "other-case-typed"
    exit_code = 3
    message = "this is not the same case code; nothing was destroyed"
    hint = "run the command again, and type the code that it was called with"


class OtherWordTyped(IntakeError):
    """What was typed to confirm is not the word that was asked for."""

    code = "other-word-typed"
    exit_code = 3
    message = "this is not the word that was asked for; nothing was changed"
    hint = "run the command again, and type the word as it is shown"


class Declined(IntakeError):
    """The person said no."""

    code = "declined"
    exit_code = 3
    message = "stopped at your word; nothing was changed"
    hint = "run the same command again when you are ready"


class NothingToDo(IntakeError):
    """There is nothing that the command could do its work on."""

    code = "nothing-to-do"
    exit_code = 3
    message = "there is nothing to do: {what}; nothing was changed"
    hint = "intake status shows what is here"


# -- store (10-14) -----------------------------------------------------------------------------------------------------


class StoreError(IntakeError):
    """The vault can't do what was asked."""

    exit_code = 11


class WrongPassphrase(StoreError):
    """The passphrase opens no slot; the vault itself was not even looked at."""

    code = "wrong-passphrase"
    exit_code = 10
    message = "the passphrase does not open this vault; nothing is lost"
    hint = "check the keyboard layout and try again; if it stays lost, the organisation can open slots/recovery.age"


class DamagedVault(StoreError):
    """The passphrase is right, or was never reached, and a file of the vault is not what was written."""

    code = "vault-damaged"
    exit_code = 11
    message = "the vault is damaged at {what}; nothing was changed, and what reads well is still there"
    hint = "copy the whole folder before anything else, then restore a backup or ask the organisation for a recovery"


class CustodyBroken(StoreError):
    """The custody log does not follow from itself, or a signature in it is not this vault's."""

    code = "custody-broken"
    exit_code = 11
    message = "entry {number} of the custody log does not follow the one before it, or its signature is not ours"
    hint = "somebody who had this vault open changed it: copy the whole folder, and compare it with a backup"


class DamagedBlob(StoreError):
    """One file beside the database does not open; everything else does."""

    code = "file-damaged"
    exit_code = 11
    message = "a file kept in the vault is damaged or missing ({blob}); the rest of the vault is not touched by this"
    hint = "attach the original file again, or take it from a backup of the vault folder"


class StoreFailed(StoreError):
    """The database said something that none of the other leaves says."""

    code = "store-failed"
    exit_code = 11
    message = "the vault's database refused a step ({what}); the step was undone, what was saved before is kept"
    hint = "run the command again; if it fails again, report it with the code above"


class NoCipher(StoreError):
    """The database library would write plaintext; nothing was opened."""

    code = "no-cipher"
    exit_code = 11
    message = "the database library on this machine can't encrypt; nothing was opened or written"
    hint = "install intake again with its own sqlcipher3 wheel: pip install --force-reinstall sqlcipher3"


class NoVault(StoreError):
    """There is nothing here yet, or the half of a vault that was never finished."""

    code = "no-vault"
    exit_code = 12
    message = "no vault in {home}"
    hint = "run intake init to make one, or name the right folder with --home"


class NotAVault(StoreError):
    """Something is here, and it is not ours."""

    code = "not-a-vault"
    exit_code = 12
    message = "{home} is not a vault; nothing in it was changed"
    hint = "name the folder that intake init made, with --home"


class VaultExists(StoreError):
    """A vault is never made over another."""

    code = "vault-exists"
    exit_code = 12
    message = "there is a vault in {home} already; it was not changed"
    hint = "use it as it is, or make another one in an empty folder with --home"


class VaultTooNew(StoreError):
    """A later intake wrote this vault."""

    code = "vault-too-new"
    exit_code = 12
    message = "the vault was written by a newer intake (its version {found}, known here {known}); nothing was changed"
    hint = "install the newer intake on this machine"


class NotInVault(StoreError):
    """Asked for by an id or a code that the vault does not know."""

    code = "not-in-vault"
    exit_code = 12
    message = "the vault has no {what} {name}"
    hint = "intake list shows what there is"


class CaseNotUnique(StoreError):
    """One case code on several records: by chance, or by a laptop that wants another's to be overlooked."""

    code = "case-not-unique"
    exit_code = 12
    message = "{n} records carry the case code {case}; none of them was chosen"
    hint = "name one by its id: {ids}"


class CaseErased(StoreError):
    """Of this case only its tombstones are left."""

    code = "case-erased"
    exit_code = 12
    message = "{case} was erased by a decision; nothing of it is left to show"
    hint = "intake list shows when, and intake log prove that it was decided"


class ErasureWaits(StoreError):
    """Another officer decided to erase it: nobody reads it, and nothing is destroyed before this one's word."""

    code = "erasure-waits"
    exit_code = 12
    message = "{case}: another officer decided to erase it; it is kept until you have answered, and not shown"
    hint = "ask that officer, in another way than by files; then intake decide erase_confirmed or erase_refused {case}"


class CaseWithdrawn(StoreError):
    """A withdrawal came in: nobody reads or uses the testimony until an officer has decided."""

    code = "case-withdrawn"
    exit_code = 12
    message = "{case} was taken back by the person; it is kept, and not shown or used"
    hint = "who holds the identity part compares the code phrase: intake decide withdrawal_confirmed {case}"


class NotDiscarded(StoreError):
    """What may be sound is kept for ever, however long nobody can open or judge it."""

    code = "not-discarded"
    exit_code = 12
    message = "this was stopped by check {check}, and may be sound; it stays in quarantine"
    hint = "intake quarantine release, for what a person can judge; a key that it waits for: intake quarantine retry"


class NotReleased(StoreError):
    """No officer's word makes bytes what they are not."""

    code = "not-released"
    exit_code = 12
    message = "this was stopped by check {check}, which no decision lets through; it stays in quarantine"
    hint = "ask for the bundle to be exported again; what waits for a key: intake quarantine retry"


class UnderLegalHold(StoreError):
    """Rule V29."""

    code = "legal-hold"
    exit_code = 12
    message = "{case} is under a legal hold; nothing was erased"
    hint = "lift the hold first, if it may be lifted: intake decide hold_lifted {case}"


class AlreadyInVault(StoreError):
    """A second copy is never made silently."""

    code = "already-in-vault"
    exit_code = 12
    message = "the vault has this {what} already ({name}); nothing was changed"
    hint = "intake list shows what there is"


class DiskFull(StoreError):
    """No room; the step was rolled back."""

    code = "disk-full"
    exit_code = 13
    message = "the disk is full or takes no more; the last step was not saved, everything before it is"
    hint = "free some space on the disk that holds the vault, then do the last step again"


class DiskFault(StoreError):
    """The disk itself refused to read or write."""

    code = "disk-fault"
    exit_code = 13
    message = "the disk did not do its part ({what}); the last step was not saved, everything before it is"
    hint = "copy the vault's folder to another disk soon, then try again"


class ReadOnlyFolder(StoreError):
    """The vault's folder can't be written."""

    code = "read-only"
    exit_code = 13
    message = "the vault's folder can't be written: {home}; nothing was changed"
    hint = "check whose folder it is, and whether its disk is mounted read-only or its write lock is on"


class FileTooLarge(StoreError):
    """Larger than the vault takes."""

    code = "file-too-large"
    exit_code = 13
    message = "the file is larger than {max_bytes} bytes; it was not kept"
    hint = "split or shorten it, and attach the parts"


class WipeIncomplete(StoreError):
    """Some files of a vault could not be destroyed."""

    code = "wipe-incomplete"
    exit_code = 13
    message = "{n} files of this vault could not be destroyed; the others are"
    hint = "close what may hold them open and run the command again; if the disk refuses, destroy the disk"


class VaultBusy(StoreError):
    """Another process has it open."""

    code = "vault-busy"
    exit_code = 14
    message = "another intake is using this vault; nothing was changed"
    hint = "close the other one (a window with an interview?), then try again"


class NoRecoverySlot(StoreError):
    """A laptop that never took a pack has no slot for its organisation."""

    code = "no-recovery-slot"
    exit_code = 12
    message = "this vault has no recovery slot: it was never enrolled, so nobody but its passphrase opens it"
    hint = "look for an earlier copy of the folder slots; without the passphrase or such a slot the drafts are lost"


class ForeignRecovery(StoreError):
    """The recovery slot, or the backup, was made for another recovery key."""

    code = "foreign-recovery"
    exit_code = 10
    message = "this recovery key does not open {what}: it was made for another organisation; nothing was changed"
    hint = "bring the folder with the keys of the organisation that this laptop is enrolled with"


class BackupRefused(StoreError):
    """A backup that is not what its vault signed, or not for this restore."""

    code = "backup-refused"
    exit_code = 11
    message = "the backup was not restored: {why}; nothing was changed here"
    hint = "try another backup; keep this file, and tell whoever keeps the backups"


class RestoreUnfinished(StoreError):
    """A restore that was cut short: nothing of it may be read before withdrawals were replayed."""

    code = "restore-unfinished"
    exit_code = 12
    message = "a restore into {home} was cut short; nothing of it can be read yet, the backup is as it was"
    hint = "run the same intake restore again: it begins anew"


# -- keys and trust (20-23) --------------------------------------------------------------------------------------------


class KeyFault(IntakeError):
    """A key can't be used."""

    exit_code = 20


class WrongOfflinePassphrase(KeyFault):
    """The folder with the organisation's keys has a passphrase of its own."""

    code = "wrong-offline-passphrase"
    message = "the passphrase does not open the keys in {folder}; nothing was changed"
    hint = "it is the one chosen at intake org init for the folder that left the machine; check the keyboard layout"


class DamagedOffline(KeyFault):
    """A file of the folder with the organisation's keys is not what was written."""

    code = "offline-damaged"
    message = (
        "{file} in the folder with the organisation's keys is damaged, or is none of intake's; nothing was changed"
    )
    hint = "take the copy of the folder from another safe"


class SheetFault(KeyFault):
    """What was typed as one sheet of a split key can't be used; it may be typed again."""


class SheetWord(SheetFault):
    """A word that no sheet has."""

    code = "sheet-word"
    message = "word {word} of the sheet typed as number {typed} is on no sheet; nothing was changed, nothing is lost"
    hint = "type it again: the first four letters of a word are enough, in any layout of the keyboard"


class DamagedSheet(SheetFault):
    """Words that are of the list, and not of a sheet."""

    code = "sheet-mistyped"
    message = (
        "the sheet typed as number {typed} has {count} words that do not belong together; nothing was changed,"
        " nothing is lost"
    )
    hint = "a sheet has 33 words: one is another, missing, or in another place; type it again beside its numbers"


class ForeignSheet(SheetFault):
    """SLIP-39 words, but none of intake's."""

    code = "sheet-foreign"
    message = "the sheet typed as number {typed} is whole, but intake did not make it; nothing was changed"
    hint = "a sheet of intake names its set, its number and the organisation; look for those"


class SheetOfOtherSet(SheetFault):
    """Root, archive and identities are split each by itself."""

    code = "sheet-of-another-set"
    message = "sheet {number} that was typed is of the set {found}, and the set {wanted} is asked for; nothing is lost"
    hint = "take the sheet of the set that is asked for; each sheet names its set at the top"


class SheetOfOtherSplit(SheetFault):
    """Sheets of two splits never work together."""

    code = "sheet-of-another-split"
    message = "sheet {number} is of another split than the sheets typed before it; nothing is lost"
    hint = "compare the dates on the sheets: only sheets of one day belong together"


class SheetTwice(SheetFault):
    """One sheet counts once."""

    code = "sheet-twice"
    message = "sheet {number} was typed already; nothing is lost"
    hint = "take the sheet of another custodian"


class FormerSheet(SheetFault):
    """A drill proves the newest split: the others' sheets should be ash."""

    code = "sheet-of-a-former-split"
    message = "sheet {number} of the set {found} is not of the split of {date}, the newest that this vault knows"
    hint = (
        "nothing is lost: look for the sheets of that day. Former sheets still open the key as long as enough of them"
        " exist: burn them once the new ones are proved"
    )


class TooFewSheets(KeyFault):
    """Fewer than restore the key."""

    code = "too-few-sheets"
    message = "{have} sheets of the set {wanted} were given, and {need} are needed; nothing is lost"
    hint = "ask the other custodians for theirs, and begin again"


class SheetsDoNotFit(KeyFault):
    """Each sheet is whole; what they give together is nothing."""

    code = "sheets-do-not-fit"
    message = "the sheets are whole, each by itself, but restore nothing together; nothing was changed, nothing is lost"
    hint = "one of them is of another split: type those that have one date and one set"


class OtherKeyRestored(KeyFault):
    """A key, but not the one that this organisation has today."""

    code = "other-key-restored"
    message = "this is a key of the set {wanted}, but not the one that the organisation has today; nothing was changed"
    hint = "compare the organisation's words on the sheets, or on the card; a root that was succeeded has other sheets"


class OfflineDiffers(KeyFault):
    """A file that is not what the sheets restore is somebody's only copy of something."""

    code = "offline-differs"
    message = "{file} in {folder} is not the key that the sheets restore, and stays there; nothing was destroyed"
    hint = "it may be another organisation's, or an older key: see whose it is first"


class SheetsLying(KeyFault):
    """A run that was cut short left sheets where they were printed from."""

    code = "sheets-lying"
    message = "sheets of a run that was cut short lie in {folder}; nothing was written"
    hint = "destroy them, and what was printed of them: they are of no use, and not to be mixed with new ones"


class KeyFileThere(KeyFault):
    """Nothing is written over a key."""

    code = "key-file-there"
    message = "{file} is in {folder} already; nothing was written over it"
    hint = "name an empty folder"


class BadShares(UsageFault):
    """Numbers that split nothing."""

    code = "bad-shares"
    message = "{need} of {of} is no split; nothing was made"
    hint = "2 to 16 sheets, and at least 2 of them needed: --need 3 --of 5"


class WeakPassphrase(KeyFault):
    """A chosen passphrase that could be guessed."""

    code = "weak-passphrase"
    message = "this passphrase could be guessed: about 2^{bits} tries, and it takes 2^{needed}; nothing was changed"
    hint = "take the six words that intake offers, or use more words that do not belong together"


class ReusedKey(KeyFault):
    """Enrolment: a key that is known already."""

    code = "reused-key"
    message = "a key in this request is known already (as {known_as}); nothing was enrolled"
    hint = "run intake init again in a new home on that laptop, and send the new request"


class PrincipalTaken(KeyFault):
    """A name is given once, for good."""

    code = "principal-taken"
    message = "the name {name} was given before; nothing was changed"
    hint = "choose another name; a name is never given twice"


class BadPrincipal(KeyFault):
    """A name outside the grammar."""

    code = "bad-principal"
    message = "{name} is not a name that can be given; nothing was changed"
    hint = (
        "d- for a laptop, c- for a coordinator, then small Latin letters, digits and hyphens, 3 to 32 characters in all"
    )


class MalformedRequest(KeyFault):
    """A request that is not one."""

    code = "malformed-request"
    message = "this file is not a laptop's request; nothing was enrolled"
    hint = "ask for the request again: intake init --org CARD writes it"


class MalformedCard(KeyFault):
    """A card that is not one."""

    code = "malformed-card"
    message = "this file is not an organisation's card"
    hint = "ask the coordinator for the card again: intake org init writes it"


class MalformedPack(KeyFault):
    """A pack that is not one, or lacks a member."""

    code = "malformed-pack"
    message = "this pack is not complete or not a pack; nothing was taken from it"
    hint = "ask the coordinator for the pack again"


class PackForAnotherDevice(KeyFault):
    """A pack that does not name this laptop's own keys."""

    code = "pack-for-another-device"
    message = "this pack is not for this laptop; nothing was taken from it"
    hint = "ask the coordinator for the pack of this laptop's own request"


class NoPackAddress(KeyFault):
    """Nobody here knows where a pack would go."""

    code = "no-pack-address"
    message = "where packs of {name} go, or who uses it, is not known in this vault; no pack of it was written"
    hint = (
        "take a bundle of it in, then intake org pack {name} --interviewer CODE; else it enrols again as a new laptop"
    )


class EpochKept(KeyFault):
    """An epoch's key that is still needed."""

    code = "epoch-kept"
    message = "no key of an epoch may be destroyed yet; nothing was changed"
    hint = "intake org status says what each is waiting for"


class LastOfficer(KeyFault):
    """The only coordinator would be gone."""

    code = "last-officer"
    message = "{name} can't be revoked in its own vault, nor as the last coordinator; nothing was changed"
    hint = "appoint another coordinator first, and revoke {name} there"


class TrustFault(KeyFault):
    """A trust file or signature that is wrong: verdict INVALID."""

    exit_code = 21
    verdict: ClassVar[str] = "invalid"


class MalformedTrustFile(TrustFault):
    """A directory or recipients file outside its grammar."""

    code = "malformed-trust-file"
    message = "{file}, line {line}: breaks rule {rule} ({why}); nothing in it was believed"
    hint = "ask the coordinator for the file again; never repair it by hand"


class WrongOrganisation(TrustFault):
    """Something of another organisation."""

    code = "wrong-organisation"
    message = "{what} belongs to another organisation; nothing was taken from it"
    hint = "compare the words of the card with the coordinator, by phone or face to face"


class SignatureInvalid(TrustFault):
    """A signature that is malformed, wrong, or made for another type of object."""

    code = "signature-invalid"
    message = "the signature {which} is wrong ({why}); nothing signed by it was believed"
    hint = "ask for the file again; if it is wrong again, somebody may have changed it on the way"


class SignersDiffer(TrustFault):
    """Two signatures of two principals."""

    code = "signers-differ"
    message = "the two signatures are not by one and the same signer; nothing was believed"
    hint = "ask for the file again; if it is wrong again, somebody may have changed it on the way"


class NamespaceNotAllowed(TrustFault):
    """A signer that may not sign this type of object."""

    code = "namespace-not-allowed"
    message = "{signer} may not sign {namespace}; nothing was believed"
    hint = "tell the coordinator: a key is being used for what it is not for"


class SharedKey(TrustFault):
    """One key under two names across root, officers and roster."""

    code = "shared-key"
    message = "{file}: a key of {name} also belongs to {other}; nothing in it was believed"
    hint = "tell the coordinator: this file must not exist"


class SerialRolledBack(TrustFault):
    """An older file, or another one with the same serial, than the one held."""

    code = "serial-rolled-back"
    message = "{file} has serial {serial}, and {held} is held already; nothing was taken from it"
    hint = "ask the coordinator for the newest pack"


class LineRemoved(TrustFault):
    """A successor that takes back what an older file said."""

    code = "line-removed"
    message = "{file} takes back what an older one said about {name}; nothing was taken from it"
    hint = "tell the coordinator: lines are only ever closed, never removed"


class RootForked(TrustFault):
    """Two roots of one serial: the root before them was used by two, and one of them is not the organisation."""

    code = "root-forked"
    message = "two roots claim to be number {serial}: {held} and {other}; one of them is false, and nothing was taken"
    hint = (
        "keep both files and ask the custodians by another way; if a root was stolen, everybody enrols again by words"
    )


class RootSuperseded(TrustFault):
    """Made by a root that another has followed since."""

    code = "root-superseded"
    message = "{what} is by root number {serial}, which number {held} has followed; nothing was taken from it"
    hint = "ask the coordinator for the newest pack; custodians bring the folder of the newest root"


class TrustUndecided(KeyFault):
    """Nothing is wrong, and it can't be believed yet: verdict UNDECIDED."""

    exit_code = 22
    verdict: ClassVar[str] = "undecided"


class TrustFileMissing(TrustUndecided):
    """A file that the chain needs is not there."""

    code = "trust-file-missing"
    message = "{file} is missing, so nothing could be checked with it"
    hint = "put officers, roster and recipients, each with .sig and .pq.sig, into one folder"


class UnknownSigner(TrustUndecided):
    """A good signature by nobody we know."""

    code = "unknown-signer"
    message = "signed by somebody that {directory} does not name; it is neither proved nor disproved"
    hint = "a newer roster may name the signer: ask the coordinator for the newest trust files"


class SignerNotValidThen(TrustUndecided):
    """A good signature by a signer outside its dates."""

    code = "signer-not-valid-then"
    message = "{signer} was not valid at {at}; it is neither proved nor disproved"
    hint = "check this machine's clock; else an officer's log may show when it arrived"


class MalformedKey(KeyFault):
    """The text or bytes of a key do not say a key of the kind expected."""

    code = "malformed-key"
    message = "this is not a key of the kind expected ({kind})"
    hint = "copy the whole key again, one line, nothing added"


class WeakKey(KeyFault):
    """A key that would let anyone sign or read: low-order or not in its one canonical form."""

    code = "weak-key"
    message = "the {kind} key is one that protects nothing; it was refused"
    hint = "do not use it; ask its owner how it was made, and make a new one"


class MixedRecipients(KeyFault):
    """Recipients that may not stand in one file."""

    code = "mixed-recipients"
    message = "these recipients can't be used together: {why}; nothing was written"
    hint = "use recipients of one kind only; a passphrase stands alone"


# -- crypto: malformed or undecryptable bytes (33) ---------------------------------------------------------------------


class CryptoError(IntakeError):
    """Bytes that are not what their format says, or that do not open."""

    exit_code = 33


class AgeHeaderFault(CryptoError):
    """Not an age file, or one whose header breaks the format."""

    code = "age-header"
    message = "this is not a well-formed age file: {why}; nothing was read from it"
    hint = "it may be cut short or changed; ask for the file again"


class AgeHmacFault(CryptoError):
    """The header was changed after the file was made."""

    code = "age-hmac"
    message = "the header of the encrypted file was changed; nothing was read from it"
    hint = "ask for the file again, and keep this one"


class AgeNoMatch(CryptoError):
    """None of the keys at hand opens the file; it may be whole."""

    code = "age-no-match"
    exit_code = 23
    message = "none of the keys here opens this file"
    hint = "it was encrypted to someone else, or the passphrase is wrong"


class AgePayloadFault(CryptoError):
    """The encrypted content was changed or cut; what was read before the fault may not be used."""

    code = "age-payload"
    message = "the encrypted content is damaged: {why}; nothing of it counts"
    hint = "the file was cut short or changed; ask for it again, and keep this one"


class AgeNoMemory(CryptoError):
    """The passphrase's key derivation asks for more memory than there is."""

    code = "age-no-memory"
    message = "opening this with a passphrase needs {mib} MiB of memory, more than this machine gives"
    hint = "close other programs, or open it on a larger machine"


class SignatureFault(CryptoError):
    """A signature file that is malformed, or that does not fit the bytes."""

    code = "signature"
    message = "the signature does not hold: {why}"
    hint = "the file or its signature was changed; ask for both again, and keep these"


class ProofFault(CryptoError):
    """A Merkle proof that does not lead to the root it was given for."""

    code = "merkle-proof"
    message = "the log's proof does not hold: {why}"
    hint = "the log or its checkpoint was changed; keep both, and ask the coordinator"


class JsonFault(CryptoError):
    """Bytes that are not the one strict JSON we read."""

    code = "json"
    message = "this is not the JSON expected: {why}"
    hint = "it must be UTF-8 without a byte order mark, every key once, no NaN, no number beyond 53 bits"


class TarFault(CryptoError):
    """Bytes that are not our canonical ustar."""

    code = "tar"
    message = "this is not a canonical tar: {why}"
    hint = "the file was cut short, changed or made by another program; ask for it again"


# -- bundles (30-36) ---------------------------------------------------------------------------------------------------


class BundleError(IntakeError):
    """A bundle that is not what it claims."""

    exit_code = 30


class BundleInvalid(BundleError):
    """A check of the table failed; nothing was imported."""

    code = "bundle-invalid"
    message = "this bundle is INVALID: check {check} failed; nothing was imported from it"
    hint = "keep the file as it is, and ask its sender for a new export"


class BundleUndecided(BundleError):
    """A check of the table could not decide; this is no accusation."""

    code = "bundle-undecided"
    exit_code = 31
    message = "whether this bundle is genuine can't be decided yet: check {check}"
    hint = "keep the file; it is tried again when what is missing has come"


class BadStatement(BundleError):
    """A statement that is not of the shape its format has."""

    code = "bad-statement"
    message = "the statement of this bundle is not one; nothing was imported from it"
    hint = "keep the file as it is, and ask its sender for a new export"


class UnreadableFile(BundleError):
    """The file could not be read at all: our failure or the medium's, never the evidence's."""

    code = "unreadable-file"
    exit_code = 32
    message = "the file could not be read to its end; nothing was imported from it"
    hint = "try another reader or port; the file itself was opened for reading only"


class ChangedUnderneath(BundleError):
    """The second pass met other bytes than the first."""

    code = "changed-underneath"
    exit_code = 33
    message = "the file changed while it was read; nothing was imported from it"
    hint = "copy it from the stick to a disk, and try the copy"


class ItemDamaged(BundleError):
    """A sealed item on this machine is not what was written."""

    code = "item-damaged"
    exit_code = 34
    message = "the sealed item {name} is not what was written; it was not handed over"
    hint = "the disk may be failing: copy the vault folder to another disk now"


class AttachmentRefused(BundleError):
    """An attachment ended as something else than what was signed."""

    code = "attachment-refused"
    exit_code = 35
    message = "an attachment did not pass check {check}; nothing of it was kept"
    hint = "the testimony itself is not touched; ask its sender for a new export"


class SealedFilesDamaged(BundleError):
    """The exit code of an export that had to leave out sealed files which the disk no longer holds as they were."""

    code = "sealed-files-damaged"
    exit_code = 36
    message = "some sealed files were damaged on this disk and left out; all others were handed over"
    hint = "keep this laptop, and tell your coordinator which cases are named"


class ItemsKeptAside(BundleError):
    """The exit code of an import whose bundle is genuine and some of whose items were refused."""

    code = "items-kept-aside"
    exit_code = 36
    message = "some items did not pass and were kept aside; all others came in"
    hint = "intake quarantine list names them and says why"


class ReceiptRefused(BundleError):
    """A check of a receipt failed: whatever it says, nothing is deleted on its word. `why` is a sentence of its own."""

    code = "receipt-refused"
    message = "a receipt is refused: check {check} failed; nothing was deleted on its word"
    hint = "keep what this laptop holds; ask the coordinator to import the newest bundle and give a new receipt"


class LogRefused(BundleError):
    """What was given as an officer's log is none. `why` is a sentence of its own."""

    code = "log-refused"
    message = "a log is refused: rule {rule}: {why}"
    hint = "keep it as it is, and ask that coordinator for the log anew"


class PublishedLogDiffers(BundleError):
    """The folder holds a publication of this log that this vault's log does not begin with."""

    code = "published-log-differs"
    message = "what was published in {folder} is not the beginning of this vault's log; nothing was written"
    hint = "keep that folder as it is: it may show entries that were lost; publish to another folder"


class ReceiptTooLarge(BundleError):
    """The roster has grown beyond what a receipt may carry."""

    code = "receipt-too-large"
    message = "a receipt would be larger than a laptop takes; the bundle itself is imported"
    hint = "report it: the roster of this organisation is larger than intake was made for"


# -- records and consent (40-42) ---------------------------------------------------------------------------------------


class RecordError(IntakeError):
    """A record that breaks the model or a rule."""

    exit_code = 40


class RecordFault(RecordError):
    """Bytes that are not a record or an identity part."""

    code = "record-fault"
    message = "this is not a record as its format says ({what})"
    hint = "nothing was imported; keep the file and ask who sent it"


class RecordTooNew(RecordError):
    """A record of a later format."""

    code = "record-too-new"
    message = "this record was written by a later version of intake (format {format})"
    hint = "nothing is lost; install that version, then import again"


class RecordKindNotSupported(RecordError):
    """A record kind this version knows by name only."""

    code = "record-kind-not-supported"
    message = "a record of kind {kind} can't be read by this version"
    hint = "nothing is lost; it is kept aside until a version that can"


class BadTestimony(RecordError):
    """A testimony whose fields are not what they should be; `findings` name them."""

    code = "bad-testimony"
    message = "{count} field(s) of this testimony are not as they should be"
    hint = "correct the fields named and try again; nothing was stored"

    def __init__(self, findings: Sequence[object]) -> None:
        super().__init__(count=len(findings))
        self.findings = tuple(findings)


class RulesRefused(RecordError):
    """A rule of the field stands in the way; `findings` name it, the field and a way on."""

    code = "rules-refused"
    exit_code = 41
    message = "{count} rule(s) stand in the way"
    hint = "each line above says what can be done instead; nothing is lost"

    def __init__(self, findings: Sequence[object]) -> None:
        super().__init__(count=len(findings))
        self.findings = tuple(findings)


class BadCaseCode(RecordError):
    """What was typed is not a case code."""

    code = "bad-case-code"
    exit_code = 2
    message = "this is not a case code"
    hint = "a case code has nine digits and a check digit, like 742-118-365-8; intake list shows those of this vault"


class BadDate(RecordError):
    """What was typed is not a date of the profile."""

    code = "bad-date"
    message = "this is not a date that can be stored"
    hint = "write 2022, 2022-03 or 2022-03-05; ~ after it for about, 2022-03/2022-05 for a span"


class QuestionnaireFault(RecordError):
    """A questionnaire file that does not hold together."""

    code = "questionnaire-fault"
    message = "the questionnaire can't be used: it breaks at {where}"
    hint = "nothing was asked and nothing saved; install intake or the mission pack again"


class UnknownQuestionnaire(RecordError):
    """A draft that names a questionnaire this program does not carry."""

    code = "unknown-questionnaire"
    message = "this program has no questionnaire called {name}"
    hint = "the draft is kept; open it with the version of intake that began it"


class UnknownMode(UsageFault):
    """A kind of talk that there is no form for."""

    code = "unknown-mode"
    message = "there is no such kind of talk; nothing was asked"
    hint = "--mode takes one of: {modes}"


class AnswerRefused(RecordError):
    """What was typed can't be the answer; the question stays, and nothing was saved."""

    code = "answer-refused"
    message = "this can't be the answer"
    hint = "type ? for help"


class AnswerNeeded(AnswerRefused):
    """A required question was left empty."""

    code = "answer-needed"
    message = "this question needs an answer"
    hint = "type - to go on without one, with a reason"


class AnswerMustBeGiven(AnswerRefused):
    """A question that has no way round."""

    code = "answer-must-be-given"
    message = "this question can't be skipped"
    hint = "answer it, or type q: the interview is kept and goes on here"


class NoSuchChoice(AnswerRefused):
    """Nothing in the list is called that."""

    code = "no-such-choice"
    message = "nothing in the list matches"
    hint = "type the number, or a part of the word"


class ManyChoicesMatch(AnswerRefused):
    """A part of a label that several choices share; `numbers` are theirs."""

    code = "many-choices-match"
    message = "several match: {numbers}"
    hint = "type the number"


class OneChoiceOnly(AnswerRefused):
    """Several chosen where one is asked."""

    code = "one-choice-only"
    message = "only one can be chosen here"
    hint = "type one number"


class NotANumber(AnswerRefused):
    """A number was asked, from `low` to `high`."""

    code = "not-a-number"
    message = "a number from {low} to {high} is needed"
    hint = "digits only; - if it is not known"


class NoYesOrNo(AnswerRefused):
    """Neither yes nor no."""

    code = "no-yes-or-no"
    message = "yes or no is needed"
    hint = "type 1 for yes, 2 for no"


class NotReadOut(AnswerRefused):
    """Neither that all of the consent text was read, nor what was left out and why."""

    code = "not-read-out"
    message = "this is neither yes nor an item that was left out, with the reason"
    hint = "type 1 if all was read out, or the item's number and why: 6 asked not to hear it"


class NotACode(AnswerRefused):
    """A pseudonym was asked."""

    code = "not-a-code"
    message = "a code is needed here, not a name"
    hint = "Latin letters, digits, dot and dash, such as int-3"


class DateNotUnderstood(AnswerRefused):
    """Something that reads as no date, where words alone are not enough."""

    code = "date-not-understood"
    message = "this is not understood as a date or time"
    hint = "for example 24.02.2022, 02.2022, 2022, ~2022-03, 2022-03-01/2022-03-09"


class AnswerTooLong(AnswerRefused):
    """More text than the field takes."""

    code = "answer-too-long"
    message = "this is longer than {limit} characters"
    hint = "shorten it here; long text belongs into the narrative"


class AnswerTooShort(AnswerRefused):
    """A word where a sentence is needed; a rule would ask for it later."""

    code = "answer-too-short"
    message = "this is shorter than {least} characters"
    hint = "say it in a sentence: who does what, and by when"


class BadSkipReason(AnswerRefused):
    """A reason for no answer that is not in the list."""

    code = "bad-skip-reason"
    message = "this reason is not in the list"
    hint = "type its number"


class NotThere(AnswerRefused):
    """A question that this interview does not ask, or not now."""

    code = "no-such-question"
    message = "there is no such question in this interview now"
    hint = "type = to see all of them"


class ConsentFirst(AnswerRefused):
    """A jump over the consent."""

    code = "consent-first"
    message = "this question opens after consent"
    hint = "go on in order: safety, consent, then the rest"


class SealedHere(RecordError):
    """A sealed testimony can't be read on the laptop that took it."""

    code = "sealed-here"
    exit_code = 42
    message = "{case} is sealed: this laptop can't read or change it any more, and that is meant to be so"
    hint = "those whom the organisation named can read it once it was handed over: intake export"


class AddendumHere(RecordError):
    """A draft of an addendum is gone through by its own command."""

    code = "addendum-here"
    exit_code = 41
    message = "what is here of {case} is an addendum, which has no questionnaire; nothing was changed"
    hint = "go on with it: intake amend {case}; read it: intake show {case}"


class NotAnAddendum(RecordError):
    """What is not sealed yet is changed, not added to."""

    code = "still-a-draft"
    exit_code = 41
    message = "{case} is a draft on this laptop; nothing was changed"
    hint = "change its answers while they can be read: intake edit {case}"


class WithdrawFromDraft(RecordError):
    """What never left the laptop needs no withdrawal."""

    code = "withdraw-from-draft"
    exit_code = 41
    message = "{case} is a draft, and nobody but this laptop has it; nothing was changed"
    hint = "destroy it: intake discard {case}"


class InterviewEnded(RecordError):
    """An answer after the interview had ended."""

    code = "interview-ended"
    exit_code = 41
    message = "this interview has ended: {reason}"
    hint = "start a new one when the person wishes"


class MalformedOccupationList(RecordError):
    """A list of occupied territories that can't be read as one."""

    code = "malformed-occupation-list"
    exit_code = 41
    message = "this is no list of occupied territories that could be read, or it is damaged; nothing was changed"
    hint = "give the list as CSV or XLSX, with the columns code, name, date of beginning and date of end"


# -- transport (50-52) -------------------------------------------------------------------------------------------------


class TransportError(IntakeError):
    """A stick or folder that does not do its part."""

    exit_code = 50


class CarrierFull(TransportError):
    """Not enough room."""

    code = "carrier-full"
    message = "there is no room in {folder}: {needed} bytes are needed; this file was not handed over, nothing is lost"
    hint = "free some space or take another stick, and do it again"


class CarrierReadOnly(TransportError):
    """The stick does not take writes."""

    code = "carrier-read-only"
    message = "{folder} can't be written to; this file was not handed over, nothing is lost"
    hint = "look for a lock switch on the stick, or take another one"


class CarrierMissing(TransportError):
    """The folder is not there, or vanished while it was written."""

    code = "carrier-missing"
    exit_code = 51
    message = "{folder} is not there or was taken away; what was not done yet is not lost"
    hint = "put the stick in again, and do it again"


class CarrierTaken(TransportError):
    """A file of that name is there already."""

    code = "carrier-taken"
    message = "a file named {name} is there already; it was not touched"
    hint = "choose another folder"


class CarrierFailed(TransportError):
    """The medium failed in a way that has no other name."""

    code = "carrier-failed"
    exit_code = 52
    message = "{folder} failed while it was used; this file was not handed over, nothing is lost"
    hint = "take another stick or port, and do it again"


class CarrierMisread(TransportError):
    """What was read back is not what was written."""

    code = "carrier-misread"
    exit_code = 52
    message = "what {folder} gave back is not what was written; the bad file was removed, nothing is lost"
    hint = "this stick is failing: take another one, and do it again"


class CarrierLost(TransportError):
    """A file that a carrier was asked for is not there (any more)."""

    code = "carrier-lost"
    exit_code = 52
    message = "{target} no longer has a file that it named; nothing is lost here"
    hint = "sync again; what is missing there is sent again by whoever has it"


class CarrierUnreachable(TransportError):
    """No way to the server: no network, no such host, nobody there."""

    code = "carrier-unreachable"
    exit_code = 51
    message = "{target} can't be reached; what was done before is kept, nothing is lost"
    hint = "check the network and the address, and sync again"


class CarrierRefused(TransportError):
    """The server does not let this name and secret in, or not to this place."""

    code = "carrier-refused"
    exit_code = 51
    message = "{target} does not let this user in, or not to this folder; nothing is lost"
    hint = "forget the password or key and give it again: intake sync TARGET --forget"


class CarrierChanged(TransportError):
    """The server is not the one that it was: another host key, a certificate that nobody vouches for."""

    code = "carrier-changed"
    exit_code = 51
    message = "{target} does not prove to be the server that was accepted; nothing was sent"
    hint = "ask whoever runs the server; only if they say that its key is new: intake sync TARGET --forget"


class CarrierSlow(TransportError):
    """A call did not end in its time."""

    code = "carrier-slow"
    exit_code = 52
    message = "{target} took too long and was left; what was done before is kept, nothing is lost"
    hint = "sync again: it goes on where it stopped"


class CarrierEndless(TransportError):
    """A listing or a file has no end, or goes in a circle."""

    code = "carrier-endless"
    exit_code = 52
    message = "{target} names or sends more than there can be; it was left, nothing is lost"
    hint = "sync again; if it stays so, this place is broken or full of what is not ours: use another"


class CarrierNowhere(TransportError):
    """The server is there; the folder or bucket on it is not."""

    code = "carrier-nowhere"
    exit_code = 51
    message = "{target} is not there, though its server is; nothing was done, nothing is lost"
    hint = "check the address, or have the folder or bucket made"


class CarrierClock(TransportError):
    """A signed request is refused for its time."""

    code = "carrier-clock"
    exit_code = 51
    message = "the clock of this computer and that of {target} are too far apart; nothing was done, nothing is lost"
    hint = "set date, time and time zone of this computer right, and sync again"


class CarrierBroken(TransportError):
    """What a server says is not what such servers say, or it sends elsewhere; status: of HTTP, where it gave one."""

    code = "carrier-broken"
    exit_code = 52
    message = "{target} answers as no such place does ({status}); what was done before is kept, nothing is lost"
    hint = "check the whole address; if it is right, tell whoever runs the server, or use another place"


# -- set-up (60-62) ----------------------------------------------------------------------------------------------------


class SetupError(IntakeError):
    """This machine lacks something intake needs."""

    exit_code = 60


class WrongRole(SetupError):
    """A coordinator's deed in an interviewer's vault, or the other way round."""

    code = "wrong-role"
    message = "this vault is of the {role}'s kind, and this is done in another kind; nothing was changed"
    hint = "name the right folder with --home"


class ModeNotAllowed(SetupError):
    """A full account by somebody whose pack does not say that they were trained for it."""

    code = "mode-not-allowed"
    message = "a full account is for those trained to take it, and this laptop's mission pack does not say so"
    hint = "take a first account, a search or a referral; the coordinator can send another pack"


class ModeNotOffered(SetupError):
    """A kind of talk that this mission does not take."""

    code = "mode-not-offered"
    message = "this mission does not take this kind of talk; nothing was asked"
    hint = "without --mode it is asked which; the coordinator can offer more: intake org pack --mode"


class NoOrganisation(SetupError):
    """The vault knows no organisation yet."""

    code = "no-organisation"
    exit_code = 61
    message = "this vault belongs to no organisation yet; drafts in it are safe"
    hint = "interviewers: intake init --org CARD; coordinators: intake org init"


class NotEnrolled(SetupError):
    """The laptop has sent its request and has no pack yet."""

    code = "not-enrolled"
    exit_code = 61
    message = "this laptop is not enrolled yet; drafts in it are safe, and nothing was changed"
    hint = "hand request.age of the vault's folder to the coordinator, then take the pack: intake enrol PACK"


class FileUnreadable(SetupError):
    """A file that was named can't be read."""

    code = "file-unreadable"
    exit_code = 62
    message = "{file} could not be read; nothing was changed"
    hint = "check the name, and whether the medium is still there"


class FolderUnwritable(SetupError):
    """A folder that was named can't be written to."""

    code = "folder-unwritable"
    exit_code = 62
    message = "{folder} could not be written to; what was there before is as it was"
    hint = "check the name, the rights and the room on the disk"


class TransportMissing(SetupError):
    """The kind of target needs a library that this installation was made without."""

    code = "transport-missing"
    message = "{scheme} targets need a part that is not installed; nothing was changed"
    hint = "install it: pip install 'intake[{extra}]'"


class NotEmpty(SetupError):
    """A folder that must be empty."""

    code = "folder-not-empty"
    exit_code = 62
    message = "{folder} is not empty; nothing was written"
    hint = "name a folder that is empty or does not exist yet"


class TourFailed(SetupError):
    """The tour did not do what it promises."""

    code = "tour-failed"
    exit_code = 1
    message = "the tour did not come to its end"
    hint = "the last lines above say where it stopped; nothing of yours was touched"


# -- interrupted -------------------------------------------------------------------------------------------------------


class Interrupted(IntakeError):
    """Ctrl-C, or the end of input, where an answer was awaited."""

    code = "interrupted"
    exit_code = 130
    message = "interrupted"
    hint = "what was saved before stays saved; run the same command again to go on"
