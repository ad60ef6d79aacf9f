"""What a release holds, and that it is the same wherever and whenever it is made."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from renkei.errors import PublicationRefused, ReleaseError
from renkei.pack import pipeline, release_writer
from renkei.pack.reading import source_files
from renkei.pack.reading.source_files import APART
from renkei.release import INDEX, Release, open_release, verify

MINIATURE = Path(__file__).parents[1] / "miniature"

# A list and a restriction: blank nodes, which must get the same names on every machine.
AXIOMS = """\
@prefix e: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty e:p ; owl:someValuesFrom e:B ] ,
    [ a owl:Class ; owl:unionOf ( e:B e:C [ a owl:Class ; owl:complementOf e:D ] ) ] .
"""


def quads(path: Path, form: ox.RdfFormat) -> list[ox.Quad]:
    return list(ox.parse(path.read_bytes(), format=form))


def test_the_same_statements_give_the_same_bytes_anywhere(apart, tmp_path: Path) -> None:
    """On another day, in another folder, with another hash seed and order of files."""
    made = []
    for number, (day, seed) in enumerate([("1", "0"), ("1800000000", "42")]):
        folder = tmp_path / f"copy {number}" / "publication"
        names = [p.relative_to(MINIATURE) for p in MINIATURE.rglob("*") if p.is_file()]
        for name in sorted(names, reverse=bool(number)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(MINIATURE / name, folder / name)
        (folder / "ontology/axioms.ttl").write_text(AXIOMS)
        told = apart(
            "pack",
            folder if number else ".",
            cwd=tmp_path if number else folder,
            SOURCE_DATE_EPOCH=day,
            PYTHONHASHSEED=seed,
            TZ="Asia/Tokyo" if number else "UTC",
        )
        assert told.returncode == 0, told.stderr
        made.append(open_release(folder / "releases" / "current"))

    first, second = made
    assert first.path("data.nq").read_bytes() == second.path("data.nq").read_bytes()
    assert first.manifest.id == second.manifest.id == first.folder.name
    assert (first.manifest.created, second.manifest.created) == (
        "1970-01-01T00:00:01Z",
        "2027-01-15T08:00:00Z",
    )
    dumps = [name for name in first.manifest.files if name.startswith("dumps/")]
    assert len(dumps) == 14
    for name in [*dumps, *first.manifest.identified_by, INDEX]:
        assert first.path(name).read_bytes() == second.path(name).read_bytes(), name


def test_the_id_is_of_all_that_reaches_a_reader(release: Release) -> None:
    """Statements, report, context, pages, and the settings of the manifest; anybody can try it."""
    content = release.path("data.nq").read_bytes()
    pages = sorted(f"pages/{p.name}" for p in (release.folder / "pages").iterdir())
    names = ["context.jsonld", "data.nq", *pages, "report.json", "report.ttl"]
    manifest = json.loads((release.folder / "manifest.json").read_text())
    told = ("root", "dataset", "namespace", "title", "version", "languages", "prefixes")
    settings = json.dumps(
        {n: manifest[n] for n in told}, indent=2, sort_keys=True, ensure_ascii=False
    )

    listed = {n: release.path(n).read_bytes() for n in names} | {
        "settings": f"{settings}\n".encode()
    }
    text = "".join(f"{hashlib.sha256(listed[n]).hexdigest()}  {n}\n" for n in sorted(listed))
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == release.manifest.id
    assert release.manifest.identified_by == tuple(sorted(names))
    assert content.splitlines() == sorted(set(content.splitlines()))


SH, XSD = "http://www.w3.org/ns/shacl#", "http://www.w3.org/2001/XMLSchema#"
CHANGES = [
    pytest.param({}, ["--title", "Other"], id="title"),
    pytest.param({}, ["--root", "https://other.example/"], id="root"),
    pytest.param({"data/context.jsonld": '{"@context": {"o": "x:o"}}'}, [], id="context"),
    pytest.param({"data/a.ttl": "@prefix o: <https://o.example/> .\n{}"}, [], id="prefix"),
    pytest.param({"shapes/s.ttl": f"<x:s> <{SH}nod> <x:o> ."}, [], id="report"),
    pytest.param({"data/a.ttl": "\n{}"}, [], id="the line of a finding"),
    pytest.param(
        {"data/catalogue.ttl": '<https://e.example/d> <http://purl.org/dc/terms/language> "fr" ; '
         '<http://rdfs.org/ns/void#uriSpace> "https://e.example/" .'},
        [],
        id="languages",
    ),
]  # fmt: skip


@pytest.mark.parametrize("files, options", CHANGES)
def test_a_changed_setting_is_a_new_release(
    publish, renkei, files: dict[str, str], options: list[str]
) -> None:
    """And the old one is made again, as it was, when the change is taken back."""
    text = f'<https://e.example/id/a> <https://e.example/p> "x"^^<{XSD}date> .'
    folder = publish({"data/a.ttl": text})
    plain = ["--root", "https://e.example/", "--title", "X"]

    def packed(*words: str) -> str:
        told = renkei("pack", folder, *words)
        assert told.returncode == 0, told.stderr
        return open_release(folder / "releases/current").manifest.id

    first = packed(*plain)
    publish({name: new.replace("{}", text) for name, new in files.items()})
    other = packed(*plain, *options)
    again = packed(*plain, *options)
    for name in files:
        (folder / name).unlink()
    publish({"data/a.ttl": text})

    assert other == again != first
    assert packed(*plain) == first


def test_who_only_asks_takes_the_options_as_they_were(publish, renkei) -> None:
    folder = publish({"data/a.ttl": "<https://e.example/id/a> <https://e.example/p> 1 ."})
    renkei("pack", folder, "--root", "https://e.example/", "--title", "X")
    before = open_release(folder / "releases/current").manifest

    asked = renkei("query", "ASK { ?s ?p 1 }", "--of", folder)
    packed = renkei("pack", folder)

    assert asked.stdout.strip().endswith("true")
    assert before.title == {"und": "X"}
    assert packed.returncode == 0
    assert open_release(folder / "releases/current").manifest.title == {"und": "publication"}


def test_a_release_that_was_packed_before_opens_and_verifies(
    miniature: Release, tmp_path: Path
) -> None:
    """Its manifest does not say what its id is of: statements, and pages where it has any."""
    fields = json.loads((miniature.folder / "manifest.json").read_text())
    del fields["identified_by"], fields["digest"]
    names = ["data.nq", *(n for n in sorted(fields["files"]) if n.startswith("pages/"))]
    text = "".join(f"{fields['files'][n]['sha256']}  {n}\n" for n in names)
    ids = {
        True: hashlib.sha256(text.encode()).hexdigest()[:12],
        False: fields["files"]["data.nq"]["sha256"][:12],
    }
    for pages, identifier in ids.items():
        folder = tmp_path / identifier
        shutil.copytree(miniature.folder, folder)
        files = {n: e for n, e in fields["files"].items() if pages or not n.startswith("pages/")}
        manifest = fields | {"id": identifier, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest))

        assert verify(open_release(folder)) == []
        (folder / "manifest.json").write_text(json.dumps(manifest | {"id": "0" * 12}))
        with pytest.raises(ReleaseError, match="its id is not that of its files"):
            open_release(folder)


def test_blank_nodes_get_their_canonical_labels(publish, tmp_path: Path) -> None:
    """The labels of RDFC-1.0, whatever the author called them and wherever they stood."""
    one = publish({"data/o.ttl": AXIOMS})
    first, _ = pipeline.pack(one, tmp_path / "first", root="https://example.org/")
    turned = "\n".join(reversed(first.path("dumps/data.nt").read_text().splitlines()))
    two = tmp_path / "two"
    (two / "data").mkdir(parents=True)
    (two / "data/o.nt").write_text(turned.replace("_:c14n", "_:other"))
    second, _ = pipeline.pack(two, tmp_path / "second", root="https://example.org/")

    text = first.path("data.nq").read_text()
    assert text == second.path("data.nq").read_text()
    dataset = ox.Dataset(quads(first.path("data.nq"), ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert sorted(f"{q} .\n" for q in dataset) == text.splitlines(keepends=True)


def test_the_default_graph_is_a_copy_of_all_graphs_that_state_facts(release: Release) -> None:
    """Every triple of it stands in a named graph, and the reverse; axioms in their graph alone."""
    root = release.manifest.root
    apart = {ox.NamedNode(root + name) for name in APART}
    default, named, axioms = set(), set(), set()
    for quad in quads(release.path("data.nq"), ox.RdfFormat.N_QUADS):
        if isinstance(quad.graph_name, ox.DefaultGraph):
            default.add(quad.triple)
        elif quad.graph_name not in apart:
            axiom = isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
            (axioms if axiom else named).add(quad.triple)

    assert len(default) == release.manifest.counts["statements"]
    assert default == named
    assert axioms


def test_a_store_gives_back_what_it_was_given(release: Release) -> None:
    """Dump, store, dump: not a statement differs, but for two things that Oxigraph does.

    It keeps every kind of integer as xsd:integer (0.5.13), so that the cardinalities of
    our OWL restrictions come back as plain integers, and writes decimals in canonical
    form, which one bound of a shape is not. When it stops, this test speaks up.
    """
    whole = quads(release.path("data.nq"), ox.RdfFormat.N_QUADS)
    store = ox.Store()
    store.bulk_load(path=str(release.path("data.nq")), format=ox.RdfFormat.N_QUADS)

    again = release_writer.canonical_lines(store)

    changed = {q.graph_name for q in whole if _as_kept(q) != q and "ardinality" in str(q.predicate)}
    root = release.manifest.root
    assert again == release_writer.canonical_lines(map(_as_kept, whole))
    assert {q.graph_name for q in whole if _as_kept(q) != q} - changed <= {
        ox.NamedNode(root + "graph/shapes")
    }
    assert changed == {ox.NamedNode(root + "graph/ccua-restrictions")}


def _as_kept(quad: ox.Quad) -> ox.Quad:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    value = quad.object
    if isinstance(value, ox.Literal) and value.datatype.value == xsd + "nonNegativeInteger":
        value = ox.Literal(value.value, datatype=ox.NamedNode(xsd + "integer"))
    elif isinstance(value, ox.Literal) and value.datatype.value == xsd + "decimal":
        value = ox.Literal(value.value.removesuffix(".0"), datatype=value.datatype)
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


FORMS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}


@pytest.mark.parametrize("suffix", FORMS)
def test_every_dump_says_the_same(suffix: str, release: Release) -> None:
    whole = quads(release.path("data.nq"), ox.RdfFormat.N_QUADS)
    wants_graphs = suffix in ("trig", "nq")
    wanted = [q for q in whole if wants_graphs or isinstance(q.graph_name, ox.DefaultGraph)]

    path = release.path(f"dumps/data.{suffix}")
    found = quads(path, FORMS[suffix])

    assert release_writer.canonical_lines(found) == release_writer.canonical_lines(wanted)
    assert gzip.decompress(release.path(f"dumps/data.{suffix}.gz").read_bytes()) == (
        path.read_bytes()
    )


@pytest.mark.parametrize("suffix, form", [("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_a_second_reader_reads_the_dumps_alike(suffix: str, form: str, miniature: Release) -> None:
    plain = Graph().parse(miniature.path("dumps/data.nt"), format="nt")

    content = miniature.path(f"dumps/data.{suffix}").read_text("utf-8")
    found = Graph()
    with warnings.catch_warnings():  # rdflib's JSON-LD parser asks for what rdflib deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        for triple in Dataset(default_union=True).parse(data=content, format=form):
            found.add(triple[:3])

    assert isomorphic(plain, found)


def test_every_file_of_a_release_is_in_its_manifest(release: Release) -> None:
    files = {
        path.relative_to(release.folder).as_posix()
        for path in release.folder.rglob("*")
        if path.is_file()
    }

    assert files - {"manifest.json"} == set(release.manifest.files)
    assert verify(release) == []
    assert not [p for p in release.folder.parent.iterdir() if p.name.startswith(".making")]


# --- what goes wrong ---


def state(releases: Path) -> dict[str, object]:
    """Everything a reader can see of a releases folder."""
    return {
        path.relative_to(releases).as_posix(): str(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in sorted(releases.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_a_violation_leaves_the_former_release_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "publication"
    shutil.copytree(MINIATURE, folder)
    pipeline.pack(folder, tmp_path / "releases")
    before = state(tmp_path / "releases")
    register = folder / "data/sources/register.trig"
    register.write_text(register.read_text().replace("hv:depth 4", 'hv:depth "tief"'))

    with pytest.raises(PublicationRefused) as refused:
        pipeline.pack(folder, tmp_path / "releases")

    assert str(refused.value) == (
        "Violations: 1. No release is made until they are mended; "
        "the present release stays as it is."
    )
    assert state(tmp_path / "releases") == before


@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_damaged_release_is_noticed_and_the_next_pack_mends_it(
    harm: str, tmp_path: Path, renkei
) -> None:
    packed = renkei("pack", MINIATURE, "--releases", "releases")
    current = tmp_path / "releases" / "current"
    assert packed.returncode == 0, packed.stderr
    whole = renkei("verify", current)
    identifier = str(current.readlink())
    path = current / "dumps/data.nt"
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-1] if harm == "cut" else content.replace(b"4", b"5"))

    damaged = renkei("verify", current)
    again = renkei("pack", MINIATURE, "--releases", "releases")

    assert (whole.returncode, damaged.returncode) == (0, 1)
    assert whole.stdout.startswith(f"Release {identifier}: ")
    assert "dumps/data.nt" in damaged.stderr
    assert again.returncode == 0, again.stderr
    assert path.read_bytes() == content
    assert renkei("verify", current).returncode == 0


def test_packing_again_makes_nothing_new(renkei, tmp_path: Path) -> None:
    """Neither for the same files, nor for a change that states nothing else."""
    folder = tmp_path / "publication"
    shutil.copytree(MINIATURE, folder)
    first = renkei("pack", folder)
    before = str((folder / "releases/current").readlink())
    inode = (folder / "releases" / before).stat().st_ino

    same = renkei("pack", folder)
    with (folder / "data/sources/register.trig").open("a") as file:
        file.write("# a comment\n")
    commented = renkei("pack", folder)

    assert first.returncode == same.returncode == commented.returncode == 0
    assert same.stderr == f"Nothing has changed: release {before} stays.\n"
    assert f"Release {before} is packed." in commented.stderr
    assert (folder / "releases/current").resolve().stat().st_ino == inode


def test_leavings_of_a_killed_pack_are_removed(tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    (releases / ".making-0123456789ab-1").mkdir(parents=True)
    (releases / ".making-0123456789ab-1" / "data.nq").write_text("half")
    (releases / ".current-1").symlink_to("nowhere")
    (releases / ".packed-1").write_text("half")

    made, _ = pipeline.pack(MINIATURE, releases)

    assert sorted(p.name for p in releases.iterdir()) == sorted(
        [".lock", made.manifest.id, "current", "packed.json"]
    )


def test_a_release_of_another_layout_is_refused_with_the_next_step(
    miniature: Release, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(miniature.folder, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"layout": 1}))

    with pytest.raises(ReleaseError) as refused:
        open_release(folder)

    assert str(refused.value) == (
        f"{folder}/manifest.json has layout 1; this program reads 4. "
        "Pack the publication again with this version of the program: `renkei pack`."
    )


# --- any folder with data/ ---

STATEMENTS = {
    ".ttl": '<https://a.example/x/id/1> <https://a.example/x/p> "b"@nl .',
    ".trig": '<https://a.example/g> { <https://a.example/x/id/1> <https://a.example/x/p> "b"@nl }',
    ".nt": '<https://a.example/x/id/1> <https://a.example/x/p> "b"@nl .',
    ".nq": '<https://a.example/x/id/1> <https://a.example/x/p> "b"@nl <https://a.example/g> .',
    ".jsonld": '{"@id": "https://a.example/x/id/1", "https://a.example/x/p": '
    '{"@value": "b", "@language": "nl"}}',
    ".rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:e="https://a.example/x/"><rdf:Description rdf:about="https://a.example/x/id/1">'
    '<e:p xml:lang="nl">b</e:p></rdf:Description></rdf:RDF>',
}
STATEMENTS |= {
    ".n3": STATEMENTS[".ttl"],
    ".json": STATEMENTS[".jsonld"],
    ".json-ld": STATEMENTS[".jsonld"],
    ".xml": STATEMENTS[".rdf"],
    ".owl": STATEMENTS[".rdf"],
}


@pytest.mark.parametrize("suffix", source_files.SUFFIXES)
def test_a_folder_with_data_alone_is_packed(suffix: str, publish, tmp_path: Path) -> None:
    made, checked = pipeline.pack(
        publish({f"data/things{suffix}": STATEMENTS[suffix]}), tmp_path / "releases"
    )

    graph = "g" if suffix in (".trig", ".nq") else "x/graph/things"
    statement = '<https://a.example/x/id/1> <https://a.example/x/p> "b"@nl'
    assert made.path("data.nq").read_text() == (
        f"{statement} .\n{statement} <https://a.example/{graph}> .\n"
    )
    assert (made.manifest.root, made.manifest.title, made.manifest.languages) == (
        "https://a.example/x/",
        {"und": "publication"},
        ("nl",),
    )
    assert checked.notes[:3] == (
        "No void:uriSpace in data/catalogue.ttl: the root IRI is taken to be https://a.example/x/ "
        "(it covers 1 of 1)",
        'No title in data/catalogue.ttl: the title is taken to be "publication".',
        "No dct:language in data/catalogue.ttl: the languages are taken to be nl.",
    )


def test_a_version_may_be_called_anything(publish, tmp_path: Path) -> None:
    folder = publish(
        {
            "data/a.ttl": "<https://e.example/s> a <http://www.w3.org/2004/02/skos/core#ConceptScheme>"
            ' ; <http://www.w3.org/2002/07/owl#versionInfo> "1.0 <β> / 2" .'
        }
    )

    release, _ = pipeline.pack(folder, tmp_path / "out", root="https://e.example/")

    versions = {
        q.object.value
        for q in quads(release.path("description.nq"), ox.RdfFormat.N_QUADS)
        if q.predicate.value == "http://www.w3.org/ns/dcat#hasVersion"
    }
    assert (release.manifest.version, len(versions)) == ("1.0 <β> / 2", 1)
    assert versions.pop().endswith("/1.0%20%3C%CE%B2%3E%20%2F%202")


def test_assumptions_are_said_and_options_replace_them(publish, renkei) -> None:
    folder = publish({"data/a.ttl": STATEMENTS[".ttl"]})

    assumed = renkei("pack", folder, "--lang", "ja")
    told = renkei("pack", folder, "--root", "https://b.example/", "--title", "Things")

    assert assumed.stderr.splitlines()[:3] == [
        "data/catalogue.ttl に void:uriSpace がないため、"
        "基底 IRI を https://a.example/x/ とします(1件のうち1件がここに属します)。",
        "data/catalogue.ttl に題名がないため、題名を「publication」とします。",
        "data/catalogue.ttl に dct:language がないため、言語を nl とします。",
    ]
    assert "root IRI is taken" not in told.stderr
    assert "title is taken" not in told.stderr
    manifest = open_release(folder / "releases/current").manifest
    assert (manifest.root, manifest.title) == ("https://b.example/", {"und": "Things"})


def test_what_rdf_xml_cannot_say_is_left_out_of_it_aloud(publish, tmp_path: Path) -> None:
    """A property whose name does not end as an element's name must."""
    made, checked = pipeline.pack(
        publish({"data/a.ttl": "<https://a.example/s> <https://a.example/1> 2 ."}),
        tmp_path / "releases",
    )

    assert "dumps/data.rdf" not in made.manifest.files
    assert "dumps/data.ttl" in made.manifest.files
    assert checked.notes[-1].startswith("No dump is made as RDF/XML, which has no way to write <")


