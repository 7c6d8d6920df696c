"""The bot's face: people around a table, joined. Drawn by us; ``python -m bot.pictures.avatar`` writes it anew."""

import io
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
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.patches import Circle  # noqa: PLC0415

    figure = Figure(figsize=(SIDE / 100, SIDE / 100), dpi=100, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-1, 1)
    axes.set_ylim(-1, 1)
    axes.axis("off")
    axes.add_patch(Circle((0, 0), 0.5, facecolor="none", edgecolor=TABLE, linewidth=9))
    for each in range(PEOPLE):
        angle = math.tau * each / PEOPLE
        seat = (0.5 * math.sin(angle), 0.5 * math.cos(angle))
        color = PERSON if each else ONE_OF_THEM
        axes.add_patch(Circle(seat, 0.2, facecolor=color, edgecolor=GROUND, linewidth=5))
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=100, metadata={"Software": None})
    return out.getvalue()


if __name__ == "__main__":
    FILE.write_bytes(draw())
