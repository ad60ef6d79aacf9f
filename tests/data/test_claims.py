"""What the sources leave open is neither claimed nor denied, here for statements that once were.

A source that says nothing of a thing does not say that it is not so. Each of these once stood
in the data, and some were demanded by shapes or words of ours.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from renkei.pack.pipeline import Checked

HOME = Path(__file__).parents[2]
ROOT = "https://w3id.org/jp-ccua/"
AREA = f"{ROOT}id/partnership/sapporo"
ADVISOR = f"{ROOT}id/appointment/terashima-jitsuro"


def said(checked: Checked, name: str, value: str | None = None) -> set[tuple[str, str, str]]:
    """Return subject, object and graph of what is said with our property *name*, by last name."""
    return {
        (_last(q.subject), _last(q.object), _last(q.graph_name))
        for q in checked.named
        if q.predicate.value == f"{ROOT}ns#{name}"
        and (value is None or value in {_last(q.subject), _last(q.object)})
    }


def _last(term: object) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value.rsplit("/", 1)[-1]


def test_eleven_agreements_form_the_area_and_the_amendment_concerns_it(checked: Checked) -> None:
    """Line 51 gives the forming of the area as the end of the agreement of 2019."""
    forming = {subject for subject, _, _ in said(checked, "formsPartnership")}
    partners = (
        "chitose ebetsu eniwa ishikari iwamizawa kitahiroshima naganuma nanporo otaru "
        "shinshinotsu tobetsu"
    )

    assert forming == {f"sapporo-{name}-2019" for name in partners.split()}
    assert said(checked, "concernsPartnership", "sapporo-iwamizawa-2021") == {
        ("sapporo-iwamizawa-2021", "sapporo", "seed-L51")
    }


def test_the_advisor_of_the_city_advises_on_city_and_area_each_by_its_source(
    checked: Checked,
) -> None:
    assert said(checked, "advisesOn") == {
        ("terashima-jitsuro", "city-development", "seed-L73"),
        ("terashima-jitsuro", "area-issues", "sapporo-advisor-page"),
    }


# What is rightly no area: a page in a breadcrumb, and who takes over, since that is a legal person.
NO_AREA = {
    "# L1: the breadcrumb, six levels; the fourth is a page, not the area.",
    '"The successor is a public body, not the area"@en ;',
}


def test_no_text_of_ours_denies_that_the_advice_is_on_the_area() -> None:
    """In the words of terms, facts, questions and shapes, Japanese and English."""
    denied = re.compile(
        r"圏域(について|に対して)?の?(もの)?では?な[いく]|not (of |that of |with |on )?the area"
    )
    texts = [
        line.strip()
        for folder in ("data", "ontology", "shapes")
        for path in sorted((HOME / folder).rglob("*.t*"))
        for line in path.read_text("utf-8").splitlines()
    ]

    for once in (
        "The advisor serves the city, not the area; no end is stated.",
        "圏域ではなく札幌市のアドバイザーである。",
        "Of the city, not of the area.",
        "市のまちづくりについてであり、圏域についてではない。",
        "札幌市についてのものを指し、圏域についてのものではない。",
        "That of Sapporo City is meant, not that of the area.",
        "アドバイザーは圏域でなく市町村に助言する",
        "The post is with the city, not with the area.",
    ):
        assert denied.search(once), once
    assert {text for text in texts if denied.search(text)} == NO_AREA


def test_succession_and_dissolution_are_in_no_order(checked: Checked) -> None:
    """Line 80 calls the procedures, not their passing, later than the dissolution."""
    assert said(checked, "afterEvent") == {
        ("accounts-submission", "settlement-succession", "seed-L80"),
        ("accounts-approval", "accounts-submission", "seed-L80"),
    }


def measures(checked: Checked, kind: str) -> set[tuple[str, str]]:
    """Return what the ministry's figures of *kind* count, with the year of each, in Japanese."""
    measured = "https://schema.org/variableMeasured"
    return {
        (_last(q.subject).removeprefix(f"scheme-{kind}-"), q.object.value)
        for q in checked.default
        if q.predicate.value == measured
        and f"/record/scheme-{kind}-" in str(q.subject)
        and isinstance(q.object, ox.Literal)
        and q.object.language == "ja"
    }


def test_the_ministry_counts_the_same_in_2017_as_in_2024(checked: Checked) -> None:
    """In either year: areas with a vision, and municipalities as often as they take part."""
    assert measures(checked, "municipalities") == {
        ("2017", "圏域を構成する市町村の延べ数"),
        ("2024", "圏域を構成する市町村の延べ数"),
    }
    assert measures(checked, "areas") == {
        ("2017", "連携中枢都市圏ビジョンを策定した圏域の数"),
        ("2024", "連携中枢都市圏ビジョンを策定した圏域の数"),
    }


def test_the_institute_of_the_advisor_is_no_association(checked: Checked) -> None:
    """One page calls it so, a later one does not; the contradiction is told in a note."""
    institute = ox.NamedNode(f"{ROOT}id/agent/japan-research-institute")
    told = {
        (q.predicate.value.rsplit("#", 1)[-1], q.object.value)
        for q in checked.default
        if q.subject == institute
        and q.predicate.value.startswith("http://www.w3.org/2004/02/skos/core#")
        and isinstance(q.object, ox.Literal)
        and q.object.language == "ja"
    }

    assert {(kind, text) for kind, text in told if kind != "editorialNote"} == {
        ("prefLabel", "日本総合研究所"),
        ("altLabel", "一般財団法人日本総合研究所"),
    }
    assert [text for kind, text in told if kind == "editorialNote" and "一般社団法人" in text]


def test_who_submitted_and_who_approved_the_accounts_is_an_inference(checked: Checked) -> None:
    """The sentence on line 80 names neither."""
    assert said(checked, "submittedBy") == {
        ("accounts-submission", "hokkaido-sapporo", "editorial")
    }
    assert said(checked, "approvedBy") == {("accounts-approval", "sapporo", "editorial")}


def test_nobody_is_said_to_hold_a_post_today(checked: Checked) -> None:
    """`org:holds` has no time; the appointment, which has its dates, names the post."""
    holds = {"http://www.w3.org/ns/org#holds", "http://www.w3.org/ns/org#heldBy"}

    assert [str(q) for q in checked.default if q.predicate.value in holds] == []
    assert said(checked, "appointedTo") == {
        ("terashima-jitsuro", "city-policy-advisor", "seed-L73")
    }


def test_no_text_of_ours_says_when_the_role_of_core_city_did_not_begin() -> None:
    """When it began no source says; the day of the declaration is neither meant nor excluded."""
    denied = re.compile(
        r"この日に(役割が)?始ま(った|る)のではない|この日に始まらない"
        r"|宣言の日に始まるのではない|(did|does) not (begin|start) on (that|the) day"
    )

    assert [
        line.strip()
        for folder in ("data", "ontology", "shapes")
        for path in sorted((HOME / folder).rglob("*.t*"))
        for line in path.read_text("utf-8").splitlines()
        if denied.search(line)
    ] == []
