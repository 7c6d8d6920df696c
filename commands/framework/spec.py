"""Declarations of commands: a decorated function whose signature says what may be typed."""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, get_type_hints

from commands.framework.context import Role
from commands.framework.i18n import _, speaks_source_language
from commands.framework.reader import Form, Reader, reader_of, without_none
from commands.framework.reply import Reply
from commands.framework.resolver import Resolver, Unsaid, resolver_of, unsaid_of
from commands.framework.secrets import Secret
from commands.framework.shown_names import (
    COMMAND,
    shown_key,
    shown_name,
    shown_placeholder,
)
from commands.framework.words import QUOTE, Word
from commands.roles.quotas import Act, QuotaItem
from commands.roles.rules import Need
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Common, Repository

Answered = Reply | tuple[Reply, ...]
CommandHome = tuple[str, str]
"""A module, and the name of a function in it."""


class Where(Enum):
    """Where a command may be typed. What names people or rates them belongs in the direct chat."""

    ROOM = "room"
    DIRECT = "direct"
    ANYWHERE = "anywhere"


class ParameterGroup:
    """Marks a dataclass whose fields are typed with keys, and handed to a command together.

    Its docstring describes them in ``key: words`` lines, as that of a command does.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a person types."""

    name: str
    """The Python name."""
    reader: Reader[Any] | None
    """The Reader of its type; None for a flag."""
    keyed: bool
    """``key=value``, or a flag; otherwise by position."""
    required: bool
    about: str
    """What the parameter means, in English, from the command's docstring; may be empty."""
    resolver: Resolver | None = None
    """How the value that was read is looked up; None when the value itself is meant."""
    group: str | None = None
    """The function's parameter that takes this one together with others; None if it has its own."""

    @property
    def key(self) -> str:
        """The name that is typed before "=" or behind "--": the Python name without trailing underscores."""
        return self.name.rstrip("_")

    @property
    def open_ended(self) -> bool:
        """Whether the parameter takes the rest of the line."""
        return self.reader is not None and self.reader.words.open_ended

    @property
    def free(self) -> bool:
        """Whether the parameter takes any words, so that a stray word would be swallowed."""
        return self.reader is not None and self.reader.words.free

    @property
    def as_typed(self) -> bool:
        """Whether the parameter gets the text exactly as typed, with lines, quotes and signs."""
        return self.reader is not None and self.reader.form is Form.AS_TYPED

    def joined(self, words: Sequence[Word]) -> str:
        """The words as one value; a list keeps quoted ones apart."""
        form = Form.PLAIN if self.reader is None else self.reader.form
        if form is Form.PEOPLE:
            return " ".join(word.marked for word in words)
        if form is Form.LIST:
            return " ".join(f"{QUOTE}{w.text}{QUOTE}" if w.quoted else w.text for w in words)
        return " ".join(word.text for word in words)

    @property
    def usage(self) -> str:
        """How the parameter stands in a usage line."""
        if self.reader is None:
            shown = f"--{self.key}"
        elif self.reader.bare:
            shown = self.reader.placeholder
        elif self.keyed:
            shown = f"{self.key}={self.reader.placeholder}"
        else:
            shown = self.reader.placeholder
        return shown if self.required else f"[{shown}]"

    @property
    def shown(self) -> str:
        """How the parameter stands in a usage line, in the reader's words."""
        if speaks_source_language():
            return self.usage
        key = shown_key(self.key)
        if self.reader is None:
            shown = f"--{key}"
        else:
            words = self.reader.words_shown()
            placeholder = "|".join(
                words.get(each) or shown_placeholder(each)
                for each in self.reader.placeholder.split("|")
            )
            shown = f"{key}={placeholder}" if self.keyed and not self.reader.bare else placeholder
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True, slots=True)
class CommandSignature:
    """What a command's function takes."""

    parameters: tuple[Parameter, ...]
    """What people type, in order."""
    facts: Mapping[str, type]
    """What nobody types: repositories and the like."""
    groups: Mapping[str, type[ParameterGroup]]
    """Parameters of the function that hold several typed ones."""
    unsaid: Mapping[str, Unsaid]
    """Parameters that nobody types, and that are found like those that are looked up."""


