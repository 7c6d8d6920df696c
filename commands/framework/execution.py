"""Running one command: its words are looked up, and it is handed what its signature names by type."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from commands.framework.context import Context, Provider
from commands.framework.ledger import CommandLedger
from commands.framework.parse import Request
from commands.framework.reply import Reply
from storage.core.database import Transaction
from storage.core.repository import Repository, Shared, all_or_nothing, bound

Fact = Callable[[type], Awaitable[object]]
"""Gives whatever a command, a resolver or a notice names by type."""


async def run(
    request: Request,
    ctx: Context,
    tx: Transaction,
    fact: Fact,
    ledgers: Sequence[CommandLedger],
    text: str,
) -> tuple[Reply, ...]:
    """Run a command, in a part of the transaction of its own if it reaches a repository; its replies.

    Raises Refusal, after which nothing of the command is saved.
    """
    command = request.command
    ctx.study.begins(command.name)
    facts = await needed(command.facts, fact)
    if not any(issubclass(kind, Repository | Shared) for kind in command.reaches):
        arguments = await resolved(request, fact)
        return _several(await command.run(ctx, **facts, **arguments))
    for ledger in ledgers:
        await ledger.begin(command)
    async with all_or_nothing(tx):
        arguments = await resolved(request, fact)
        replies = _several(await command.run(ctx, **facts, **arguments))
        for ledger in ledgers:
            replies = (*replies, *await ledger.written(text, replies))
        return replies


async def resolved(request: Request, fact: Fact) -> dict[str, object]:
    """The arguments for a command's function: typed words checked, looked up, and put into groups.

    Raises Refusal.
    """
    command, found = request.command, dict(request.arguments)
    command.check_words(found)
    for name, unsaid in command.unsaid.items():
        found[name] = await unsaid.find(**await needed(unsaid.needs, fact))
    for parameter in command.parameters:
        resolver, said = parameter.resolver, found.get(parameter.name)
        if resolver is not None and (said is not None or resolver.finds_unsaid):
            needs = await needed(resolver.needs, fact)
            found[parameter.name] = await resolver.find(said, **needs)
    for group, kind in command.groups.items():
        theirs = [each.name for each in command.parameters if each.group == group]
        found[group] = kind(**{name: found.pop(name) for name in theirs if name in found})
    return found


def by_type(
    ctx: Context, tx: Transaction, provide: Provider, at_hand: Mapping[type, object]
) -> Fact:
    """A way to get what is named by type: the Context, what is at hand, repositories, what the bot knows."""

    async def fact(kind: type) -> object:
        if kind is Context:
            return ctx
        return at_hand[kind] if kind in at_hand else await _fact(kind, ctx, tx, provide)

    return fact


async def needed(needs: Mapping[str, type], fact: Fact) -> dict[str, object]:
    """The arguments of a function whose parameters name their types."""
    return {name: await fact(kind) for name, kind in needs.items()}


async def _fact(kind: type, ctx: Context, tx: Transaction, provide: Provider) -> object:
    """A capability the command named: nothing it did not name is within its reach."""
    if issubclass(kind, Repository):
        return bound(kind, tx, ctx.committee.id, today=ctx.today, author=ctx.user, now=ctx.now)
    if issubclass(kind, Shared):
        return kind(tx)
    return await provide(kind)


def _several(answered: Reply | tuple[Reply, ...]) -> tuple[Reply, ...]:
    return (answered,) if isinstance(answered, Reply) else answered