def test_init_lays_out_a_publication_that_packs_at_once(renkei, tmp_path: Path) -> None:
    title = 'The "Delta"\\Ring'
    laid = renkei("init", "new", "--root", "https://new.example/x", "--title", title)
    packed = renkei("pack", "new")
    again = renkei("init", "new")

    assert (laid.returncode, packed.returncode, again.returncode) == (0, 0, 1)
    assert laid.stdout.split() == [
        "new/data/catalogue.ttl",
        "new/data/members.ttl",
        "new/shapes/names.ttl",
    ]
    manifest = open_release(tmp_path / "new/releases/current").manifest
    assert (manifest.root, manifest.title) == ("https://new.example/x/", {"en": title})
    assert manifest.counts["violations"] == 0
    assert manifest.counts["shapes"] == 1
    assert "taken to be" not in packed.stderr
    assert again.stderr == (
        "new/data: this is already there. Nothing is missing here, and nothing was changed.\n"
    )


def test_a_publication_laid_out_in_japanese_speaks_japanese(renkei, tmp_path: Path) -> None:
    laid = renkei("init", "new", "--lang", "ja")
    packed = renkei("pack", "new", "--lang", "ja")

    assert (laid.returncode, packed.returncode) == (0, 0)
    assert laid.stderr == (
        "ひな形を作りました。data/ の見本を書き換え、`renkei check new` で点検してから、"
        "`renkei serve new` で開いてください。\n"
    )
    assert open_release(tmp_path / "new/releases/current").manifest.title == {"ja": "広域連携"}
    for name in laid.stdout.split():
        text = (tmp_path / name).read_text("utf-8")
        words = [*re.findall(r"(?m)^# (.*)$", text), *re.findall(r'"([^"]*)"@', text)]
        assert all(re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", said) for said in words), name
        assert "@en" not in text


def test_the_shapes_that_init_lays_out_bite(renkei, tmp_path: Path) -> None:
    renkei("init", "new")
    members = tmp_path / "new/data/members.ttl"
    members.write_text(members.read_text().replace('skos:prefLabel "First town"@en', "a org:Site"))

    told = renkei("check", "new")

    assert told.returncode == 1
    assert "N01" in told.stdout
