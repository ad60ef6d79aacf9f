"""Lay out a new publication: the smallest one that packs, to be filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from renkei.errors import SettingError, SourceError
from renkei.language.messages import gettext, speaking
from renkei.pack.reading import roots, source_files, sources

EXAMPLE = "https://example.org/partnership/"  # a root that is nobody's

_CATALOGUE = """\
# The publication described. This file is also its configuration: void:uriSpace is the root
# IRI of everything published here and should never change.

@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geosparql: <http://www.opengis.net/ont/geosparql#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{root}dataset/main>
    a dcat:Dataset ;
    dct:title "{title}"@en ;
    dct:description "Say here in a few sentences what is published, by whom and from where."@en ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dct:publisher <{root}id/agent/publisher> ;
    dct:spatial <{root}id/area/main> ;
    dct:temporal <{root}id/period/main> ;
    dcat:contactPoint <{root}id/contact/main> ;
    dcat:keyword "municipal partnership"@en ;
    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/GOVE> ;
    foaf:primaryTopic <{root}id/partnership/main> ;
{space}    owl:versionInfo "0.1.0" .

# Who publishes this, and whom to ask.

<{root}id/agent/publisher>
    a foaf:Agent ;
    foaf:name "Name the publisher here"@en ;
    dct:type <http://purl.org/adms/publishertype/LocalAuthority> .

<{root}id/contact/main>
    a vcard:Kind ;
    vcard:fn "Name the office that answers here"@en ;
    vcard:hasEmail <mailto:office@example.org> .

# Where and when: west, south, east and north in degrees; the first and the last day.

<{root}id/area/main>
    a dct:Location ;
    dcat:bbox "POLYGON((0 0,1 0,1 1,0 1,0 0))"^^geosparql:wktLiteral ;
    dcat:centroid "POINT(0.5 0.5)"^^geosparql:wktLiteral .

<{root}id/period/main>
    a dct:PeriodOfTime ;
    dcat:startDate "2000-01-01"^^xsd:date ;
    dcat:endDate "2030-12-31"^^xsd:date .
"""

_DATA = """\
# The partnership and its members. One block a thing, in order of name.

@prefix dct: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<{root}id/municipality/first>
    a org:FormalOrganization ;
    skos:prefLabel "First town"@en .

<{root}id/partnership/main>
    a org:OrganizationalCollaboration ;
    skos:prefLabel "{title}"@en ;
    org:hasMember <{root}id/municipality/first> .
"""

_SHAPES = """\
# What must hold. Each shape has a name, a message and one example that breaks it.

@prefix dct: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<{root}shapes#N01-OrganisationHasName>
    a sh:NodeShape ;
    dct:identifier "N01" ;
    sh:targetClass org:FormalOrganization , org:OrganizationalCollaboration ;
    sh:property <{root}shapes#N01-OrganisationHasName-label> .

<{root}shapes#N01-OrganisationHasName-label>
    a sh:PropertyShape ;
    sh:path skos:prefLabel ;
    sh:minCount 1 ;
    sh:uniqueLang true ;
    sh:message "Give this organisation a skos:prefLabel, one in each language."@en .
"""


# The same words for a publication in Japanese, in the order in which they stand above.
_JAPANESE = {
    """# The publication described. This file is also its configuration: void:uriSpace is the root
# IRI of everything published here and should never change.
""": """# 公開データの説明。このファイルは設定も兼ねる。void:uriSpace は、ここで公開するものすべての
# IRI の先頭になる。後から変えないこと。
""",
    "Say here in a few sentences what is published, by whom and from where.": (
        "何を、誰が、何をもとに公開するのかを、ここに二、三文で書いてください。"
    ),
    "authority/language/ENG": "authority/language/JPN",
    "municipal partnership": "広域連携",
    "# Who publishes this, and whom to ask.": "# 公開する団体と、問い合わせ先。",
    "Name the publisher here": "公開する団体の名称",
    "Name the office that answers here": "問い合わせに答える部署の名称",
    "# Where and when: west, south, east and north in degrees; the first and the last day.": (
        "# 場所と期間。場所は経度と緯度で囲み、期間は初日と末日を書く。"
    ),
    "# The partnership and its members. One block a thing, in order of name.": (
        "# 圏域と構成市町村。一つのものを一まとまりに、名前の順に書く。"
    ),
    "First town": "一番目の町",
    "# What must hold. Each shape has a name, a message and one example that breaks it.": (
        "# 守るべき規則。規則ごとに、名前と、破られたときの言葉がある。"
    ),
    "Give this organisation a skos:prefLabel, one in each language.": (
        "この団体の名称(skos:prefLabel)を、言語ごとに一つ書いてください。"
    ),
    "# Settle the root before anybody cites an IRI. Until then it is where most things lie.": (
        "# IRI が引用される前に基底 IRI を決めること。それまでは、ものが最も多く属する所とする。"
    ),
    "@en": "@ja",
}


# What says the root: for ever, or what stands there until somebody settles it.
_SETTLED = '    void:uriSpace "{space}" ;\n'
_OPEN = """\
    # Settle the root before anybody cites an IRI. Until then it is where most things lie.
    # void:uriSpace "{space}" ;
"""


def lay_out(folder: Path, root: str | None, title: str | None) -> list[Path]:
    """Write what a new publication in *folder* lacks, and return the files written.

    It is written in the language of the run, and so is the title where *title* is None. What
    stands there is kept; where there are facts, no sample is added to them, and the *root* that
    is not given is the one that most of them lie in. Raises SourceError when *folder* lacks
    nothing, and SettingError for a *root* that is no IRI.
    """
    if root is not None and not root.endswith(("/", "#")):
        root += "/"
    if root is not None and not re.fullmatch(r"[A-Za-z][\w+.-]*:[^\s<>\"{}|\\^`]+", root):
        raise SettingError("--root", "an absolute IRI that ends in a slash or a #")
    title = (title or gettext("A partnership")).replace("\\", "\\\\").replace('"', '\\"')
    space = root or _root_of_what_stands(folder) or EXAMPLE
    settled = root is not None or space != EXAMPLE
    files = {"data/catalogue.ttl": _CATALOGUE.replace("{space}", _SETTLED if settled else _OPEN)}
    if not source_files.hold_anything(folder):
        files |= {"data/members.ttl": _DATA, "shapes/names.ttl": _SHAPES}
    else:
        topic = "    foaf:primaryTopic <{root}id/partnership/main> ;\n"
        files = {name: text.replace(topic, "") for name, text in files.items()}
    written = []
    for name, text in files.items():
        path = folder / name
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        for english, japanese in _JAPANESE.items() if speaking() == "ja" else ():
            text = text.replace(english, japanese)
        text = text.replace("{space}", space).replace("{root}", roots.folder_of(space) or space)
        path.write_text(text.replace("{title}", title), "utf-8")
        written.append(path)
    if not written:
        raise SourceError(
            folder / "data",
            None,
            None,
            "this is already there.",
            "Nothing is missing here, and nothing was changed.",
        )
    return written


def _root_of_what_stands(folder: Path) -> str | None:
    """Return the root that most things of the files in *folder* lie in. Raises SourceError."""
    subjects = {
        quad.subject.value
        for found in sources.Standing.of(folder).parsed(folder, EXAMPLE).values()
        for quad in found.quads
        if isinstance(quad.subject, ox.NamedNode)
    }
    found = roots.common_root(subjects)
    return None if found is not None and EXAMPLE.startswith(found) else found
