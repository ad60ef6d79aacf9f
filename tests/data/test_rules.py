"""Each rule under data/rules/, shown with a small graph and all that it derives from it.

Every example runs in Oxigraph, which packs, and in rdflib, which a reader may have. An example
holds only what its rule reads and, where a rule is to leave something alone, that something.
The last tests run all rules over the real data until nothing new comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import graph_diff, to_isomorphic

PUBLICATION = Path(__file__).parents[2]
RULES = sorted((PUBLICATION / "data" / "rules").glob("*.rq"))
ROOT = "https://w3id.org/jp-ccua/"

PREFIXES = "\n".join(
    f"@prefix {prefix}: <{namespace}> ."
    for prefix, namespace in {
        "ccua": ROOT + "ns#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "eli": "http://data.europa.eu/eli/ontology#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": ROOT + "id/geometry/",
        "geosparql": "http://www.opengis.net/ont/geosparql#",
        "graph": ROOT + "graph/",
        "instant": ROOT + "id/instant/",
        "iv": ROOT + "id/interval/",
        "locn": "http://www.w3.org/ns/locn#",
        "mbr": ROOT + "id/membership/",
        "muni": ROOT + "id/municipality/",
        "org": "http://www.w3.org/ns/org#",
        "prov": "http://www.w3.org/ns/prov#",
        "prt": ROOT + "id/partnership/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "role": ROOT + "concept/role/",
        "schema": "https://schema.org/",
        "site": ROOT + "id/site/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "time": "http://www.w3.org/2006/time#",
        "unn": ROOT + "id/union/",
        "vis": ROOT + "id/vision/",
        "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "x": "https://example.org/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }.items()
)

# rule -> examples; an example is a name, what is given and what comes of it
EXAMPLES: dict[str, list[tuple[str, str, str]]] = {
    "01-broader-property": [
        (
            "a core-city party is a party",
            """ccua:coreCityParty rdfs:subPropertyOf ccua:hasParty .
               x:agreement ccua:coreCityParty x:city ; ccua:formsPartnership x:area .""",
            "x:agreement ccua:hasParty x:city .",
        ),
        (
            "the day of concluding is the date stated",
            """ccua:concludedOn rdfs:subPropertyOf ccua:dateStated .
               x:agreement ccua:concludedOn "2019-03-29"^^xsd:date .""",
            'x:agreement ccua:dateStated "2019-03-29"^^xsd:date .',
        ),
    ],
    "02-known-class": [
        (
            "a municipality is a formal organisation, and so an organisation",
            """ccua:Municipality rdfs:subClassOf org:FormalOrganization .
               org:FormalOrganization rdfs:subClassOf org:Organization .
               x:city a ccua:Municipality .""",
            "x:city a org:FormalOrganization , org:Organization .",
        ),
        (
            "broader classes of ours and of PROV are found as well",
            """ccua:Vision rdfs:subClassOf ccua:Instrument .
               ccua:Instrument rdfs:subClassOf prov:Entity .
               x:vision a ccua:Vision .""",
            "x:vision a ccua:Instrument , prov:Entity .",
        ),
    ],
    "10-cooperating-municipality": [
        (
            "a base agreement founds one membership, its amendment none",
            """x:base a ccua:CooperationAgreement ; ccua:formsPartnership prt:bingo ;
                   ccua:coreCityParty muni:hiroshima-fukuyama ;
                   ccua:counterparty muni:okayama-ibara ;
                   ccua:concludedOn "2015-03-25"^^xsd:date .
               x:later a ccua:AmendingCooperationAgreement , ccua:CooperationAgreement ;
                   ccua:formsPartnership prt:bingo ; ccua:counterparty muni:okayama-ibara ;
                   ccua:concludedOn "2018-03-25"^^xsd:date .""",
            """mbr:bingo-ibara a ccua:PartnershipMembership ; org:member muni:okayama-ibara ;
                   org:organization prt:bingo ; org:role role:cooperating-municipality ;
                   ccua:establishedBy x:base .""",
        ),
        (
            "the other core city of an area is no cooperating municipality",
            """x:both a ccua:CooperationAgreement ; ccua:formsPartnership prt:keno ;
                   ccua:coreCityParty muni:yamaguchi-yamaguchi ;
                   ccua:counterparty muni:yamaguchi-ube .
               x:own a ccua:CooperationAgreement ; ccua:formsPartnership prt:keno ;
                   ccua:coreCityParty muni:yamaguchi-ube .""",
            "",
        ),
    ],
    "11-core-city": [
        (
            "the core city belongs to the area once, whatever number of base agreements it has",
            """x:first a ccua:CooperationAgreement ; ccua:formsPartnership prt:bingo ;
                   ccua:coreCityParty muni:hiroshima-fukuyama ;
                   ccua:concludedOn "2015-03-25"^^xsd:date .
               x:second a ccua:CooperationAgreement ; ccua:formsPartnership prt:bingo ;
                   ccua:coreCityParty muni:hiroshima-fukuyama ;
                   ccua:concludedOn "2022-03-25"^^xsd:date .
               x:amending a ccua:AmendingCooperationAgreement , ccua:CooperationAgreement ;
                   ccua:formsPartnership prt:bingo ;
                   ccua:coreCityParty muni:hiroshima-fukuyama ;
                   ccua:concludedOn "2014-03-25"^^xsd:date .""",
            """mbr:bingo-fukuyama a ccua:PartnershipMembership ;
                   org:member muni:hiroshima-fukuyama ; org:organization prt:bingo ;
                   org:role role:core-city .""",
        ),
        (
            "without agreements nobody is core city, whatever was declared",
            "x:declaration a ccua:DeclarationEvent ; ccua:declaredBy muni:hokkaido-sapporo .",
            "",
        ),
    ],
    "12-membership-name": [
        (
            "both sides give the name, language by language",
            """x:membership a ccua:PartnershipMembership ;
                   org:member x:city ; org:organization x:area .
               x:city skos:prefLabel "小樽市"@ja , "Otaru"@en .
               x:area skos:prefLabel "さっぽろ圏"@ja , "Sapporo area"@en , "Region Sapporo"@de .""",
            """x:membership skos:prefLabel
                   "さっぽろ圏の構成団体としての小樽市"@ja , "Otaru in the Sapporo area"@en .""",
        ),
    ],
    "13-label": [
        (
            "a preferred label is a label, and the label of a term stays what it is",
            """x:city skos:prefLabel "小樽市"@ja , "untagged" .
               x:Term rdfs:label "city"@en .
               x:code skos:notation "01203" .""",
            'x:city rdfs:label "小樽市"@ja .',
        ),
    ],
    "14-name-of-bodies-and-places": [
        (
            "a body, a person and a place have a name for readers of schema.org, a concept has not",
            """x:city a foaf:Agent ; skos:prefLabel "小樽市"@ja .
               x:area a dct:Location ; skos:prefLabel "Ishikari"@en .
               x:hall a org:Site ; skos:prefLabel "小樽市役所"@ja .
               x:role a skos:Concept ; skos:prefLabel "core city"@en .""",
            """x:city schema:name "小樽市"@ja .
               x:area schema:name "Ishikari"@en .
               x:hall schema:name "小樽市役所"@ja .""",
        ),
    ],
    "15-reading": [
        (
            "each letter of hiragana has its katakana, and what is not hiragana is left alone",
            """x:all ccua:reading
                   "ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすず"@ja-hrkt ,
                   "せぜそぞただちぢっつづてでとどなにぬねの"@ja-hrkt ,
                   "はばぱひびぴふぶぷへべぺほぼぽまみむめも"@ja-hrkt ,
                   "ゃやゅゆょよらりるれろゎわゐゑをんゔゕゖー"@ja-hrkt .
               x:long ccua:reading "サッポロ"@ja-hrkt , "さっぽろ市"@ja-hrkt , "おたる"@ja .""",
            """x:all skos:altLabel
                   "ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすず"@ja-hira ,
                   "ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズ"@ja-kana ,
                   "せぜそぞただちぢっつづてでとどなにぬねの"@ja-hira ,
                   "セゼソゾタダチヂッツヅテデトドナニヌネノ"@ja-kana ,
                   "はばぱひびぴふぶぷへべぺほぼぽまみむめも"@ja-hira ,
                   "ハバパヒビピフブプヘベペホボポマミムメモ"@ja-kana ,
                   "ゃやゅゆょよらりるれろゎわゐゑをんゔゕゖー"@ja-hira ,
                   "ャヤュユョヨラリルレロヮワヰヱヲンヴヵヶー"@ja-kana .""",
        ),
    ],
    "19-begin-of-a-span": [
        (
            "what lasted has the day on which it began as its date",
            """x:comment a ccua:Event ; schema:startDate "2019-02-04"^^xsd:date ;
                   schema:endDate "2019-03-06"^^xsd:date .
               x:offer schema:startDate "2019-02-04"^^xsd:date .""",
            'x:comment ccua:dateStated "2019-02-04"^^xsd:date .',
        ),
    ],
    "20-bounds-of-a-day": [
        (
            "the day on which something that lasted began bounds its begin alone",
            """x:comment ccua:dateStated "2019-02-04"^^xsd:date ;
                   schema:endDate "2019-03-06"^^xsd:date .""",
            "",
        ),
        (
            "a day is both bounds, a month is left to another rule",
            """x:day ccua:dateStated "2019-07-31"^^xsd:date .
               x:month ccua:dateStated "1997-02"^^xsd:gYearMonth .""",
            """x:day ccua:earliestDate "2019-07-31"^^xsd:date ;
                   ccua:latestDate "2019-07-31"^^xsd:date .""",
        ),
    ],
    "21-bounds-of-a-month": [
        (
            f"{month} ends on the {last}",
            f'x:event ccua:dateStated "{month}"^^xsd:gYearMonth .',
            f"""x:event ccua:earliestDate "{month}-01"^^xsd:date ;
                    ccua:latestDate "{month}-{last}"^^xsd:date .""",
        )
        for month, last in [
            ("2019-01", 31),
            ("1997-02", 28),
            ("2019-03", 31),
            ("2019-04", 30),
            ("2019-05", 31),
            ("2019-06", 30),
            ("2019-07", 31),
            ("2019-08", 31),
            ("2019-09", 30),
            ("2019-10", 31),
            ("2019-11", 30),
            ("2019-12", 31),
            ("2024-02", 29),
            ("2000-02", 29),
            ("1900-02", 28),
        ]
    ],
    "22-bounds-of-a-year": [
        (
            "a year goes from 1 January to 31 December",
            'x:event ccua:dateStated "1997"^^xsd:gYear .',
            """x:event ccua:earliestDate "1997-01-01"^^xsd:date ;
                   ccua:latestDate "1997-12-31"^^xsd:date .""",
        ),
    ],
    "23-bounds-of-a-session": [
        (
            "a session and what has no date of its own lie in the year of the session",
            """x:session ccua:sessionYear "2020"^^xsd:gYear .
               x:approval ccua:inSession x:session .
               x:submission ccua:inSession x:session ; ccua:dateStated "2020-02"^^xsd:gYearMonth .
               x:other ccua:afterEvent x:approval .""",
            """x:session ccua:earliestDate "2020-01-01"^^xsd:date ;
                   ccua:latestDate "2020-12-31"^^xsd:date .
               x:approval ccua:earliestDate "2020-01-01"^^xsd:date ;
                   ccua:latestDate "2020-12-31"^^xsd:date .""",
        ),
    ],
    "24-begin-of-a-membership": [
        (
            "a member whose agreement formed the area began between agreement and end of the month",
            """x:formation a ccua:FoundationEvent ; org:resultingOrganization x:area ;
                   ccua:earliestDate "2019-03-01"^^xsd:date ;
                   ccua:latestDate "2019-03-31"^^xsd:date .
               x:one ccua:formsPartnership x:area ; ccua:coreCityParty x:core ;
                   ccua:concludedOn "2019-03-29"^^xsd:date .
               x:two ccua:formsPartnership x:area ; ccua:coreCityParty x:core ;
                   ccua:concludedOn "2019-03-30"^^xsd:date .
               x:later ccua:formsPartnership x:area ; ccua:coreCityParty x:core ;
                   ccua:concludedOn "2022-03-25"^^xsd:date .
               x:m0 a ccua:PartnershipMembership ; org:member x:core ; org:organization x:area ;
                   org:role role:core-city .
               x:m2 a ccua:PartnershipMembership ; org:member x:town ; org:organization x:area ;
                   ccua:establishedBy x:two .
               x:m3 a ccua:PartnershipMembership ; org:member x:village ; org:organization x:area ;
                   ccua:establishedBy x:later .
               x:m4 a ccua:PartnershipMembership ; org:member x:city ; org:organization x:area ;
                   ccua:establishedBy x:one ; ccua:validFrom "2019-04-01"^^xsd:date .""",
            """x:m0 ccua:beginsNotBefore "2019-03-29"^^xsd:date ;
                   ccua:beginsNotAfter "2019-03-31"^^xsd:date .
               x:m2 ccua:beginsNotBefore "2019-03-30"^^xsd:date ;
                   ccua:beginsNotAfter "2019-03-31"^^xsd:date .
               x:m3 ccua:beginsNotBefore "2022-03-25"^^xsd:date .""",
        ),
        (
            "nobody is a member before the area is formed, nor without a day of the agreement",
            """x:formation a ccua:FoundationEvent ; org:resultingOrganization x:area ;
                   ccua:earliestDate "2019-04-01"^^xsd:date ;
                   ccua:latestDate "2019-04-01"^^xsd:date .
               x:one ccua:formsPartnership x:area ; ccua:concludedOn "2019-03-29"^^xsd:date .
               x:two ccua:formsPartnership x:area ; ccua:concludedOn "2019-03"^^xsd:gYearMonth .
               x:m1 a ccua:PartnershipMembership ; org:member x:town ; org:organization x:area ;
                   ccua:establishedBy x:one .
               x:m2 a ccua:PartnershipMembership ; org:member x:city ; org:organization x:area ;
                   ccua:establishedBy x:two .""",
            """x:m1 ccua:beginsNotBefore "2019-04-01"^^xsd:date ;
                   ccua:beginsNotAfter "2019-04-01"^^xsd:date .""",
        ),
    ],
    "25-bounds-of-a-span": [
        (
            "what took several days lies between the first and the last of them",
            """x:comment a ccua:Event ; schema:startDate "2019-02-04"^^xsd:date ;
                   schema:endDate "2019-03-06"^^xsd:date .
               x:open a ccua:Event ; schema:startDate "2019-02-04"^^xsd:date .""",
            """x:comment ccua:earliestDate "2019-02-04"^^xsd:date ;
                   ccua:latestDate "2019-03-06"^^xsd:date .""",
        ),
    ],
    "26-begin-of-an-organisation": [
        (
            "an organisation began between the bounds of its foundation",
            """x:foundation a ccua:FoundationEvent ; org:resultingOrganization x:union , x:known ;
                   ccua:earliestDate "1997-02-01"^^xsd:date ;
                   ccua:latestDate "1997-02-28"^^xsd:date .
               x:known ccua:validFrom "1997-02-03"^^xsd:date .
               x:merger a ccua:MergerEvent ; org:resultingOrganization x:city ;
                   ccua:earliestDate "2005-10-01"^^xsd:date ;
                   ccua:latestDate "2005-10-01"^^xsd:date .""",
            """x:union ccua:beginsNotBefore "1997-02-01"^^xsd:date ;
                   ccua:beginsNotAfter "1997-02-28"^^xsd:date .""",
        ),
    ],
    "27-end-of-an-organisation-in-bounds": [
        (
            "a dissolution known to the month bounds the end, one known to the day does not",
            """x:vague a ccua:DissolutionEvent ; org:originalOrganization x:union ;
                   ccua:earliestDate "2019-07-01"^^xsd:date ;
                   ccua:latestDate "2019-07-31"^^xsd:date .
               x:exact a ccua:DissolutionEvent ; org:originalOrganization x:other ;
                   ccua:earliestDate "2019-07-31"^^xsd:date ;
                   ccua:latestDate "2019-07-31"^^xsd:date .""",
            """x:union ccua:endsNotBefore "2019-07-01"^^xsd:date ;
                   ccua:endsNotAfter "2019-07-31"^^xsd:date .""",
        ),
    ],
    "28-begin-of-an-agreement": [
        (
            "an agreement is not in force before it is concluded",
            """x:one a ccua:Agreement ; ccua:concludedOn "2019-03-29"^^xsd:date .
               x:two a ccua:Agreement ; ccua:concludedOn "2019-03"^^xsd:gYearMonth .
               x:three a ccua:Agreement ; ccua:concludedOn "2019-03-29"^^xsd:date ;
                   ccua:validFrom "2019-04-01"^^xsd:date .""",
            'x:one ccua:beginsNotBefore "2019-03-29"^^xsd:date .',
        ),
    ],
    "30-end-of-an-organisation": [
        (
            "a dissolution ends an organisation, a merger or a month does not",
            """x:dissolution a ccua:DissolutionEvent ; org:originalOrganization x:union ;
                   ccua:dateStated "2019-07-31"^^xsd:date .
               x:vague a ccua:DissolutionEvent ; org:originalOrganization x:other ;
                   ccua:dateStated "2019-07"^^xsd:gYearMonth .
               x:merger a ccua:MergerEvent ; org:originalOrganization x:village ;
                   ccua:dateStated "2005-10-01"^^xsd:date .""",
            'x:union ccua:validThrough "2019-07-31"^^xsd:date .',
        ),
    ],
    "31-end-of-a-union-membership": [
        (
            "a membership ends with its union, unless it ended before",
            """x:union ccua:validThrough "2019-07-31"^^xsd:date .
               x:last a ccua:UnionMembership ; org:organization x:union .
               x:left a ccua:UnionMembership ; org:organization x:union ;
                   ccua:validThrough "2005-09-30"^^xsd:date .""",
            'x:last ccua:validThrough "2019-07-31"^^xsd:date .',
        ),
    ],
    "32-order-of-visions": [
        (
            "the next number of the same area follows",
            """x:one ccua:visionOf x:area ; ccua:periodNumber 1 .
               x:two ccua:visionOf x:area ; ccua:periodNumber 2 .
               x:four ccua:visionOf x:area ; ccua:periodNumber 4 .
               x:elsewhere ccua:visionOf x:otherArea ; ccua:periodNumber 3 .""",
            "x:two ccua:follows x:one .",
        ),
    ],
    "40-interval": [
        (
            "a membership holds during its interval, a vision has one as its time",
            """mbr:sapporo-otaru org:organization prt:sapporo ;
                   ccua:validFrom "2019-03-29"^^xsd:date .
               vis:sapporo-1 ccua:validFrom "2019-04-01"^^xsd:date ;
                   ccua:validThrough "2024-03-31"^^xsd:date .
               x:nowhere ccua:validFrom "2019-04-01"^^xsd:date .""",
            """mbr:sapporo-otaru org:memberDuring iv:membership-sapporo-otaru .
               iv:membership-sapporo-otaru a dct:PeriodOfTime , time:Interval .
               vis:sapporo-1 dct:temporal iv:vision-sapporo-1 .
               iv:vision-sapporo-1 a dct:PeriodOfTime , time:Interval .""",
        ),
        (
            "both bounds of a begin are enough for an interval, one is not",
            """prt:sapporo ccua:beginsNotBefore "2019-03-01"^^xsd:date ;
                   ccua:beginsNotAfter "2019-03-31"^^xsd:date .
               vis:sapporo-1 ccua:endsNotBefore "2024-03-01"^^xsd:date ;
                   ccua:endsNotAfter "2024-03-31"^^xsd:date .
               mbr:sapporo-otaru ccua:beginsNotBefore "2019-03-29"^^xsd:date .""",
            """prt:sapporo dct:temporal iv:partnership-sapporo .
               iv:partnership-sapporo a dct:PeriodOfTime , time:Interval .
               vis:sapporo-1 dct:temporal iv:vision-sapporo-1 .
               iv:vision-sapporo-1 a dct:PeriodOfTime , time:Interval .""",
        ),
    ],
    "41-begin-of-an-interval": [
        (
            "the first day begins the interval",
            """vis:sapporo-1 ccua:validFrom "2019-04-01"^^xsd:date ;
                   ccua:validThrough "2024-03-31"^^xsd:date .""",
            """iv:vision-sapporo-1 dcat:startDate "2019-04-01"^^xsd:date ;
                   time:hasBeginning instant:2019-04-01 .
               instant:2019-04-01 a time:Instant ; time:inXSDDate "2019-04-01"^^xsd:date ;
                   skos:prefLabel "2019-04-01"@en , "2019-04-01"@ja .""",
        ),
        (
            "a begin known to the month or the year begins the interval there, a wider one none",
            """prt:sapporo ccua:beginsNotBefore "2019-03-29"^^xsd:date ;
                   ccua:beginsNotAfter "2019-03-31"^^xsd:date .
               vis:sapporo-1 ccua:beginsNotBefore "2018-01-01"^^xsd:date ;
                   ccua:beginsNotAfter "2018-12-31"^^xsd:date .
               vis:sapporo-2 ccua:beginsNotBefore "2018-12-01"^^xsd:date ;
                   ccua:beginsNotAfter "2019-01-31"^^xsd:date .""",
            """iv:partnership-sapporo dcat:startDate "2019-03"^^xsd:gYearMonth ;
                   time:hasBeginning instant:2019-03 .
               instant:2019-03 a time:Instant ; time:inXSDgYearMonth "2019-03"^^xsd:gYearMonth ;
                   skos:prefLabel "2019-03"@en , "2019-03"@ja .
               iv:vision-sapporo-1 dcat:startDate "2018"^^xsd:gYear ;
                   time:hasBeginning instant:2018 .
               instant:2018 a time:Instant ; time:inXSDgYear "2018"^^xsd:gYear ;
                   skos:prefLabel "2018"@en , "2018"@ja .""",
        ),
    ],
    "42-end-of-an-interval": [
        (
            "the last day ends the interval, an open one has no end",
            """vis:sapporo-1 ccua:validFrom "2019-04-01"^^xsd:date ;
                   ccua:validThrough "2024-03-31"^^xsd:date .
               mbr:sapporo-otaru ccua:validFrom "2019-03-29"^^xsd:date .""",
            """iv:vision-sapporo-1 dcat:endDate "2024-03-31"^^xsd:date ;
                   time:hasEnd instant:2024-03-31 .
               instant:2024-03-31 a time:Instant ; time:inXSDDate "2024-03-31"^^xsd:date ;
                   skos:prefLabel "2024-03-31"@en , "2024-03-31"@ja .""",
        ),
        (
            "an end known to the month ends the interval in it; a last day that is stated counts",
            """prt:sapporo ccua:endsNotBefore "2019-07-01"^^xsd:date ;
                   ccua:endsNotAfter "2019-07-31"^^xsd:date .
               vis:sapporo-1 ccua:validThrough "2024-03-31"^^xsd:date ;
                   ccua:endsNotBefore "2024-03-01"^^xsd:date ;
                   ccua:endsNotAfter "2024-03-31"^^xsd:date .""",
            """iv:partnership-sapporo dcat:endDate "2019-07"^^xsd:gYearMonth ;
                   time:hasEnd instant:2019-07 .
               instant:2019-07 a time:Instant ; time:inXSDgYearMonth "2019-07"^^xsd:gYearMonth ;
                   skos:prefLabel "2019-07"@en , "2019-07"@ja .
               iv:vision-sapporo-1 dcat:endDate "2024-03-31"^^xsd:date ;
                   time:hasEnd instant:2024-03-31 .
               instant:2024-03-31 a time:Instant ; time:inXSDDate "2024-03-31"^^xsd:date ;
                   skos:prefLabel "2024-03-31"@en , "2024-03-31"@ja .""",
        ),
    ],
    "43-name-of-an-interval": [
        (
            "an interval is named after its thing",
            """x:vision dct:temporal x:term ; skos:prefLabel "ビジョン"@ja , "the vision"@en .
               x:term a time:Interval .
               x:page dct:temporal x:era ; skos:prefLabel "ページ"@ja .""",
            'x:term skos:prefLabel "期間: ビジョン"@ja , "time of: the vision"@en .',
        ),
    ],
    "50-member-of-a-partnership": [
        (
            "members of an area are its members in one step, both ways round",
            """x:one a ccua:PartnershipMembership ; org:member x:city ; org:organization x:area .
               x:two a ccua:UnionMembership ; org:member x:city ; org:organization x:union .""",
            "x:area org:hasMember x:city . x:city org:memberOf x:area .",
        ),
    ],
    "51-inverse-of-organisations": [
        (
            "six links of ORG have their inverse",
            """x:person org:holds x:post .
               x:post org:postIn x:city .
               x:membership org:member x:city .
               x:office org:unitOf x:city .
               x:dissolution org:originalOrganization x:union .
               x:formation org:resultingOrganization x:area .""",
            """x:post org:heldBy x:person .
               x:city org:hasPost x:post ; org:hasMembership x:membership ; org:hasUnit x:office .
               x:union org:changedBy x:dissolution .
               x:area org:resultedFrom x:formation .""",
        ),
    ],
    "52-inverse-of-documents": [
        (
            "texts know their documents and amendments, references their page",
            """x:document ccua:publishesTextOf x:agreement .
               x:amendment ccua:amends x:agreement .
               x:page dct:references x:site .""",
            """x:agreement foaf:page x:document ; eli:amended_by x:amendment .
               x:site dct:isReferencedBy x:page .""",
        ),
    ],
    "53-stated-size": [
        (
            "a stated size is a text with its unit",
            "x:file ccua:statedSizeKB 2285 .",
            'x:file schema:contentSize "2285 KB" .',
        ),
    ],
    "54-constituents-of-a-union": [
        (
            "constituents of a union are its members in one step, both ways round",
            """x:one a ccua:PartnershipMembership ; org:member x:city ; org:organization x:area .
               x:two a ccua:UnionMembership ; org:member x:city ; org:organization x:union .""",
            "x:union org:hasMember x:city . x:city org:memberOf x:union .",
        ),
    ],
    "60-geometry": [
        (
            "a site is a point, longitude first",
            "site:hokkaido-otaru-office wgs:lat 43.19071 ; wgs:long 140.99449 .",
            """site:hokkaido-otaru-office locn:geometry geo:site-hokkaido-otaru-office ;
                   geosparql:hasGeometry geo:site-hokkaido-otaru-office .
               geo:site-hokkaido-otaru-office a geosparql:Geometry , locn:Geometry ;
                   geosparql:asWKT "POINT(140.99449 43.19071)"^^geosparql:wktLiteral .""",
        ),
    ],
    "61-name-of-a-geometry": [
        (
            "a geometry is the place of the thing that lies there",
            """x:hall geosparql:hasGeometry x:point ;
                   skos:prefLabel "小樽市役所"@ja , "Otaru City Hall"@en , "Rathaus"@de .""",
            """x:point skos:prefLabel "小樽市役所の位置"@ja , "place of: Otaru City Hall"@en .""",
        ),
    ],
}


def in_oxigraph(query: str, turtle: str) -> rdflib.Graph:
    store = ox.Store()
    store.bulk_load(turtle.encode(), ox.RdfFormat.TURTLE)
    lines = ox.serialize(store.query(query), format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=lines, format="nt")


def in_rdflib(query: str, turtle: str) -> rdflib.Graph:
    result = rdflib.Graph().parse(data=turtle, format="turtle").query(query)
    assert result.graph is not None
    return result.graph


@pytest.mark.parametrize("engine", [in_oxigraph, in_rdflib])
@pytest.mark.parametrize(
    ("rule", "given", "derived"),
    [
        pytest.param(rule, given, derived, id=f"{rule}: {name}")
        for rule, examples in EXAMPLES.items()
        for name, given, derived in examples
    ],
)
def test_a_rule_derives_this_and_nothing_else(
    engine: Callable[[str, str], rdflib.Graph], rule: str, given: str, derived: str
) -> None:
    query = (PUBLICATION / "data" / "rules" / f"{rule}.rq").read_text(encoding="utf-8")
    expected = rdflib.Graph().parse(data=PREFIXES + derived, format="turtle")

    _, missing, unwanted = graph_diff(
        to_isomorphic(expected), to_isomorphic(engine(query, PREFIXES + given))
    )

    assert (sorted(missing), sorted(unwanted)) == ([], [])


def test_every_rule_has_an_example() -> None:
    """A rule without one could derive anything."""
    assert [rule.stem for rule in RULES] == sorted(EXAMPLES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_a_rule_opens_with_what_it_derives_is_given_and_gives(rule: Path) -> None:
    text = rule.read_text(encoding="utf-8")
    comment = text[: text.index("PREFIX")]

    assert text.startswith("# ") and "# Given " in comment and "Gives " in comment


Statement = tuple[str, str, str]


@pytest.fixture(scope="module")
def publication() -> ox.Store:
    """All that is asserted, in the default graph, as packing lays it out."""
    store = ox.Store()
    folders = (PUBLICATION / "data", PUBLICATION / "ontology")
    files = [f for folder in folders for kind in ("*.trig", "*.ttl") for f in folder.rglob(kind)]
    apart = {"catalogue.ttl", *(f.name for f in (PUBLICATION / "data").glob("questions/*"))}
    for file in files:
        if file.name not in apart:
            for q in ox.parse(path=file):
                store.add(ox.Quad(q.subject, q.predicate, q.object))
    return store


@pytest.fixture(scope="module")
def derived(publication: ox.Store) -> set[ox.Triple]:
    """What the rules add to the publication, which then holds it too."""
    added: set[ox.Triple] = set()
    for _round in range(8):
        new: set[ox.Triple] = set()
        for rule in RULES:
            answer = publication.query(rule.read_text(encoding="utf-8"))
            assert isinstance(answer, ox.QueryTriples)
            for triple in list(answer):
                quad = ox.Quad(triple.subject, triple.predicate, triple.object)
                if quad not in publication:
                    publication.add(quad)
                    new.add(triple)
        if not new:
            return added
        added |= new
    raise AssertionError(f"after eight rounds the rules still derive {sorted(map(str, new))[:5]}")


def test_the_rules_come_to_an_end_and_derive_no_blank_nodes(derived: set[ox.Triple]) -> None:
    assert derived
    assert not [t for t in derived if isinstance(t.subject, ox.BlankNode)]
    assert not [t for t in derived if isinstance(t.object, ox.BlankNode)]


def test_the_rules_fill_no_recorded_gap(publication: ox.Store, derived: set[ox.Triple]) -> None:
    """A rule that knew what a source does not say would make the note untrue."""
    filled = publication.query(
        f"""PREFIX ccua: <{ROOT}ns#>
        SELECT ?gap WHERE {{ ?gap ccua:gapSubject ?s ; ccua:gapProperty ?p . ?s ?p ?value }}"""
    )
    assert derived
    assert [str(row["gap"]) for row in filled] == []


def test_what_the_rules_derive_here(publication: ox.Store, derived: set[ox.Triple]) -> None:
    """The figures of this publication: twelve members and eight, two visions in order, one end."""
    ccua = ROOT + "ns#"

    def pairs(predicate: str) -> set[tuple[str, str]]:
        return {
            (t.subject.value.removeprefix(ROOT + "id/"), t.object.value.removeprefix(ROOT + "id/"))
            for t in derived
            if t.predicate.value == predicate
        }

    assert Counter(body for body, _ in pairs("http://www.w3.org/ns/org#hasMember")) == {
        "partnership/sapporo": 12,
        "union/sapporo-wide-area-union": 8,
    }
    assert pairs(ccua + "validFrom") == set()
    bounds = {"beginsNotBefore": "2019-03-29", "beginsNotAfter": "2019-03-31"}
    begins = {(s, b, o) for b in bounds for s, o in pairs(ccua + b)}
    assert {found for found in begins if not found[0].startswith(("membership", "agr", "par"))} == {
        ("union/sapporo-wide-area-union", "beginsNotBefore", "1997-02-01"),
        ("union/sapporo-wide-area-union", "beginsNotAfter", "1997-02-28"),
    }
    assert {found for found in begins if found[0].startswith("partnership/")} == {
        ("partnership/sapporo", "beginsNotBefore", "2019-03-01"),
        ("partnership/sapporo", "beginsNotAfter", "2019-03-31"),
    }
    assert {found for found in begins if found[0].startswith("membership/")} == {
        (f"membership/sapporo-{name}", bound, day)
        for bound, day in bounds.items()
        for name in (
            "chitose",
            "ebetsu",
            "eniwa",
            "ishikari",
            "iwamizawa",
            "kitahiroshima",
            "naganuma",
            "nanporo",
            "otaru",
            "sapporo",
            "shinshinotsu",
            "tobetsu",
        )
    }
    assert pairs(ccua + "follows") == {("vision/sapporo-2", "vision/sapporo-1")}
    assert ("union/sapporo-wide-area-union", "2019-07-31") in pairs(ccua + "validThrough")
    assert ("event/union-foundation", "1997-02-28") in pairs(ccua + "latestDate")


def test_both_engines_derive_the_same_from_the_real_data(
    publication: ox.Store, derived: set[ox.Triple]
) -> None:
    """Run over the finished graph, each rule gives again what it gave, in either engine."""
    lines = ox.serialize(
        (q.triple for q in publication.quads_for_pattern(None, None, None)),
        format=ox.RdfFormat.N_TRIPLES,
    )
    graph = rdflib.Graph().parse(data=lines, format="nt")
    for rule in RULES:
        query = rule.read_text(encoding="utf-8")
        answer = ox.serialize(publication.query(query), format=ox.RdfFormat.N_TRIPLES)
        here = set(rdflib.Graph().parse(data=answer, format="nt"))
        assert set(graph.query(query).graph or ()) == here, rule.stem