@dataclass(frozen=True, slots=True)
class CommandNames:
    """What is known of a command before its module is loaded."""

    name: str
    who: Role
    where: Where
    also: tuple[str, ...] = ()
    has_secret: bool = False
    """Whether the command takes a secret."""


@dataclass(frozen=True, slots=True)
class Abroad:
    """Says of a command that what it posts is read by other committees, where a handle is somebody else."""

    named: str = ""
    """What its author types to say that whoever is named agreed to it, as ``key=word``; empty: it names nobody."""

    @property
    def key(self) -> str:
        """The key of that."""
        return self.named.partition("=")[0]


@dataclass(frozen=True, slots=True)
class Declaration:
    """All else that a command's module says of it."""

    run: Callable[..., Awaitable[Answered]]
    example: str
    second: bool = False
    """Whether the command is one half of an act that takes two people."""
    makes: tuple[QuotaItem, ...] = ()
    """Things the command makes: it is not run when a quota of theirs is used up."""
    may_make: tuple[QuotaItem, ...] = ()
    """Things the command may make: counted after it has run."""
    destroys: tuple[Act, ...] = ()
    """Acts by which the command destroys, or takes away from others."""
    secret: Secret | None = None
    """The secret that the command takes and nobody else may read afterwards."""
    check: Callable[..., None] | None = None
    """What is asked about the typed words before anything is looked up."""
    said_back: bool = False
    """Whether what was understood is said back first, and done by an ok."""
    instead: str | None = None
    """The command for those who may not give this one."""
    abroad: Abroad | None = None
    """Set where other committees read what the command posts."""


class Command:
    """A declared command. Its module is loaded when more is asked of it than its names, its room and its role.

    Its function's signature and docstring are read when they are first asked for: all take 0.05 s.
    """

    __slots__ = ("_declaration", "_names", "home")

    def __init__(
        self, names: CommandNames, home: CommandHome, declaration: Declaration | None = None
    ) -> None:
        self._names = names
        self.home: Final = home
        """Where its function is."""
        self._declaration = declaration

    def __repr__(self) -> str:
        return f"<!{self.name}>"

    @property
    def names(self) -> CommandNames:
        """What is known without its module."""
        return self._names

    @property
    def name(self) -> str:
        """What is typed."""
        return self._names.name

    @property
    def also(self) -> tuple[str, ...]:
        """What may be typed as well."""
        return self._names.also

    @property
    def who(self) -> Role:
        """The least role that may give it."""
        return self._names.who

    @property
    def where(self) -> Where:
        """Where it may be typed."""
        return self._names.where

    @property
    def declared(self) -> Declaration:
        """What its module says of it. Loads the module."""
        if self._declaration is None:
            import_module(self.home[0])
        if self._declaration is None:
            raise TypeError(f"{'.'.join(self.home)} declares no command")
        return self._declaration

    def take(self, names: CommandNames, declaration: Declaration) -> None:
        """Take what its module says. Raises ValueError where its names are others than were known."""
        if names != self._names:
            raise ValueError(f"!{names.name} is known by other names: `make docs` writes them anew")
        self._declaration = declaration

    @property
    def run(self) -> Callable[..., Awaitable[Answered]]:
        """The function that does what the command is for."""
        # Asked for a dozen times by each message.
        return (self._declaration or self.declared).run

    @property
    def example(self) -> str:
        """A line as it may be typed."""
        return self.declared.example

    @property
    def makes(self) -> tuple[QuotaItem, ...]:
        """Things the command makes."""
        return self.declared.makes

    @property
    def may_make(self) -> tuple[QuotaItem, ...]:
        """Things the command may make."""
        return self.declared.may_make

    @property
    def destroys(self) -> tuple[Act, ...]:
        """Acts by which the command destroys."""
        return self.declared.destroys

    @property
    def secret(self) -> Secret | None:
        """The secret that the command takes."""
        return self.declared.secret

    @property
    def said_back(self) -> bool:
        """Whether what was understood is said back first."""
        return self.declared.said_back

    @property
    def instead(self) -> str | None:
        """The command for those who may not give this one."""
        return self.declared.instead

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What people type, in order."""
        return signature_of(self.run).parameters

    @property
    def facts(self) -> Mapping[str, type]:
        """What the function takes besides, by its parameters: repositories and the like."""
        return signature_of(self.run).facts

    @property
    def groups(self) -> Mapping[str, type[ParameterGroup]]:
        """Parameters of the function that hold several typed ones."""
        return signature_of(self.run).groups

    @property
    def unsaid(self) -> Mapping[str, Unsaid]:
        """Parameters that nobody types, and that are found like those that are looked up."""
        return signature_of(self.run).unsaid

    @property
    def summary(self) -> str:
        """What the command does, in English."""
        return _described(self.run)[0]

    @property
    def reaches(self) -> frozenset[type]:
        """Every type the command is handed: its own facts, and the facts its arguments are looked up with."""
        return _reached(self.run)

    @property
    def need(self) -> Need:
        """What the command asks of whoever types it. All records but meetings are about people."""
        return Need(self.who, people=_is_about_people(self.run), second=self.declared.second)

    @property
    def usage(self) -> str:
        """The command's usage line: its name and all parameters."""
        return " ".join((f"!{self.name}", *(p.usage for p in self.parameters)))

    @property
    def shown_usage(self) -> str:
        """The usage line in the reader's words."""
        name = shown_name(COMMAND, self.name)
        return " ".join((f"!{name}", *(p.shown for p in self.parameters)))

    @property
    def help(self) -> str:
        """What the command does, in the reader's language."""
        return _(self.summary)

    def check_words(self, arguments: Mapping[str, object]) -> None:
        """Ask what is to be asked about typed words before anything is looked up. Raises Refusal."""
        check = self.declared.check
        if check is not None:
            asked = inspect.signature(check).parameters
            check(**{name: said for name, said in arguments.items() if name in asked})

    def positional(self) -> tuple[Parameter, ...]:
        """The parameters typed by position, in order."""
        return _positional(self.run)

    def keyed(self) -> Mapping[str, Parameter]:
        """The parameters typed as ``key=value`` or ``--key``, by key."""
        return _keyed(self.run)


