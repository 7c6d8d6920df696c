"""The type of the parameter for the code that committees share. Pure."""

import re
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader


def _read_joint(raw: str, _ctx: Context) -> str:
    code = raw.strip().upper()
    if not re.fullmatch(r"[A-Z2-9]{6}", code):
        raise refuse(
            "“{word}” is not the code of a joint test. A code has six characters.", word=cut(raw)
        )
    return code


JointCode = Annotated[
    str,
    Reader(_read_joint, "CODE", lambda: _("Which code? A lead of the other committee has it.")),
]
"""The code of a joint test."""
