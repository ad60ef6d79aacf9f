"""The facts from second sources: sums, check digits, and that nothing stands without its source.

The files are read as authors wrote them, without packing, so a slip shows here first.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store
from rdflib import Dataset

ROOT = "https://w3id.org/jp-ccua/"
NS = ROOT + "ns#"
HERE = Path(__file__).resolve().parents[2]
ENRICHMENT = sorted((HERE / "data" / "enrichment").glob("*.trig"))
CATALOGUE = HERE / "data" / "catalogue.ttl"
AUTHORITIES = HERE / "server/renkei/pack/catalogue/authorities.ttl"
CONTEXT = HERE / "data" / "context.jsonld"

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DCT = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
ORG = "http://www.w3.org/ns/org#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
WGS = "http://www.w3.org/2003/01/geo/wgs84_pos#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PROV = "http://www.w3.org/ns/prov#"

TWELVE = {
    "sapporo",
    "otaru",
    "iwamizawa",
    "ebetsu",
    "chitose",
    "eniwa",
    "kitahiroshima",
    "ishikari",
    "tobetsu",
    "shinshinotsu",
    "nanporo",
    "naganuma",
}
VILLAGES = {"atsuta", "hamamasu"}
EIGHT = TWELVE - {"otaru", "iwamizawa", "nanporo", "naganuma"}
OURS = {"editorial", "provenance", "legal-reading", "partner-grouping"}


def load(paths: list[Path]) -> Store:
    """Return a store of *paths*, whatever of the RDF formats they are written in."""
    store = Store()
    for path in paths:
        turtle = path.suffix == ".ttl"
        store.load(path=path, format=RdfFormat.TURTLE if turtle else RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def store() -> Store:
    """All enrichment files together."""
    return load(ENRICHMENT)


@pytest.fixture(scope="module")
def catalogue() -> Store:
    """The description of the dataset."""
    return load([CATALOGUE])


def iri(value: str) -> NamedNode:
    return NamedNode(value)


def muni(slug: str) -> NamedNode:
    return iri(f"{ROOT}id/municipality/hokkaido-{slug}")


def quads(store: Store, s: str | None, p: str | None, graph: str | None = None) -> list[Quad]:
    """Return the quads with subject *s*, property *p* and graph ``graph/…``; None is any."""
    return list(
        store.quads_for_pattern(
            iri(s) if s else None,
            iri(p) if p else None,
            None,
            iri(f"{ROOT}graph/{graph}") if graph else None,
        )
    )


def values(store: Store, s: str, p: str) -> set[str]:
    return {q.object.value for q in quads(store, s, p)}


def one(store: Store, s: str, p: str) -> str:
    found = values(store, s, p)
    assert len(found) == 1, f"{s} {p}: {found}"
    return found.pop()


def graphs(store: Store) -> set[str]:
    return {g.value.removeprefix(ROOT + "graph/") for g in store.named_graphs()}


def typed(store: Store, kind: str) -> set[str]:
    return {q.subject.value for q in store.quads_for_pattern(None, iri(TYPE), iri(kind), None)}


# --- codes and numbers


@pytest.mark.parametrize("slug", sorted(TWELVE | VILLAGES))
def test_a_municipality_code_ends_in_its_check_digit(store: Store, slug: str) -> None:
    """Weights 6 to 2, modulo 11; the first five digits are the Standard Area Code."""
    code = one(store, muni(slug).value, NS + "municipalityCode")
    rest = sum(int(d) * w for d, w in zip(code[:5], (6, 5, 4, 3, 2), strict=True)) % 11

    assert re.fullmatch(r"01\d{4}", code)
    assert int(code[5]) == (11 - rest) % 10
    assert one(store, muni(slug).value, NS + "standardAreaCode") == code[:5]


@pytest.mark.parametrize("slug", sorted(TWELVE))
def test_a_corporate_number_starts_with_its_check_digit(store: Store, slug: str) -> None:
    """Check digit, 000020, municipality code: the number can be made from the code."""
    number = one(store, muni(slug).value, NS + "corporateNumber")
    code = one(store, muni(slug).value, NS + "municipalityCode")
    digits = [int(d) for d in reversed(number[1:])]
    weighted = sum(d * (1 if i % 2 == 0 else 2) for i, d in enumerate(digits))

    assert number[1:] == "000020" + code
    assert int(number[0]) == 9 - weighted % 9


def test_the_villages_have_no_corporate_number(store: Store) -> None:
    """They ended ten years before the numbers were given out."""
    assert not any(values(store, muni(v).value, NS + "corporateNumber") for v in VILLAGES)


# --- figures


@pytest.mark.parametrize("year, total", [("2015", 2_600_875), ("2020", 2_604_945)])
def test_the_census_figures_sum_to_the_population_of_the_area(
    store: Store, year: str, total: int
) -> None:
    nodes = [
        q.subject.value for q in quads(store, None, NS + "censusYear") if q.object.value == year
    ]

    assert {one(store, n, NS + "populationOf") for n in nodes} == {muni(s).value for s in TWELVE}
    assert sum(int(one(store, n, NS + "population")) for n in nodes) == total


def test_the_areas_of_the_twelve_sum_to_the_area_of_the_whole(store: Store) -> None:
    """The former villages are part of Ishikari and are not added."""
    sizes = [Decimal(one(store, muni(s).value, NS + "areaSquareKilometres")) for s in TWELVE]

    assert sum(sizes) == Decimal("4514.84")


@pytest.mark.parametrize("slug", sorted(TWELVE))
def test_an_office_lies_near_sapporo(store: Store, slug: str) -> None:
    site = one(store, muni(slug).value, ORG + "hasPrimarySite")

    assert 42.5 < float(one(store, site, WGS + "lat")) < 43.5
    assert 140.5 < float(one(store, site, WGS + "long")) < 142


def test_eight_cities_three_towns_and_one_village_make_the_area(store: Store) -> None:
    kinds: dict[str, int] = defaultdict(int)
    for slug in TWELVE:
        kinds[one(store, muni(slug).value, ORG + "classification").rsplit("/", 1)[1]] += 1

    assert kinds == {"designated-city": 1, "city": 7, "town": 3, "village": 1}


@pytest.mark.parametrize("slug", sorted(TWELVE | VILLAGES))
def test_a_municipality_has_two_names_and_a_reading(store: Store, slug: str) -> None:
    labels = {
        q.object.language: q.object.value
        for q in quads(store, muni(slug).value, SKOS + "prefLabel")
    }
    reading = quads(store, muni(slug).value, NS + "reading")

    assert set(labels) == {"ja", "en"} and labels["en"].lower() == slug
    assert re.search("[市町村]$", labels["ja"])
    assert {q.object.language for q in reading} == {"ja-hrkt"}
    assert all(re.fullmatch("[ぁ-ゖー]+", q.object.value) for q in reading)


# --- dated facts


def test_the_eight_at_the_dissolution_are_those_of_the_ishikari_notice(store: Store) -> None:
    members = {q.object.value for q in quads(store, None, ORG + "member", "ishikari-union-notice")}

    assert members == {muni(s).value for s in EIGHT}


def test_the_union_drew_only_on_the_ishikari_jurisdiction(store: Store) -> None:
    inside = {
        q.subject.value
        for q in quads(store, None, NS + "subprefecture", "n03")
        if q.object.value == ROOT + "id/area/ishikari-kannai"
    }

    assert inside == {muni(s).value for s in EIGHT}


@pytest.mark.parametrize("term, day", [(1, "2019-03-29"), (2, "2024-03-29")])
def test_a_vision_was_adopted_on_one_day_by_every_source(store: Store, term: int, day: str) -> None:
    found = quads(store, f"{ROOT}id/vision/sapporo-{term}", NS + "adoptedOn")

    assert {q.object.value for q in found} == {day}
    assert len({q.graph_name.value for q in found}) == 2


def test_the_villages_end_the_day_before_the_merger(store: Store) -> None:
    merger = ROOT + "id/event/ishikari-merger-2005"

    assert one(store, merger, NS + "dateStated") == "2005-10-01"
    assert values(store, merger, ORG + "originalOrganization") == {muni(v).value for v in VILLAGES}
    assert {one(store, muni(v).value, NS + "validThrough") for v in VILLAGES} == {"2005-09-30"}


def test_fifteen_firms_signed_eleven_partner_agreements(store: Store) -> None:
    agreements = typed(store, NS + "PartnerAgreement")
    firms = [q.object.value for q in quads(store, None, NS + "partnerFirm", "partner-grouping")]
    signed = {
        q.object.value
        for q in quads(store, None, PROV + "wasAssociatedWith")
        if "/id/firm/" in q.object.value
    }

    assert len(agreements) == 11
    assert len(firms) == len(set(firms)) == 15
    assert set(firms) == signed
    assert {one(store, a, NS + "concludedOn") for a in agreements} == {"2019-07-12"}


def test_the_grouping_of_firms_is_marked_as_an_inference(store: Store) -> None:
    """The graph is the editors' and says so; no other pairs a firm with an agreement."""
    graph = ROOT + "graph/partner-grouping"

    assert values(store, graph, PROV + "wasAttributedTo") == {ROOT + "id/agent/editors"}
    assert len(quads(store, graph, SKOS + "editorialNote")) == 2
    assert {q.graph_name.value for q in quads(store, None, NS + "partnerFirm")} == {graph}