def command(
    name: str,
    *,
    who: Role,
    where: Where,
    example: str,
    also: tuple[str, ...] = (),
    makes: tuple[QuotaItem, ...] = (),
    may_make: tuple[QuotaItem, ...] = (),
    destroys: tuple[Act, ...] = (),
    second: bool = False,
    secret: Secret | None = None,
    check: Callable[..., None] | None = None,
    said_back: bool = False,
    instead: str | None = None,
    abroad: Abroad | None = None,
) -> Callable[[Callable[..., Awaitable[Answered]]], Command]:
    """Declare a command. The function's first parameter is the Context.

    Parameters of a type that brings a Reader (reader.py) are read from the line: those before ``*``
    by position, those after it as ``key=value``, bool ones as ``--flag``. Where the type brings a
    Resolver as well (resolver.py), what was read is looked up before the function is called. A
    ParameterGroup holds several typed with keys. Every other parameter is handed in, behind ``*``
    as well where anything is typed: a repository bound to the transaction, a fact of the bot, what
    is found unsaid. The docstring's first paragraph is the help; its ``key: words`` lines describe
    the parameters.

    ``check`` takes typed values by the names of the parameters, as they were read, before anything
    is looked up; it raises Refusal.

    ``makes``, ``may_make`` and ``destroys`` say what is counted (commands/roles/quotas.py); a
    command that makes something else fails. ``secret`` is taken away wherever it is typed. ``instead``
    is named to those whose role is too small. ``said_back``
    says that nothing happens before an ok, ``abroad`` that other committees read what is posted.
    """

    def declare(run: Callable[..., Awaitable[Answered]]) -> Command:
        names = CommandNames(name, who, where, also, has_secret=secret is not None)
        declaration = Declaration(
            run,
            example,
            second,
            makes,
            may_make,
            destroys,
            secret,
            check,
            said_back,
            instead,
            abroad,
        )
        home = (run.__module__, run.__qualname__)
        known = _KNOWN.get(home)
        if known is None:
            return Command(names, home, declaration)
        known.take(names, declaration)
        return known

    return declare


_KNOWN: Final[dict[CommandHome, Command]] = {}
"""Commands that were named before their modules were loaded."""


