"""The bot's face: people around a table, joined. Drawn by us; ``python -m bot.pictures.avatar`` writes it anew."""

import math
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("avatar.png")
SIDE: Final = 256
"""Pixels: apps show a quarter of it, cut to a circle."""
PEOPLE: Final = 5
GROUND, TABLE, PERSON, ONE_OF_THEM = "#0072b2", "#fbfaf6", "#fbfaf6", "#f0e442"


def draw() -> bytes:
    """Draw the picture as a PNG file that says nothing but the picture."""
    # Imported late: the bot reads the file and never draws it.
    import resvg_py  # noqa: PLC0415

    half = SIDE / 2
    drawn = [f'<circle r="{half / 2}" fill="none" stroke="{TABLE}" stroke-width="12.5"/>']
    for each in range(PEOPLE):
        angle = math.tau * each / PEOPLE
        x, y = half / 2 * math.sin(angle), -half / 2 * math.cos(angle)
        color = PERSON if each else ONE_OF_THEM
        drawn.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{half / 5}" fill="{color}"'
            f' stroke="{GROUND}" stroke-width="7"/>'
        )
    sheet = f'viewBox="{-half} {-half} {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}"'
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" {sheet}>{"".join(drawn)}</svg>',
            background=GROUND,
            skip_system_fonts=True,
        )
    )


if __name__ == "__main__":
    FILE.write_bytes(draw())
