"""The commands as Typer sees them: built one at a time, from the table, when they are called.

Typer has no lazy option, so the group below answers from the table and imports only the module that the command line
names. Typer's own sentences are English and its `main` turns Ctrl-C into silence, so the contexts are made here and
every usage error becomes one of ours. Spec: docs/decisions/0001-cli.md.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from typer import Exit, TyperException
from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchOption
from typer._click.shell_completion import CompletionItem
from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script
from typer.completion import shell_complete
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info
from typer.models import CommandInfo

from intake.cli import helptext
from intake.cli.options import Globals
from intake.cli.table import GLOBAL_OPTIONS, SHELLS, Entry, groups, members
from intake.errors import (
    BadOption,
    IntakeError,
    Interrupted,
    MissingWord,
    TooManyWords,
    UnknownCommand,
    UnknownOption,
    UsageFault,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.i18n import Translator

COMPLETION_VARIABLE = "_INTAKE_COMPLETE"


class Everywhere(TyperOption):
    """One of the options of every command; its value goes to the root's `Globals`, wherever it stood."""

    def __init__(self, name: str, metavar: str | None) -> None:
        super().__init__(
            param_decls=[name],
            metavar=metavar,
            is_flag=metavar is None,
            type=str if metavar else None,
            default=None,
            expose_value=False,
            callback=_remember,
        )


def _remember(ctx: Any, option: Any, value: Any) -> Any:
    if value and not ctx.resilient_parsing:
        ctx.find_root().obj.remember(option.name, value)
    return value


def _everywhere() -> list[TyperOption]:
    return [Everywhere(option.name, option.metavar) for option in GLOBAL_OPTIONS]


class Command(TyperCommand):
    """One command: our help page, our errors, the options of every command."""

    allow_extra_args = True  # counted below, and refused with our own words

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *_everywhere()]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, and refuse what is left over without repeating it."""
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise TooManyWords(command=ctx.command_path, count=len(rest))
        return rest

    def get_help(self, ctx: Any) -> str:
        """The page of this command."""
        t: Translator = ctx.find_root().obj.t
        own = [param for param in self.params if not isinstance(param, Everywhere)]
        arguments = [param for param in own if isinstance(param, TyperArgument)]
        options = [param for param in own if isinstance(param, TyperOption)]
        words = [param.metavar or "" if param.required else f"[{param.metavar}]" for param in arguments]
        return helptext.command_page(
            " ".join([ctx.command_path, *([t("[OPTIONS]")] if options else []), *words]),
            t(self.help or ""),
            [(param.metavar or "", t(param.help or "")) for param in arguments],
            [(_option_name(param), t(param.help or "")) for param in options],
            t,
        )


def _option_name(option: TyperOption) -> str:
    return ", ".join(option.opts) + (f" {option.metavar}" if option.metavar and not option.is_flag else "")


class Group(TyperGroup):
    """A group that knows its commands by name, and builds one when asked for. `words`: "", `org`, `org shares`."""

    def __init__(self, words: str) -> None:
        super().__init__(name=words or "intake", params=[] if words else _everywhere(), rich_markup_mode=None)
        self._words = words
        self._entries = {entry.name.split()[-1]: entry for entry in members(words)}
        self._groups = {group.split()[-1]: group for group in groups(words)}
        self.invoke_without_command = True
        self.callback = self._page_when_alone

    def list_commands(self, _ctx: Any) -> list[str]:
        """The names in the table's order, groups after them."""
        return [*self._entries, *self._groups]

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """The command, imported now; None when there is no such."""
        if cmd_name in self._groups:
            return Group(self._groups[cmd_name])
        entry = self._entries.get(cmd_name)
        return None if entry is None else build(entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer does, with our own error."""
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            names = self.list_commands(ctx)
            raise UnknownCommand(nearest=get_close_matches(args[0], names, n=1, cutoff=0)[0])
        return (args[0] if command else None), command, args[1:]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[CompletionItem]:
        """Names and options from the table; nothing is imported and no vault is opened."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        if incomplete.startswith("-"):
            names = [option.name for option in GLOBAL_OPTIONS if option.name.startswith(incomplete)]
        return [CompletionItem(name) for name in names]

    def get_help(self, ctx: Any) -> str:
        """The overview, or the page of a group."""
        t = ctx.find_root().obj.t
        return helptext.group_page(self._words, t) if self._words else helptext.overview(t)

    def invoke(self, ctx: Any) -> Any:
        """`intake org` shows its page; the overview has a door of its own."""
        result = super().invoke(ctx)
        if self._words and ctx.invoked_subcommand is None:
            print(self.get_help(ctx))
        return result

    def _page_when_alone(self) -> None:
        """Typer wants something to call; `intake org init` comes through here too, and goes on."""


def build(entry: Entry) -> Command:
    """Import the module of a command and make it from its function's signature."""
    module, _, function = entry.target.partition(":")
    callback: Callable[..., Any] = getattr(import_module(module), function)
    info = CommandInfo(name=entry.name.split()[-1], cls=Command, callback=callback, help=entry.help)
    command = get_command_from_info(info, pretty_exceptions_short=True, rich_markup_mode=None)
    assert isinstance(command, Command)  # noqa: S101  what `cls` says; for the type checker
    return command


def root() -> Group:
    """The whole tree, nothing of it imported yet."""
    return Group("")


def call(arguments: list[str], t: Translator, options: Globals | None = None) -> int:
    """Parse and run; what comes out is an exit code or an error of ours. `options`: what holds already."""
    if os.environ.get(COMPLETION_VARIABLE):
        return _complete(t)
    if arguments[:1] == ["--show-completion"]:
        return _completion_script(arguments[1:])
    try:
        with root().make_context("intake", list(arguments), obj=options or Globals(t)) as ctx:
            return _exit_code(ctx)
    except Exit as done:  # a help page was printed
        return done.exit_code
    except EOFError:
        raise Interrupted from None
    except TyperException as error:
        raise _usage(error) from None


def _exit_code(ctx: Any) -> int:
    result = ctx.command.invoke(ctx)
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())
    return result if isinstance(result, int) else 0


def _usage(error: TyperException) -> IntakeError:
    """Typer's errors as ours: the option or argument is named, what was typed is not repeated."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx else "intake"
    if isinstance(error, NoSuchOption):
        known = [name for param in ctx.command.get_params(ctx) for name in param.opts] if ctx else []
        nearest = get_close_matches(error.option_name, known or ["--help"], n=1, cutoff=0)
        return UnknownOption(command=command, nearest=nearest[0])
    if isinstance(error, MissingParameter) and error.param is not None:
        return MissingWord(command=command, what=error.param.metavar or error.param.opts[0])
    if isinstance(error, BadOptionUsage):
        return BadOption(command=command, option=error.option_name)
    if isinstance(error, BadParameter) and error.param is not None:
        return BadOption(command=command, option=error.param.opts[0])
    return UsageFault(what="the command line could not be understood; nothing was done")


def _complete(t: Translator) -> int:
    """What the shell asks for while Tab is pressed."""
    completion_init()
    return shell_complete(root(), {"obj": Globals(t)}, "intake", COMPLETION_VARIABLE, os.environ[COMPLETION_VARIABLE])


def _completion_script(arguments: list[str]) -> int:
    """Printed rather than installed: a line in a shell's start-up file says that this program is used here."""
    if len(arguments) != 1 or arguments[0] not in SHELLS:
        raise BadOption(command="intake", option="--show-completion")
    print(get_completion_script(prog_name="intake", complete_var=COMPLETION_VARIABLE, shell=arguments[0]))
    return 0