def test_the_amendment_rests_on_paragraph_four_and_the_agreements_on_paragraph_one(
    store: Store,
) -> None:
    law = ROOT + "id/law/local-autonomy-act-252-2-"
    basis = {
        q.subject.value.rsplit("/", 1)[1]: q.object.value
        for q in quads(store, None, NS + "hasLegalBasis")
        if "/agreement/" in q.subject.value
    }

    assert basis.pop("sapporo-iwamizawa-2021") == law + "4"
    assert basis == {f"sapporo-{s}-2019": law + "1" for s in TWELVE - {"sapporo"}}


def test_every_provision_belongs_to_an_act_with_a_number(store: Store) -> None:
    for provision in typed(store, NS + "LegalProvision"):
        act = provision
        while not values(store, act, NS + "lawNumber"):
            assert values(store, act, NS + "articleNumber"), provision
            act = one(store, act, NS + "provisionOf")


# --- sources


def test_every_graph_rests_on_one_source_with_a_standing_and_an_address(store: Store) -> None:
    for slug in graphs(store) - OURS:
        passage = one(store, f"{ROOT}graph/{slug}", NS + "supportedBy")
        source = one(store, passage, DCT + "isPartOf")

        assert passage.endswith("/" + slug) and source.endswith("/" + slug)
        assert one(store, source, NS + "standing").startswith(ROOT + "concept/standing/")
        assert re.match("https?://", one(store, source, SCHEMA + "url"))
        assert one(store, source, DCT + "publisher").startswith(ROOT)
        described = quads(store, passage, DCT + "description")
        assert {q.object.language for q in described} == {"ja", "en"}


