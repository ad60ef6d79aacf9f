"""The ground of a map: Web Mercator, so that tiles of others fit, and those tiles if wished.

Pure: a frame is made of places, and gives back points, kilometres and images. By default no
tile is asked for; a setting names their server and whom to credit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import escape

EQUATOR = 40_075.017  # kilometres around (WGS 84)
POLE = 85.0511  # latitude at which the square world of Web Mercator ends
DEEPEST = 18  # zoom that tile servers have
TILE = 256
HIGHEST = 1000  # of a frame, however far apart north and south are


@dataclass(frozen=True)
class Frame:
    """A piece of the world on paper: *scale* is the width of the whole world.

    *west* and *north* are its left and upper edge as shares of the world, 0 to 1.
    """

    west: float
    north: float
    scale: float
    width: float
    height: float
    middle: float

    def at(self, lat: float, long: float) -> tuple[float, float]:
        """Return x and y of a place."""
        x, y = _share(lat, long)
        return (x - self.west) * self.scale, (y - self.north) * self.scale

    @property
    def kilometre(self) -> float:
        """The length of a kilometre in the middle of the frame."""
        return self.scale / (EQUATOR * math.cos(math.radians(self.middle)))

    def tiles(self, template: str) -> list[str]:
        """Return the tiles under the frame as SVG images, each about as large as it is stored."""
        zoom = min(DEEPEST, max(0, round(math.log2(self.scale / TILE))))
        count = 2**zoom
        size = self.scale / count
        columns = range(
            math.floor(self.west * count), math.ceil(self.west * count + self.width / size)
        )
        rows = range(
            max(0, math.floor(self.north * count)),
            min(count, math.ceil(self.north * count + self.height / size)),
        )
        return [
            f'<image href="{_address(template, zoom, column % count, row)}" '
            f'x="{column * size - self.west * self.scale:.2f}" '
            f'y="{row * size - self.north * self.scale:.2f}" '
            f'width="{size:.2f}" height="{size:.2f}"/>'
            for row in rows
            for column in columns
        ]


def frame(
    places: Iterable[tuple[float, float]], width: float, margins: tuple[float, float, float, float]
) -> Frame:
    """Return the frame of *width* that shows *places* (latitude, longitude), north up.

    *margins* are left blank beside them: top, right, bottom, left.
    """
    places = list(places)
    top, right, bottom, left = margins
    xs, ys = zip(*(_share(*place) for place in places), strict=True)
    across, down = max(xs) - min(xs), max(ys) - min(ys)
    room = width - left - right
    scale = min(room / max(across, 1e-7), (HIGHEST - top - bottom) / max(down, 1e-7))
    aside = left + (room - across * scale) / 2  # where the height decides
    return Frame(
        min(xs) - aside / scale,
        min(ys) - top / scale,
        scale,
        width,
        down * scale + top + bottom,
        sum(lat for lat, _ in places) / len(places),
    )


def credit(text: str) -> tuple[str, str | None]:
    """Return whom to credit and where that leads: an address may stand at the end of *text*."""
    name, _, address = text.rpartition(" ")
    return (name, address) if name and address.startswith("https://") else (text, None)


def _share(lat: float, long: float) -> tuple[float, float]:
    angle = math.radians(max(-POLE, min(POLE, lat)))
    return (long + 180) / 360, (1 - math.asinh(math.tan(angle)) / math.pi) / 2


def _address(template: str, zoom: int, column: int, row: int) -> str:
    address = template.replace("{z}", str(zoom)).replace("{x}", str(column))
    return str(escape(address.replace("{y}", str(row))))
