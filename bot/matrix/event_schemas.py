"""nio's schemas of events: what plainly fits is told here, and everything else by jsonschema, as nio does.

Loading jsonschema takes a start 3 MB and a tenth of its processor time, and nearly all that is decrypted fits.
What is let through here jsonschema lets through as well; refused is nothing here.
"""

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any, Final


class SchemaError(Exception):
    """Stands for jsonschema's, which nobody can have raised before that is loaded."""


class ValidationError(Exception):
    """Stands for jsonschema's, which nobody can have raised before that is loaded."""


_EXCEPTIONS: Final = (SchemaError, ValidationError)

_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def validate_json(value: Any, schema: Mapping[str, Any]) -> None:
    """Check a value, and set what a schema says for keys that are left out. Raises as nio's function does."""
    if not fits(value, schema):
        _thorough().validate_json(value, schema)


def fits(value: Any, schema: Any) -> bool:
    """Whether a value plainly fits. False: it does not, or that is for jsonschema to say."""
    # In the schema's order, as jsonschema does: what is required may be set by a default before.
    return type(schema) is dict and all(
        keyword in _SAID and _SAID[keyword](value, wanted) for keyword, wanted in schema.items()
    )


def _is_of_type(value: Any, wanted: str | list[str]) -> bool:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    return any(type(value) in _KINDS.get(each, ()) for each in kinds)


def _fits_properties(value: Any, properties: Mapping[str, Any]) -> bool:
    if type(value) is not dict:
        return False
    for name, schema in properties.items():
        if type(schema) is dict and "default" in schema:
            value.setdefault(name, schema["default"])
    return all(fits(value[name], each) for name, each in properties.items() if name in value)


def _fits_patterns(value: Any, patterns: Mapping[str, Any]) -> bool:
    return type(value) is dict and all(
        fits(each, schema)
        for pattern, schema in patterns.items()
        for name, each in value.items()
        if re.search(pattern, name)
    )


def _has_all(value: Any, required: list[str]) -> bool:
    return type(value) is dict and all(name in value for name in required)


def _fits_items(value: Any, schema: Any) -> bool:
    return type(value) is list and all(fits(each, schema) for each in value)


def _is_one_of(value: Any, known: list[Any]) -> bool:
    return type(value) is str and value in known


def _is_written_as(value: Any, form: str) -> bool:
    if form == "room_id":
        # nio has no check for it.
        return True
    return form == "user_id" and type(value) is str and value.startswith("@") and ":" in value


_SAID: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "type": _is_of_type,
    "properties": _fits_properties,
    "patternProperties": _fits_patterns,
    "required": _has_all,
    "items": _fits_items,
    "enum": _is_one_of,
    "format": _is_written_as,
    # Set by _fits_properties.
    "default": lambda _value, _wanted: True,
    # Later than the draft of 2013, by which nio reads its schemas: it says nothing there.
    "const": lambda _value, _wanted: True,
}


@cache
def _thorough() -> ModuleType:
    """Nio's schemas with jsonschema, whose exceptions nio looks for from then on."""
    errors = import_module("jsonschema.exceptions")
    spec = sys.modules["nio.schemas"].__spec__
    if spec is None or spec.loader is None:
        raise ImportError("nio.schemas has no file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in [each for each in sys.modules if each.startswith("nio.")]:
        there = vars(sys.modules[name])
        for stand_in in _EXCEPTIONS:
            if there.get(stand_in.__name__) is stand_in:
                there[stand_in.__name__] = getattr(errors, stand_in.__name__)
    return module


class _Formats:
    """Takes the place of jsonschema's FormatChecker, which nio.schemas tells its own forms."""

    def checks(self, *_form: object) -> Callable[[Any], Any]:
        """Take a check that nobody asks here."""
        return lambda check: check


class _Drafts:
    """Takes the place of jsonschema's validators, of which nio.schemas makes its own."""

    VALIDATORS: Final = {"properties": None}

    @staticmethod
    def extend(*_what: object) -> None:
        """Make nothing: nobody asks it here."""


def install() -> None:
    """Load nio's schemas, and what looks for their exceptions, without jsonschema."""
    if "jsonschema" in sys.modules or "nio.schemas" in sys.modules:
        return
    package, errors = ModuleType("jsonschema"), ModuleType("jsonschema.exceptions")
    for module in (package, errors):
        vars(module).update({each.__name__: each for each in _EXCEPTIONS})
    vars(package).update(Draft4Validator=_Drafts, FormatChecker=_Formats, validators=_Drafts)
    stand_ins = {"jsonschema": package, "jsonschema.exceptions": errors}
    sys.modules.update(stand_ins)
    try:
        vars(import_module("nio.schemas"))["validate_json"] = validate_json
        import_module("nio.crypto")
    finally:
        for name in stand_ins:
            del sys.modules[name]