def test_every_source_has_a_graph(store: Store) -> None:
    described = {q.subject.value.rsplit("/", 1)[1] for q in quads(store, None, NS + "standing")}

    assert described == graphs(store) - OURS


def test_press_and_reference_works_are_marked_as_such(store: Store) -> None:
    """Whatever address a newspaper, an encyclopaedia or a dictionary has, it is not official."""
    weak = {
        "press": r"projectdesign|hre-net|senmonshi|yahoo|yomiuri|mainichi",
        "reference-work": r"wikipedia|kotobank|kotoba",
    }
    for quad in quads(store, None, NS + "standing"):
        address = one(store, quad.subject.value, SCHEMA + "url")
        standing = quad.object.value.rsplit("/", 1)[1]
        for name, pattern in weak.items():
            assert bool(re.search(pattern, address)) == (standing == name), address


def test_official_sources_stand_on_official_hosts(store: Store) -> None:
    for quad in quads(store, None, NS + "standing"):
        if quad.object.value.endswith("/official"):
            host = one(store, quad.subject.value, SCHEMA + "url").split("/")[2]
            assert re.search(r"(sapporo|hokkaido|lg|soumu\.go)\.jp$", host), host


def test_forum_copies_and_scraper_pages_stay_out(store: Store) -> None:
    addresses = " ".join(q.object.value for q in quads(store, None, SCHEMA + "url"))

    assert not re.search(r"5ch|docsplayer|123deta|happylibus|if2\.info|kotoba\.ne", addresses)


def test_only_the_former_villages_rest_on_reference_works(store: Store) -> None:
    weak = [
        q.subject.value.rsplit("/", 1)[1]
        for q in quads(store, None, NS + "standing")
        if q.object.value.endswith("/reference-work")
    ]
    about = {q.subject.value.rsplit("/", 1)[1] for g in weak for q in quads(store, None, None, g)}

    assert about == {
        "hokkaido-atsuta",
        "hokkaido-hamamasu",
        "ishikari-merger-2005",
        "ishikari-kannai",
        "atsuta-district",
        "hamamasu-district",
    }


# --- identifiers elsewhere


