"""What the container image leaves out is nothing that the bot reads."""

import re
from pathlib import Path

from babel.localedata import locale_identifiers

from commands.framework.i18n import CATALOGUES
from commands.zones import cldr

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"


def test_the_image_keeps_what_babel_knows_of_every_language_we_read_or_speak() -> None:
    (kept,) = re.findall(r"locale-data.*?-not -regex '([^']+)'", DOCKERFILE.read_text(), re.DOTALL)
    pattern = re.compile(kept)
    spoken = {each.name for each in CATALOGUES.iterdir() if each.is_dir()}
    for language in {*cldr.LANGUAGES, *spoken}:
        assert pattern.fullmatch(f"/{language}.dat"), language
    left = {name for name in locale_identifiers() if pattern.fullmatch(f"/{name}.dat")}
    assert {"en_GB", "pt_BR", "zh_Hans_CN", "de_AT"} <= left
    # The control: most go, those with a like name too.
    assert not left & {"zu", "enm", "dsb", "ast", "plt", "frr"}
