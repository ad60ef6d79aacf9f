"""Our reading of a query against the engine's own, for texts that nobody would write.

The engine tells whether it can read a text, and no more. That is enough: where a letter of
a keyword is changed, it can read the text no more; where the same letters are part of a
string, a comment, an IRI or a name, it can. So each place is asked for by itself, and
what it says is not looked at. `FUZZ=20000` in the environment looks deeper.
"""

from __future__ import annotations

import os
import re

import pyoxigraph as ox
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from renkei.errors import QueryError
from renkei.sparql import outline

STORE = ox.Store()
DEEPER = int(os.environ.get("FUZZ", "0"))
FUZZ = settings(
    max_examples=DEEPER or 200,
    derandomize=not DEEPER,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
FORMS = {
    ox.QueryBoolean: ("ask",),
    ox.QuerySolutions: ("select",),
    ox.QueryTriples: ("construct", "describe"),
}
HEAD = (
    "PREFIX : <http://e/> PREFIX ex: <http://e/> PREFIX service: <http://s/> "
    "PREFIX SERVIXE: <http://s/> PREFIX p: <http://h:8> PREFIX \ufffd: <http://e/>\n"
)
CALL = "SERVICE <http://127.0.0.1:1/x> { }"
TRICKS = [
    "",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "#\n",
    "#'\n",
    '#"""\r',
    "# } SERVICE <a:b> { } \n",
    "#<\n",
]
TEXTS = [
    "'a'",
    '"a"',
    "'''a'b'''",
    '"""a"b"""',
    "'#'",
    '"<"',
    "''",
    '""',
    '"""\n#"""',
    "'SERVICE <a:b> {'",
    '"""a" #\\q\n',
    '"""a" #\\ud800\n',
    '"\\u0022"',
    "'\\''",
    '"\\u005C"',
    "'''",
    '"""',
    '"',
    "'",
    "'SERVICE <http://127.0.0.1:1/x> { }'",
    '"NOW()"',
    "'FROM <a:b> {'",
    '"@en"',
    '"a"@en',
    '"a"^^<a:b>',
]
TERMS = [
    "?s",
    "?service",
    "$x",
    "1",
    "1.5",
    ".5",
    "1e1",
    "true",
    "<a:b>",
    "<a:b#>",
    "<a:b#c'd>",
    "<a:2#>",
    "<http://e/\\u0041>",
    "ex:a",
    "ex:a.b",
    "ex:a.b.c",
    "ex:",
    ":",
    "ex:service",
    "service:a",
    "ex:a\\#b",
    "p:SERVICE",
    "p:true",
    "ex:a\\'b",
    "_:b",
    "[]",
    "ex:.",
    "ex:a.",
    "ex:\ufffd",
    "p:1SERVICE",
    "ex:NOW",
]
SIGNS = [
    "<",
    ">",
    "<=",
    "=",
    "&&",
    "||",
    "+",
    "-",
    "*",
    ",",
    "<2#>",
    "<?o&&1>",
    "<<a:b>",
    "<a:2#>",
    "",
]
gap = st.sampled_from(TRICKS)
term = st.one_of(st.sampled_from(TERMS), st.sampled_from(TEXTS))
call = st.sampled_from(
    [
        "NOW()",
        "RAND()",
        "UUID ()",
        "STRUUID#\n()",
        "BNODE()",
        "STR(1)",
        "IF(1,2,3)",
        "NOT EXISTS{}",
        "ex:f(1)",
    ]
)


@st.composite
def expression(draw: st.DrawFn) -> str:
    parts = [draw(st.one_of(term, call))]
    for _ in range(draw(st.integers(0, 3))):
        parts += [draw(gap), draw(st.sampled_from(SIGNS)), draw(gap), draw(st.one_of(term, call))]
    return "".join(parts)


@st.composite
def piece(draw: st.DrawFn) -> str:
    """One part of a pattern."""
    one, two, three = draw(term), draw(term), draw(term)
    between, behind = draw(gap), draw(gap)
    return draw(
        st.sampled_from(
            [
                f"{one} {two}{between}{three}.",
                f"?s ex:p{between}{three}{behind}",
                f"?s ?p {two},{between}{three}{behind}.",
                f"?s ?p ({one}{between}{two} {three}) .",
                f"{CALL}",
                f"SERVICE{between}<a:b>{behind}{{ {CALL} }}",
                "service silent?s{}",
                f"FILTER({draw(expression())}{behind})",
                f"FILTER{between}ex:f({draw(expression())})",
                f"BIND({draw(expression())}{between} AS ?b{draw(st.integers(0, 99))})",
                f"VALUES ?v {{ {one}{between}{two} {three}{behind} }}",
                f"OPTIONAL{between}{{ {one} ?p {two} }}",
                f"{{ SELECT ({draw(expression())} AS ?q) {{ }} }}",
                f"GRAPH service:a {{ ?s ?p {one} }}",
                f"{{{between}",
                f"}}{behind}",
                f"{one}{between}",
            ]
        )
    )


@st.composite
def query(draw: st.DrawFn) -> str:
    """A query that may or may not be one."""
    body = "".join(draw(st.lists(st.one_of(piece(), gap), max_size=4)))
    dataset = draw(
        st.sampled_from(
            ["", "", "FROM <a:b>", "FROM NAMED <a:b>", "FROMNAMED<a:b>", "FROMex:a", "from#\n<a:b>"]
        )
    )
    form = draw(
        st.sampled_from(
            [
                "SELECT *",
                "SELECT*",
                "ASK",
                "ASK ",
                f"SELECT ({draw(expression())} AS ?e) ",
                "DESCRIBE *",
                "DESCRIBE ex:a ",
                "DESCRIBE ex:FROM ",
                "CONSTRUCT { ?s ?p ?o } ",
            ]
        )
    )
    end = draw(
        st.sampled_from(
            [
                "",
                " LIMIT 1",
                f" ORDER BY ({draw(expression())})",
                f" HAVING ({draw(expression())})",
                f"VALUES ?w {{ {draw(term)} }}",
                f"#{CALL}",
            ]
        )
    )
    bom = draw(st.sampled_from(["", "", "", "", "", "\ufeff"]))
    return f"{bom}{HEAD}{form}{dataset}{draw(gap)}{{{body}}}{end}"


def reads(text: str) -> object:
    """What kind of answer the engine would give to *text*; None where it cannot read it."""
    try:
        return type(STORE.query(text))
    except SyntaxError:
        return None
    except (OSError, RuntimeError, ValueError):
        return object  # it can be read, and was evaluated in vain


def keywords(text: str, letters: str, other: str) -> list[int]:
    """Where *letters* are a keyword to the engine: it cannot read *text* with *other* there."""
    return [
        match.start()
        for match in re.finditer(letters, text, re.IGNORECASE)
        if match.start() > text.index("\n")  # a prefix declared anew is another fault
        and reads(text[: match.start()] + other + text[match.end() :]) is None
    ]


def outlined(text: str) -> outline.Outline:
    """Our reading of a text that the engine reads; a text that we refuse is no matter."""
    assume(reads(text) is not None)
    try:
        return outline.outline(text)
    except QueryError as refused:
        assume("can be read with" not in str(refused))
        # Only engines that need no space read these; the grammar does not.
        assert refused.token is not None, refused
        assert refused.token.upper().startswith("ASKFROM"), refused
        assume(False)
        raise


@FUZZ
@given(query())
@example(HEAD + "SELECT*FROMex:a{}")
@example(HEAD + f'ASK {{ FILTER(1<2#>"""\n) {CALL} #""" )\n}}')
def test_the_keywords_of_the_engine_are_ours(text: str) -> None:
    """Places of SERVICE, a dataset, and calls whose value changes."""
    found = outlined(text)
    ours = [token.start for token in found.tokens if "SERVICE" in token.word]

    places = keywords(text, "SERVICE", "SERVIXE")
    assert [at for at in places if not any(at - 9 < start <= at for start in ours)] == []
    assert len(found.services) >= len(places)
    assert found.has_dataset or not keywords(text, "FROM", "FRXM")
    changing = [
        at
        for name in outline.CHANGING
        for at in keywords(text, rf"(?<![A-Z]){name}(?=[\s(#])", "QQQ")
    ]
    assert not changing or not outline.lasts(text)


@FUZZ
@given(query())
def test_the_form_and_the_brackets_of_the_engine_are_ours(text: str) -> None:
    found = outlined(text)
    form = reads(text)

    assert form is object or found.form in FORMS[form]  # type: ignore[index]
    brackets = [t.start for t in found.tokens if t.kind == "mark" and t.text in "{}"]
    engines = [
        match.start()
        for match in re.finditer("[{}]", text)
        if reads(f"{text[: match.start()]} {text[match.end() :]}") is None
    ]
    assert set(engines) <= set(brackets)
    if (swift := outline.plain(text)) is not None:  # which looks at letters alone
        assert (swift, (), False) == (found.form, found.services, found.has_dataset)
