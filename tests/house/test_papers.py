"""What docs/architecture.md and docs/interface.md say of the program is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from renkei.serve.http.parameters import READ

ROOT = Path(__file__).parents[2]
PAPER = (ROOT / "docs" / "architecture.md").read_text("utf-8")
INTERFACE = (ROOT / "docs" / "interface.md").read_text("utf-8")
PLACES = (
    ROOT,
    ROOT / "server" / "renkei",
    ROOT / "server/renkei/serve",
    ROOT / "server/renkei/pack",
)


def test_every_path_of_the_paper_is_there() -> None:
    """Whole, or from the program, its readers' or its authors' half; `<…>` stands for some name."""
    named = set(re.findall(r"`([\w./<>-]+(?:/|\.py|\.rq|\.html))`", PAPER))
    patterns = {name: re.sub(r"<[^>]+>", "*", name) for name in named}
    missing = {
        name
        for name, pattern in patterns.items()
        if not any(any(place.glob(pattern)) for place in PLACES)
    }

    assert len(named) > 40
    assert missing == set()


def test_every_room_of_the_picture_is_in_the_table_of_imports() -> None:
    """The order of rooms in the picture is that in which they may be imported."""
    from tests.house.test_imports import MAY

    (line,) = re.findall(r"serve/ +(http/ ←.*)", PAPER)
    rooms = [f"serve.{room}" for room in re.findall(r"(\w+)/", line)]
    for place, room in enumerate(rooms):
        assert MAY[room] & set(rooms) == set(rooms[:place]) - OUT_OF_REACH.get(room, set())


OUT_OF_REACH = {"serve.read": {"serve.http"}}  # what asks the release needs no HTTP


@pytest.mark.parametrize("rule", sorted(READ))
def test_every_door_stands_in_the_paper_on_the_interface(rule: str) -> None:
    """As it is, or up to its first name that varies; `READ` is held to the routes elsewhere."""
    if rule == "/<path:rest>":  # any other IRI of ours: a thing that a release speaks of
        return
    fixed = re.sub(r"\.?<.*", "", rule)

    assert re.search(rf"`{re.escape(fixed)}[^a-z]", INTERFACE)
