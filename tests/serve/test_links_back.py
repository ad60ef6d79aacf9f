"""What thousands of statements point to costs no more than what hundreds do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.release import MANY
from renkei.serve.app import create_app
from renkei.serve.pages.thing import MENTIONS
from renkei.serve.read import index_file
from renkei.stores import open_store
from renkei.stores.base import Row

ROOT = "https://data.example.org/links/"
TOWNS = {"none": 0, "few": MANY - 1, "many": MANY + 1, "more": 4 * MANY}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Regions with more and more towns, served; gives a page and the rows read for it."""
    folder = tmp_path_factory.mktemp("links")
    (folder / "data").mkdir()
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    lines = [
        f'<{ROOT}id/region/{name}> {label} "{name}"@en .\n'
        + "".join(
            f'<{ROOT}id/town/{name}-{n:04}> {label} "Town {n:04} of {name}"@en ;\n'
            f"  <{ROOT}ns#in> <{ROOT}id/region/{name}> .\n"
            for n in range(number)
        )
        for name, number in TOWNS.items()
    ]
    (folder / "data" / "towns.ttl").write_text("".join(lines), "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Links")
    read = {"store": 0, "index": 0}
    with pytest.MonkeyPatch.context() as patch:
        settings = Settings()
        store = open_store(release, settings)
        select = store.select

        def counting(text: str, bindings: object = None) -> list[Row]:
            rows = select(text, bindings)  # type: ignore[arg-type]
            read["store"] += len(rows)
            assert "ORDER BY ?p ?s ?g" not in text or len(rows) <= MANY + 1
            return rows

        pointing = index_file.IndexFile.pointing

        def reading(self: index_file.IndexFile, *given: object) -> object:
            quads = pointing(self, *given)  # type: ignore[arg-type]
            read["index"] += len(quads)
            return quads

        patch.setattr(store, "select", counting)
        patch.setattr(index_file.IndexFile, "pointing", reading)
        # As a large release: names are asked as they are met.
        patch.setattr("renkei.serve.read.reader.IN_MEMORY", 0)
        client = create_app(release, store, settings).test_client()
        client.get("/doc/region/none.html?lang=en")  # what is asked once

        def page(path: str) -> tuple[str, dict[str, int]]:
            read.update(store=0, index=0)
            answer = client.get(f"/doc/region/{path}")
            assert answer.status_code == 200
            return answer.get_data(as_text=True), dict(read)

        yield page
        store.close()


def test_a_page_reads_one_part_of_its_links_however_many_there_are(counted) -> None:
    """Above the bound they are read in the order in which packing left them."""
    _, many = counted("many.html?lang=en")
    html, more = counted("more.html?lang=en")

    assert more == many
    assert more["index"] == MENTIONS
    assert f"{TOWNS['more']} statements" in html


@pytest.mark.parametrize("name", ["few", "many"])
def test_listed_or_sorted_the_links_come_in_the_same_order(counted, name: str) -> None:
    """Just below the bound the store sorts, just above packing has."""
    seen = []
    for page in range(1, -(-TOWNS[name] // MENTIONS) + 1):
        html, _ = counted(f"{name}.html?lang=en&page={page}")
        seen += [int(n) for n in re.findall(rf">Town (\d+) of {name}<", html)]

    assert seen == list(range(TOWNS[name]))