def test_links_to_other_data_sets_have_the_form_of_their_home(store: Store) -> None:
    forms = {
        DCT
        + "relation": r"http://data\.e-stat\.go\.jp/lod/sac/C\d{5}|http://sws\.geonames\.org/\d+/"
        r"|http://id\.ndl\.go\.jp/auth/ndlna/\d{8}",
        SCHEMA + "sameAs": r"http://www\.wikidata\.org/entity/Q\d+|http://sws\.geonames\.org/\d+/"
        r"|http://ja\.dbpedia\.org/resource/\w+[市町村]",
    }
    for name, form in forms.items():
        for quad in quads(store, None, name):
            assert re.fullmatch(form, quad.object.value), quad.object.value


def test_no_code_or_record_is_said_to_be_the_city(store: Store) -> None:
    assert not quads(store, None, "http://www.w3.org/2002/07/owl#sameAs")


def test_what_could_not_be_confirmed_is_left_out(store: Store) -> None:
    """No GeoNames record for Shinshinotsu, no Wikidata item for three members and two villages."""
    wikidata = {
        q.subject.value
        for q in quads(store, None, SCHEMA + "sameAs")
        if "wikidata" in q.object.value
    }
    geonames = {
        q.subject.value
        for q in quads(store, None, DCT + "relation")
        if "geonames" in q.object.value
    }

    unknown = {"shinshinotsu", "nanporo", "naganuma"}
    assert wikidata == {muni(s).value for s in TWELVE - unknown}
    assert geonames == {muni(s).value for s in TWELVE - {"shinshinotsu"}}


# --- hygiene


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_enrichment_files_mean_the_same_to_two_parsers() -> None:
    """The warnings left out are rdflib's about its own calls."""
    for path in ENRICHMENT:
        dataset = Dataset()
        dataset.parse(data=path.read_text(encoding="utf-8"), format="trig")
        assert sum(1 for _ in dataset.quads()) == len(load([path])), path.name


def test_no_statement_uses_a_blank_node_or_the_default_graph(store: Store) -> None:
    for quad in store:
        assert isinstance(quad.graph_name, NamedNode)
        assert not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)


def test_literals_have_allowed_datatypes_and_canonical_forms(store: Store) -> None:
    forms = {
        "date": r"\d{4}-\d{2}-\d{2}",
        "gYearMonth": r"\d{4}-\d{2}",
        "gYear": r"\d{4}",
        "integer": r"0|[1-9]\d*",
        "decimal": r"\d+\.(\d*[1-9]|0)",
        "string": r"\S(.*\S)?",
        "anyURI": r"https?://\S+",
    }
    for path in ENRICHMENT:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[ ;]-?\d+\.\d*0 [;.,]", text), f"{path.name}: trailing zero"
    for literal in {q.object for q in store if isinstance(q.object, Literal)}:
        if literal.language:
            assert literal.language in {"ja", "en", "ja-hrkt", "ja-latn"}
            assert literal.value == literal.value.strip(" \u3000\n")
        else:
            name = literal.datatype.value.removeprefix(XSD)
            assert re.fullmatch(forms[name], literal.value), literal


def test_own_iris_are_lower_case_slugs(store: Store) -> None:
    terms = {
        t.value
        for q in store
        for t in (q.subject, q.object, q.graph_name)
        if isinstance(t, NamedNode) and t.value.startswith(ROOT)
    }
    form = r"(id|concept)/[a-z-]+(/[a-z0-9-]+)?|graph/[a-z0-9-]+|ns#[A-Za-z]+"

    assert [t for t in sorted(terms) if not re.fullmatch(form, t.removeprefix(ROOT))] == []


def test_everything_that_is_described_has_one_name_in_each_language(store: Store) -> None:
    """Names may stand elsewhere in the publication, but each thing has one per language."""
    everything = load([*(HERE / "data").rglob("*.trig"), *(HERE / "ontology").glob("*.ttl")])
    for subject in {q.subject.value for q in store if q.subject.value.startswith(ROOT + "id/")}:
        labels = {
            (q.object.language, q.object.value)
            for q in quads(everything, subject, SKOS + "prefLabel")
        }
        assert sorted(language for language, _ in labels) == ["en", "ja"], subject


def test_no_reference_to_an_own_thing_leads_nowhere(store: Store) -> None:
    everything = load([*(HERE / "data").rglob("*.trig"), *(HERE / "ontology").glob("*.ttl")])
    known = {q.subject.value for q in everything if isinstance(q.subject, NamedNode)}
    named = {
        q.object.value
        for q in store
        if isinstance(q.object, NamedNode) and q.object.value.startswith(ROOT)
    }

    assert sorted(named - known) == []


