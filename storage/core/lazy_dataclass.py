"""The standard library's dataclasses, whose methods are made when they are first needed.

Making them takes about half a millisecond and 7 KB a class. We declare some 700, and a start uses a fifth of
them. With the first instance comes ``__init__`` alone: most are never compared, hashed or shown. To ``dataclasses.fields`` and ``replace``, and to a type checker, nothing differs. Slots are laid out at once.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414  (for others)
else:
    import dataclasses
    import threading
    from collections.abc import Callable, Iterable, Mapping
    from functools import cache
    from types import FunctionType, MemberDescriptorType, SimpleNamespace
    from typing import Any, ClassVar, get_origin

    _turn = threading.RLock()
    _FIELDS = "__dataclass_fields__"
    _OBJECT = "__dataclass_builtins_object__"
    """What ``__init__`` of the standard library calls ``object``."""
    _MADE = (
        *("__match_args__", "__dataclass_params__", "__replace__"),
        # Last what others look at to see whether a class is finished.
        *("__init__", _FIELDS),
    )
    _ORDER = ("__lt__", "__le__", "__gt__", "__ge__")

    def dataclass(cls: type | None = None, /, *, slots: bool, **options: bool) -> Any:
        """``dataclasses.dataclass`` with slots, finished when its first instance or its fields are asked for."""
        if not slots:
            raise TypeError("without slots, take the standard library's")
        return (
            (lambda cls: _Plan(cls, options).slotted)
            if cls is None
            else _Plan(cls, options).slotted
        )

    class _Plan:
        """A class that has its slots, and what its methods will be made from."""

        def __init__(self, cls: type, options: dict[str, bool]) -> None:
            namespace = dict(cls.__dict__)
            names = list(_field_names(cls))
            self._own: tuple[str, ...] = ()
            """What the class has by itself, for making it again."""
            self._options = options
            self._defaults = {name: namespace.pop(name) for name in names if name in namespace}
            namespace.pop("__dict__", None)
            namespace.pop("__weakref__", None)
            there = {name for base in cls.__mro__[1:-1] for name in vars(base).get("__slots__", ())}
            namespace["__slots__"] = tuple(name for name in names if name not in there)
            if options.get("frozen"):
                namespace.setdefault("__getstate__", _get_state)
                namespace.setdefault("__setstate__", _set_state)
            for name in ("__init__", _FIELDS):
                namespace[name] = _Pending(self, name)
            self.slotted = type(cls)(cls.__name__, cls.__bases__, namespace)
            self.slotted.__qualname__ = cls.__qualname__

        def finish(self) -> None:
            """Have the standard library make what a first instance needs, and take it over."""
            with _turn:
                cls = self.slotted
                if not isinstance(vars(cls)[_FIELDS], _Pending):
                    return
                left_out = {"__init__", _FIELDS, "__slots__", *cls.__slots__}
                self._own = tuple(name for name in vars(cls) if name not in left_out)
                made = self._made(repr=False, eq=False, order=False)
                if self._options.get("frozen"):
                    cls.__setattr__ = _refuse_setting  # type: ignore[method-assign, assignment]
                    cls.__delattr__ = _refuse_deleting  # type: ignore[method-assign, assignment]
                elif self._options.get("eq", True) and "__hash__" not in self._own:
                    cls.__hash__ = None  # type: ignore[assignment]
                for name in self._seldom():
                    setattr(cls, name, _Pending(self, name))
                _set_by_slots(cls, made)
                for name in _MADE:
                    if name in made:
                        setattr(cls, name, made[name])

        def complete(self) -> None:
            """Have the standard library make the methods that are seldom called, and take them over."""
            with _turn:
                names = [n for n in self._seldom() if isinstance(vars(self.slotted)[n], _Pending)]
                made = self._made() if names else {}
                for name in names:
                    setattr(self.slotted, name, made[name])

        def _made(self, **but: bool) -> Mapping[str, Any]:
            """What the standard library makes of the class as it was written."""
            cls = self.slotted
            namespace = {name: vars(cls)[name] for name in self._own}
            # Otherwise its signature is written out for a docstring that nobody reads.
            namespace["__doc__"] = cls.__name__
            bare = type(cls)(cls.__name__, cls.__bases__, namespace | self._defaults)
            return vars(_standard()(**self._options | but)(bare))

        def _seldom(self) -> list[str]:
            """The methods that are made when one of them is first called."""
            options = self._options
            names = ["__repr__"] if options.get("repr", True) else []
            if options.get("eq", True):
                names += ["__eq__", "__hash__"] if options.get("frozen") else ["__eq__"]
            return [
                *(each for each in names if each not in self._own),
                *(_ORDER if options.get("order") else ()),
            ]

    class _Pending:
        """Stands for an attribute of a class until somebody asks for it."""

        __slots__ = ("_name", "_plan")

        def __init__(self, plan: _Plan, name: str) -> None:
            self._plan, self._name = plan, name

        def __get__(self, instance: object, owner: type) -> Any:
            if self._name in {"__init__", _FIELDS}:
                self._plan.finish()
            else:
                self._plan.complete()
            made = vars(self._plan.slotted)[self._name]
            return (
                made if instance is None or self._name == _FIELDS else made.__get__(instance, owner)
            )

    def _field_names(cls: type) -> Iterable[str]:
        if sys.version_info >= (3, 14):
            from annotationlib import Format, get_annotations  # noqa: PLC0415  (new there)

            kinds = get_annotations(cls, format=Format.FORWARDREF)
        else:
            kinds = vars(cls).get("__annotations__", {})
        for name, kind in kinds.items():
            if (get_origin(kind) or kind) is not ClassVar and not str(kind).startswith("ClassVar"):
                yield name

    @cache
    def _standard() -> Callable[..., Any]:
        """The standard library's decorator, without the methods that refuse setting: ours serve all classes.

        It makes two for each frozen class, which takes longer than all that is wanted of it. And ``__init__`` of
        a frozen class sets fields as ``_set_by_slots`` wants. A later Python may call its parts otherwise, and
        then they are made as before.
        """
        parts = {
            **vars(dataclasses),
            "_frozen_get_del_attr": lambda *_: (),
            "_field_assign": _assigned,
        }
        for name in ("_field_init", "_init_fn", "_process_class", "dataclass"):
            of = parts[name]
            if not isinstance(of, FunctionType):
                return dataclasses.dataclass
            parts[name] = FunctionType(of.__code__, parts, name, of.__defaults__, of.__closure__)
            parts[name].__kwdefaults__ = of.__kwdefaults__
        return parts["dataclass"]

    def _assigned(frozen: bool, name: str, value: object, self_name: str) -> str:  # noqa: FBT001 (theirs)
        """A line of ``__init__``, with a setter of the field's own in place of ``object.__setattr__``."""
        line = str(dataclasses._field_assign(frozen, name, value, self_name))  # noqa: SLF001
        slow = f"{_OBJECT}.__setattr__({self_name},{name!r},"
        return line.replace(slow, f"{_OBJECT}.{name}({self_name},")

    def _set_by_slots(cls: type, made: Mapping[str, Any]) -> None:
        """Have ``__init__`` of a frozen class set slots by themselves: that takes half the time of all of it."""
        init = made.get("__init__")
        if not isinstance(init, FunctionType) or _OBJECT not in init.__code__.co_freevars:
            return
        if "__setattr__" in init.__code__.co_names:
            # A later Python writes it otherwise.
            return
        slots = {name: getattr(cls, name, None) for name in made[_FIELDS]}
        setters = {n: s.__set__ for n, s in slots.items() if isinstance(s, MemberDescriptorType)}
        cell = init.__closure__[init.__code__.co_freevars.index(_OBJECT)]
        cell.cell_contents = SimpleNamespace(**setters)

    # As the standard library's, which makes both for each class.
    def _refuse_setting(self: Any, name: str, value: object) -> None:
        if _is_frozen(type(self), name):
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def _refuse_deleting(self: Any, name: str) -> None:
        if _is_frozen(type(self), name):
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    def _is_frozen(cls: type, name: str) -> bool:
        return _FIELDS in vars(cls) or any(each.name == name for each in dataclasses.fields(cls))

    # As the standard library's, for pickle: it would set one attribute after the other.
    def _get_state(self: Any) -> list[object]:
        return [getattr(self, field.name) for field in dataclasses.fields(self)]

    def _set_state(self: Any, state: list[object]) -> None:
        for field, value in zip(dataclasses.fields(self), state, strict=True):
            object.__setattr__(self, field.name, value)
