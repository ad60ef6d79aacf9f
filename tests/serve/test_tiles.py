"""The map lies on the grid of Web Mercator, and asks for tiles only where a setting names them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.serve.pages.charts import tiles
from renkei.stores import open_store

TEMPLATE = "https://tiles.example:8443/pale/{z}/{x}/{y}.png"
OFFICES = [(43.06208, 141.35439), (43.19071, 140.99449), (42.82, 141.65)]  # three of the twelve


@pytest.fixture(scope="module")
def tiled(release: Release) -> Iterator[FlaskClient]:
    """A reader of a server that names a tile server."""
    settings = Settings(tiles=TEMPLATE, tiles_credit="Tiles of <A> https://tiles.example/about")
    store = open_store(release, settings)
    yield create_app(release, store, settings).test_client()
    store.close()


def _tile(lat: float, long: float, zoom: int) -> tuple[int, int]:
    """The number of the tile under a place, by the formula that tile servers publish."""
    n, angle = 2**zoom, math.radians(lat)
    y = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2
    return int((long + 180) / 360 * n), int(y * n)


def test_every_place_lies_on_its_tile() -> None:
    """The tile with the number of the place is drawn where the place is drawn."""
    frame = tiles.frame(OFFICES, 720, (48, 130, 62, 60))
    drawn = re.findall(
        r'href="(\d+)/(\d+)/(\d+)" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)"',
        "\n".join(frame.tiles("{z}/{x}/{y}")),
    )

    for place in OFFICES:
        x, y = frame.at(*place)
        under = [
            (int(column), int(row))
            for _, column, row, left, top, size in drawn
            if 0 <= x - float(left) < float(size) and 0 <= y - float(top) < float(size)
        ]
        assert under == [_tile(*place, int(drawn[0][0]))]


def test_tiles_cover_the_frame_and_are_few() -> None:
    frame = tiles.frame(OFFICES, 720, (48, 130, 62, 60))
    drawn = [
        tuple(map(float, found))
        for found in re.findall(
            r'x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)"', "\n".join(frame.tiles("{z}{x}{y}"))
        )
    ]

    assert min(x for x, _, _ in drawn) <= 0 and min(y for _, y, _ in drawn) <= 0
    assert max(x + size for x, _, size in drawn) >= frame.width
    assert max(y + size for _, y, size in drawn) >= frame.height
    assert 4 <= len(drawn) <= 30
    assert 180 <= drawn[0][2] <= 363


def test_a_kilometre_is_true_in_the_middle_of_the_map() -> None:
    """A tenth of a degree of latitude is 11.1 km on the map as on the ground."""
    frame = tiles.frame([(43.0, 141.0), (43.1, 141.2)], 720, (0, 0, 0, 0))
    (_, south), (_, north) = frame.at(43.0, 141.0), frame.at(43.1, 141.2)

    assert (south - north) / frame.kilometre == pytest.approx(11.13, abs=0.02)


def test_without_the_setting_no_page_names_another_host(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"})

    assert "<image" not in page.text
    assert "img-src 'self' data:;" in page.headers["Content-Security-Policy"]


def test_with_the_setting_that_origin_and_no_more_is_allowed_and_named(
    tiled: FlaskClient, client: FlaskClient
) -> None:
    """Tiles under the map, whom they are owed to as a link, and one more origin for images."""
    for path in ("/", "/pictures/map", "/pictures/map.svg"):
        page = tiled.get(path, headers={"Accept": "text/html,image/svg+xml"})
        hosts = set(re.findall(r'<image href="(https?://[^/"]+)', page.text))
        plain = client.get(path, headers={"Accept": "text/html,image/svg+xml"})

        assert hosts == {"https://tiles.example:8443"}, path
        assert page.headers["Content-Security-Policy"] == plain.headers[
            "Content-Security-Policy"
        ].replace("img-src 'self'", "img-src 'self' https://tiles.example:8443")
        assert re.search(
            r'<a href="https://tiles.example/about"><title>Tiles of &lt;A&gt;</title>', page.text
        )
        assert page.headers["ETag"] != plain.headers["ETag"]


def test_a_frame_is_no_higher_than_a_page_however_places_lie() -> None:
    """Two on one meridian, two at one spot: the middle of the frame is theirs."""
    for places in ([(43.0, 141.0), (44.0, 141.0)], [(43.0, 141.0), (43.0, 141.0)]):
        frame = tiles.frame(places, 720, (48, 130, 62, 60))
        points = [frame.at(*place) for place in places]

        assert frame.height <= tiles.HIGHEST + 1
        assert all(0 <= x <= 720 and 0 <= y <= frame.height for x, y in points)
