"""Nothing newer than Python 3.11.0 is used: Debian 12 has 3.11.2, and linters know whole releases alone."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.trees import parsed

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("bot", "commands", "storage", "demo", "deploy", "tests", "benchmarks")

ARGUMENTS: Mapping[str, frozenset[str]] = {
    # "Changed in version 3.11.x" of the library reference, arguments that came with a repair.
    "filter": frozenset({"extract", "extractall", "unpack_archive"}),  # 3.11.4
    "strict": frozenset({"getaddresses", "parseaddr"}),  # 3.11.10
}
NAMES = frozenset(
    {
        *("data_filter", "tar_filter", "fully_trusted_filter", "FilterError"),  # tarfile, 3.11.4
        *("OutsideDestinationError", "LinkOutsideDestinationError", "SpecialFileError"),  # 3.11.4
        *("SetReparseDeferralEnabled", "GetReparseDeferralEnabled"),  # pyexpat, 3.11.9
        "ALLOW_MISSING",  # os.path, 3.11.13
        "verify_generated_headers",  # email.policy, 3.11.10
    }
)


def newer(source: str) -> Iterator[str]:
    """What of a source came after 3.11.0, unless it is asked for first."""
    # Twenty words in a thousand files: few have one of them at all.
    if not any(word in source for word in (*ARGUMENTS, *NAMES)):
        return
    tree = parsed(source)
    # `hasattr(tarfile, "data_filter")` asks; what depends on it is not written as a keyword then.
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.attr
                if isinstance(called, ast.Attribute)
                else called.id
                if isinstance(called, ast.Name)
                else ""
            )
            for keyword in node.keywords:
                if keyword.arg is not None and name in ARGUMENTS.get(keyword.arg, ()):
                    yield f"line {node.lineno}: {name}({keyword.arg}=)"
        elif isinstance(node, ast.Attribute) and node.attr in NAMES:
            yield f"line {node.lineno}: {node.attr}"
        elif isinstance(node, ast.ImportFrom):
            yield from (
                f"line {node.lineno}: {each.name}" for each in node.names if each.name in NAMES
            )


def test_the_control_what_came_later_is_found() -> None:
    assert list(newer('files.extractall(tree, filter="data")')) == ["line 1: extractall(filter=)"]
    assert list(newer("shutil.unpack_archive(a, b, filter='data')"))
    assert list(newer("from tarfile import data_filter"))
    assert list(newer("tarfile.data_filter"))
    assert not list(newer('hasattr(tarfile, "data_filter")'))
    assert not list(newer("zip(one, other, strict=True)"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_came_later(folder: str) -> None:
    found = {
        str(path.relative_to(ROOT)): said
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__) and (said := list(newer(path.read_text("utf-8"))))
    }
    assert found == {}


def test_the_oldest_python_that_is_here_reads_all_of_it() -> None:
    """On Debian 12 that is 3.11.2, which some runner of these tests has."""
    python = Path("/usr/bin/python3")
    asked = "import sys; sys.exit(sys.version_info < (3, 11))"
    if not python.exists() or subprocess.run([python, "-c", asked], check=False).returncode:  # noqa: S603
        pytest.skip("this machine has no such Python")
    compiled = (
        "import pathlib, sys\n"
        "for folder in sys.argv[1:]:\n"
        "    for path in pathlib.Path(folder).rglob('*.py'):\n"
        "        compile(path.read_bytes(), str(path), 'exec')\n"
    )
    done = subprocess.run(  # noqa: S603
        [python, "-c", compiled, *FOLDERS], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_source_is_laid_out_with_a_python_that_knows_no_filter(tmp_path: Path) -> None:
    """As 3.11.2 does: it has no ``tarfile.data_filter`` and refuses the argument."""
    program = (
        "import sys, tarfile\n"
        "from pathlib import Path\n"
        "sys.path[:0] = ['deploy', '.']\n"
        "if hasattr(tarfile, 'data_filter'):\n"
        "    del tarfile.data_filter\n"
        "    really = tarfile.TarFile.extractall\n"
        "    tarfile.TarFile.extractall = lambda self, path: really(self, path)\n"
        "import distribution\n"
        "distribution._export(Path(sys.argv[1]))\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / "tree")],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tree" / "bot" / "__init__.py").exists()