def test_terms_of_ours_are_those_of_the_vocabulary(store: Store) -> None:
    vocabulary = {
        q.subject.value
        for q in load([HERE / "ontology" / "ccua.ttl", HERE / "ontology" / "ccua-jp.ttl"])
        if isinstance(q.subject, NamedNode)
    }
    used = {
        t.value
        for q in store
        for t in (q.predicate, q.object)
        if isinstance(t, NamedNode) and t.value.startswith(NS)
    }

    assert sorted(used - vocabulary) == []


@pytest.mark.parametrize("path", [*ENRICHMENT, CATALOGUE], ids=lambda path: path.name)
def test_prefixes_stand_in_alphabetical_order_and_are_used(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prefixes = re.findall(r"(?m)^@prefix ([a-z]+): ", text)

    assert prefixes == sorted(set(prefixes))
    assert [p for p in prefixes if len(re.findall(rf"(?<![\w-]){p}:", text)) < 2] == []


# --- catalogue and context


def test_the_catalogue_names_every_source_of_the_enrichment(store: Store, catalogue: Store) -> None:
    listed = values(catalogue, ROOT + "dataset/sapporo", PROV + "wasDerivedFrom")

    assert listed == {q.subject.value for q in quads(store, None, NS + "standing")} | {
        ROOT + "id/source/seed"
    }


def test_the_catalogue_types_what_harvesters_look_at(catalogue: Store) -> None:
    """DCAT-AP range checks see this file and the nodes of code lists that packing adds."""
    described = load([CATALOGUE, AUTHORITIES])
    classes = {
        DCT + "publisher": "http://xmlns.com/foaf/0.1/Agent",
        DCT + "creator": "http://xmlns.com/foaf/0.1/Agent",
        DCT + "license": DCT + "LicenseDocument",
        DCT + "language": DCT + "LinguisticSystem",
        DCT + "spatial": DCT + "Location",
        DCT + "temporal": DCT + "PeriodOfTime",
        DCT + "accrualPeriodicity": DCT + "Frequency",
        DCT + "accessRights": DCT + "RightsStatement",
        DCT + "conformsTo": DCT + "Standard",
        DCT + "provenance": DCT + "ProvenanceStatement",
        DCAT + "theme": SKOS + "Concept",
        DCAT + "themeTaxonomy": SKOS + "ConceptScheme",
        DCT + "type": SKOS + "Concept",
        DCAT + "contactPoint": "http://www.w3.org/2006/vcard/ns#Kind",
        DCAT + "landingPage": "http://xmlns.com/foaf/0.1/Document",
        "http://xmlns.com/foaf/0.1/homepage": "http://xmlns.com/foaf/0.1/Document",
    }
    for prop, kind in classes.items():
        found = quads(catalogue, None, prop)
        assert found, prop
        for quad in found:
            assert kind in values(described, quad.object.value, TYPE), quad.object.value


def test_titles_and_descriptions_of_the_catalogue_are_in_both_languages(catalogue: Store) -> None:
    for subject in ("catalogue", "dataset/sapporo"):
        for prop in ("title", "description"):
            texts = {
                q.object.language: q.object.value
                for q in quads(catalogue, ROOT + subject, DCT + prop)
            }
            assert set(texts) == {"ja", "en"}
            if prop == "description":
                assert all(50 <= len(text) <= 5000 for text in texts.values())


def test_the_catalogue_has_no_blank_node(catalogue: Store) -> None:
    assert not any(isinstance(t, BlankNode) for q in catalogue for t in (q.subject, q.object))


def test_the_context_has_no_key_twice_and_fetches_nothing() -> None:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    document = json.loads(CONTEXT.read_text(encoding="utf-8"), object_pairs_hook=once)

    assert list(document) == ["@context"]
    assert document["@context"]["@version"] == 1.1
    assert not re.search(r'"@(import|propagate)"|"@context": *"', CONTEXT.read_text())


def test_the_context_knows_every_prefix_of_the_files_with_the_same_namespace() -> None:
    context = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    for path in ENRICHMENT:
        for prefix, namespace in re.findall(r"(?m)^@prefix ([a-z]+): <(.*)> \.$", path.read_text()):
            assert context[prefix]["@id"] == namespace, prefix
