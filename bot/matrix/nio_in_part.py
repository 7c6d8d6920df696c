"""Loads of nio its Olm machine, and the rest when somebody asks for it.

nio's package imports its clients, two more HTTP libraries and two more of cryptography with it. We speak
to the homeserver ourselves (``bot/matrix/client.py``), so a start would spend a tenth of its processor time
and 9 MB on what is never called.
"""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any, Final

SELDOM: Final = (
    "nio.http",
    "nio.crypto.attachments",
    "nio.crypto.async_attachments",
    "nio.crypto.key_export",
    # A hundred dataclasses that nio's own clients make of answers.
    "nio.responses",
    # Our own store (bot/matrix/crypto_store.py) needs no table layer.
    "nio.store",
)
"""Modules of which the Olm machine imports names that it needs for exporting keys, files and nio's clients and stores."""
SELDOM_EVENTS: Final = {
    # First, as others take names from it. Fifty dataclasses: a twentieth of a start.
    "nio.events.room_events": ("Event", "MegolmEvent"),
    "nio.events.account_data": (),
    "nio.events.ephemeral": (),
    "nio.events.invite_events": (),
    "nio.events.presence": (),
}
"""Modules of whose events nio's package of events takes all, and what the Olm machine names of each."""


class _Seldom(ModuleType):
    """Stands for a module until one of its functions is called."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return SELDOM_EVENTS.get(self.__name__, ())
        if name.startswith("__"):
            raise AttributeError(name)
        return _Named(self.__name__, name)


class _Named:
    """Stands for a function, or for a class that is only named."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self.real()(*args, **named)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self.real())

    def real(self) -> Any:
        """Load the module; the thing itself."""
        return getattr(_loaded(self._module), self._name)


class _Package(ModuleType):
    """nio, of which only submodules are loaded; what else is asked of it loads all the rest."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        _load_events()
        for module in SELDOM:
            _loaded(module)
        for module in [each for each in sys.modules if each.startswith("nio.")]:
            _put_in_place(sys.modules[module])
        return getattr(_loaded("nio"), name)


def install() -> None:
    """Have nio loaded in part, if nobody has loaded it yet."""
    spec = None if "nio" in sys.modules else PathFinder.find_spec("nio")
    if spec is None or not spec.submodule_search_locations:
        return
    _stand_in(spec, _Package)
    for name in (*SELDOM, *SELDOM_EVENTS):
        # By its path, as looking for it by name loads the packages that it lies in.
        folder = "/".join([spec.submodule_search_locations[0], *name.split(".")[1:-1]])
        there = PathFinder.find_spec(name, [folder])
        if there is not None:
            _stand_in(there, _Seldom)


def _load_events() -> None:
    """Have nio's package of events take what it took of nothing (``from … import *``)."""
    for name in SELDOM_EVENTS:
        module = _loaded(name)
        events = vars(sys.modules["nio.events"])
        for public in getattr(module, "__all__", None) or dir(module):
            if not public.startswith("_"):
                events.setdefault(public, getattr(module, public))


def _stand_in(spec: ModuleSpec, kind: type[ModuleType]) -> None:
    module = module_from_spec(spec)
    module.__class__ = kind
    sys.modules[spec.name] = module


def _loaded(name: str) -> Any:
    module: Any = sys.modules[name]
    spec = module.__spec__
    if type(module) in {_Seldom, _Package} and spec is not None and spec.loader is not None:
        module.__class__ = ModuleType
        spec.loader.exec_module(module)
    return module


def _put_in_place(module: ModuleType) -> None:
    for name, value in list(vars(module).items()):
        if isinstance(value, _Named):
            setattr(module, name, value.real())