def known_by_names(home: CommandHome, names: CommandNames) -> Command:
    """The command of a module that is not loaded yet; the same that the module will declare."""
    return _KNOWN.setdefault(home, Command(names, home))


def read_docstring(doc: str) -> tuple[str, dict[str, str]]:
    """A command's docstring as (what it does, what each parameter means)."""
    summary, _blank, rest = doc.partition("\n\n")
    about: dict[str, str] = {}
    open_ = ""
    for row in rest.splitlines():
        key, colon, words = row.partition(":")
        if colon and key.isidentifier():
            open_, about[key] = key, words.strip()
        elif open_ and row.strip():
            about[open_] += f" {row.strip()}"
        else:
            open_ = ""
    return " ".join(summary.split()), about


@cache
def _described(run: Callable[..., Awaitable[Answered]]) -> tuple[str, dict[str, str]]:
    return read_docstring(inspect.getdoc(run) or "")


@cache
def signature_of(run: Callable[..., Awaitable[Answered]]) -> CommandSignature:
    """What a command's function takes. Raises TypeError for what nobody can type or provide."""
    _summary, about = _described(run)
    hints = get_type_hints(run, include_extras=True)
    typed: list[Parameter] = []
    facts: dict[str, type] = {}
    groups: dict[str, type[ParameterGroup]] = {}
    unsaid: dict[str, Unsaid] = {}
    for name, declared in list(inspect.signature(run).parameters.items())[1:]:
        kind = without_none(hints[name])
        if reader_of(kind) is not None or kind is bool:
            typed.append(_parameter(name, kind, declared, about))
        elif isinstance(kind, type) and issubclass(kind, ParameterGroup):
            groups[name] = kind
            typed += _grouped(name, kind, about)
        elif (found := unsaid_of(kind)) is not None:
            unsaid[name] = found
        elif isinstance(kind, type):
            facts[name] = kind
        else:
            raise TypeError(f"{run.__qualname__}: nobody can type or provide {name}: {kind}")
    return CommandSignature(tuple(typed), facts, groups, unsaid)


@cache
def _positional(run: Callable[..., Awaitable[Answered]]) -> tuple[Parameter, ...]:
    return tuple(p for p in signature_of(run).parameters if not p.keyed)


@cache
def _keyed(run: Callable[..., Awaitable[Answered]]) -> Mapping[str, Parameter]:
    return MappingProxyType({p.key: p for p in signature_of(run).parameters if p.keyed})


@cache
def _reached(run: Callable[..., Awaitable[Answered]]) -> frozenset[type]:
    """Every type that a command's function is handed, and every one that its arguments are looked up with."""
    signature = signature_of(run)
    lookups = (*(each.resolver for each in signature.parameters), *signature.unsaid.values())
    looked_up_with = (kind for each in lookups if each is not None for kind in each.needs.values())
    return frozenset((*signature.facts.values(), *looked_up_with))


@cache
def _is_about_people(run: Callable[..., Awaitable[Answered]]) -> bool:
    return any(
        issubclass(kind, Repository) and not issubclass(kind, Common) for kind in _reached(run)
    )


def _parameter(
    name: str, kind: object, declared: inspect.Parameter, about: Mapping[str, str]
) -> Parameter:
    """One parameter that people type."""
    resolver = resolver_of(kind)
    left_out = declared.default is not inspect.Parameter.empty
    return Parameter(
        name=name,
        reader=reader_of(kind),
        keyed=declared.kind is inspect.Parameter.KEYWORD_ONLY,
        required=not left_out and not (resolver is not None and resolver.finds_unsaid),
        about=about.get(name.rstrip("_"), ""),
        resolver=resolver,
    )


def _grouped(
    group: str, kind: type[ParameterGroup], about: Mapping[str, str]
) -> Iterator[Parameter]:
    """The parameters of a group: its fields. What the command's docstring says of one comes first."""
    hints = get_type_hints(kind, include_extras=True)
    _summary, described = read_docstring(inspect.getdoc(kind) or "")
    for name, declared in inspect.signature(kind).parameters.items():
        keyed = declared.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        parameter = _parameter(name, hints[name], keyed, {**described, **about})
        yield replace(parameter, group=group)
