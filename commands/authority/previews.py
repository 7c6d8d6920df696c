"""Previews of what nobody can bring back: shown first, and only what was shown is done.

What was shown is compared with what is there when the yes comes. Whoever says yes to something that
has changed since is shown it anew, and who changed it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from commands.authority import budget_views as views
from commands.framework.context import Context
from commands.framework.reply import Line, Reply
from storage.authority.previews import Shown
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Common


@dataclass(frozen=True, slots=True)
class Preview:
    """One thing somebody is about to do."""

    what: str
    """Which, by numbers alone: ``forget 41``."""
    state: Mapping[str, Any]
    """What is shown of it: figures and numbers, never names. JSON."""
    preview: Reply
    records: Sequence[int] = ()
    """The contacts it is about, by row id: who wrote something about them since is named."""
    in_words: Callable[[Mapping[str, Any]], str] | None = None
    """What was shown before, in words; None: it cannot be said in short."""


@dataclass(frozen=True, slots=True)
class Previews(Common):
    """Previews that a command shows before it does something; kept between two messages."""

    async def first(self, ctx: Context, look: Preview, *, yes: bool) -> Reply | None:
        """The preview to show instead of acting; None if the person saw exactly this one and said yes."""
        shown = Shown(self.tx, self.committee)
        last = await shown.newest(list(look.records)) if look.records else 0
        state = json.loads(json.dumps({**look.state, "last": last}))
        before = await shown.last(ctx.user, look.what, ctx.now) if yes else None
        if before is not None and before.state == state:
            await shown.drop(ctx.user, look.what)
            return None
        await shown.keep(ctx.user, look.what, state, ctx.now)
        if not yes:
            return look.preview
        if before is None:
            return _headed(views.look_first(), look.preview)
        others = await shown.since(list(look.records), before.entry) if look.records else []
        was = "" if look.in_words is None else look.in_words(before.state)
        return _headed(views.changed_since(others, was), look.preview)


def _headed(head: Line, preview: Reply) -> Reply:
    return replace(preview, blocks=(head, *preview.blocks))
