"""Make a publication of a given number of statements: many areas in the words of ours.

Seeded: the same number gives the same bytes. Each area has a core city, partners,
agreements with documents and files, memberships and two visions. All towns lie in one
region, which has thousands of links back. Imaginary throughout.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

ROOT = "https://w3id.org/jp-ccua/"
NS = ROOT + "ns#"
GRAPH = f"<{ROOT}graph/generated>"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ORG = "http://www.w3.org/ns/org#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
REGION = f"<{ROOT}concept/region/plain>"
NAMES = list("桜梅松竹杉楓柏榎椿葵泉滝沢浜崎島原野岡峰")


def statements(count: int, seed: int = 1) -> Iterator[str]:
    """Yield *count* N-Quads lines, all in one graph."""
    yield from itertools.islice(_areas(random.Random(seed)), count)


def _areas(chance: random.Random) -> Iterator[str]:
    yield from _thing(REGION, "Region", "平野", "Plain")
    area = 0
    while True:
        area += 1
        yield from _area(area, chance)


def _area(area: int, chance: random.Random) -> Iterator[str]:
    prt = _id("partnership", f"area-{area}")
    core = _id("municipality", f"core-{area}")
    yield from _thing(prt, "CollaborativeCoreUrbanArea", f"第{area}連携中枢都市圏", f"Area {area}")
    yield from _thing(core, "Municipality", f"中枢{area}市", f"Core city {area}")
    yield _quad(core, NS + "population", _integer(chance.randint(200_000, 3_000_000)))
    for partner in range(chance.randint(4, 20)):
        slug = f"{area}-{partner}"
        town, agr = _id("municipality", f"town-{slug}"), _id("agreement", f"agreement-{slug}")
        doc, file = _id("document", f"agreement-{slug}"), _id("file", f"agreement-{slug}")
        mbr = _id("membership", f"membership-{slug}")
        name = "".join(chance.choice(NAMES) for _ in range(2)) + chance.choice("市町村")
        day = f"20{chance.randint(15, 24)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        yield from _thing(town, "Municipality", name, f"Town {slug}")
        yield _quad(town, NS + "population", _integer(chance.randint(900, 400_000)))
        yield _quad(town, NS + "subprefecture", REGION)
        yield from _thing(agr, "CooperationAgreement", f"連携協約({name})", f"Agreement {slug}")
        yield _quad(agr, NS + "coreCityParty", core)
        yield _quad(agr, NS + "counterparty", town)
        yield _quad(agr, NS + "hasParty", core)
        yield _quad(agr, NS + "hasParty", town)
        yield _quad(agr, NS + "formsPartnership", prt)
        yield _quad(agr, NS + "concludedOn", _date(day))
        yield from _thing(mbr, "PartnershipMembership", f"{name}の構成関係", f"Membership {slug}")
        yield _quad(mbr, ORG + "member", town)
        yield _quad(mbr, ORG + "organization", prt)
        yield _quad(mbr, NS + "establishedBy", agr)
        yield _quad(mbr, NS + "validFrom", _date(day))
        yield _quad(prt, ORG + "hasMember", town)
        yield from _thing(doc, "PublishedDocument", f"連携協約({name})PDF", f"Document {slug}")
        yield _quad(doc, NS + "publishesTextOf", agr)
        yield _quad(doc, NS + "hasFile", file)
        yield _quad(file, TYPE[1:-1], f"<{NS}DigitalFile>")
        yield _quad(file, NS + "statedSizeKB", _integer(chance.randint(50, 4000)))
    for term in (1, 2):
        vision = _id("vision", f"vision-{area}-{term}")
        yield from _thing(vision, "Vision", f"第{term}期ビジョン", f"Vision {term} of area {area}")
        yield _quad(vision, NS + "visionOf", prt)
        yield _quad(vision, NS + "periodNumber", _integer(term))


def _id(kind: str, slug: str) -> str:
    return f"<{ROOT}id/{kind}/{slug}>"


def _thing(thing: str, class_: str, ja: str, en: str) -> Iterator[str]:
    yield _quad(thing, TYPE[1:-1], f"<{NS}{class_}>")
    yield _quad(thing, SKOS + "prefLabel", f'"{ja}"@ja')
    yield _quad(thing, SKOS + "prefLabel", f'"{en}"@en')


def _quad(subject: str, predicate: str, value: str) -> str:
    return f"{subject} <{predicate}> {value} {GRAPH} .\n"


def _integer(value: int) -> str:
    return f'"{value}"^^<{XSD}integer>'


def _date(day: str) -> str:
    return f'"{day}"^^<{XSD}date>'


def publication(folder: Path, count: int) -> Path:
    """Lay out a publication with *count* statements in *folder*; return *folder*.

    It says what a reader needs to choose a day: from which one a membership holds.
    """
    data = folder / "data"
    (data / "pages").mkdir(parents=True, exist_ok=True)
    (data / "pages/pages.ttl").write_text(
        f"<{NS}validFrom> a <https://w3id.org/renkei/pages#FirstDay> .\n", "utf-8"
    )
    with (data / "generated.nq").open("w", encoding="utf-8") as file:
        file.writelines(statements(count))
    return folder
