"""What ended several parts at once is said as plainly as what ended one."""

import errno

import pytest

from bot.cli.exit_status import ending
from bot.matrix.client import MatrixError, TokenRejected
from bot.process.exit_codes import ExitCode
from storage.core.driver import OperationalError

LOGGED_OUT = TokenRejected(401, "M_UNKNOWN_TOKEN")
FULL = OSError(errno.ENOSPC, "no space left")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LOGGED_OUT, ExitCode.TOKEN_REJECTED),
        (FULL, ExitCode.DISK),
        (MatrixError(500, "M_UNKNOWN"), ExitCode.UNREACHABLE),
        (RuntimeError(), ExitCode.INTERNAL),
    ],
)
def test_an_error_in_groups_ends_the_process_as_it_would_alone(
    error: Exception, code: ExitCode
) -> None:
    assert ending(error).code is code
    assert ending(ExceptionGroup("parts", [ExceptionGroup("lanes", [error])])).code is code


def test_of_several_the_first_counts_whose_reason_is_known() -> None:
    together = ExceptionGroup("parts", [RuntimeError(), OperationalError("full"), LOGGED_OUT])
    assert ending(together).code is ExitCode.DISK
