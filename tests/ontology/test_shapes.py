"""Gate 8: the shapes are SHACL, by the SHACL shapes for shapes.

That every sh: term exists is asked by test_reuse, which reads the shapes too: meta-SHACL
does not see a misspelt constraint, and an engine passes over it.
"""

from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyshacl.errors import ShapeLoadError

# rdflib 7.6 reads a dataset through names that it has itself deprecated; shapes ask for graphs.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Dataset.contexts:DeprecationWarning"),
]

SHAPES = sorted((Path(__file__).parents[2] / "shapes").glob("*.ttl"))


def check(shapes: rdflib.Graph) -> None:
    """Validate no data at all; raises if the shapes themselves are wrong.

    Whether nothing conforms is not the question: some shapes ask for figures of the seed.
    """
    pyshacl.validate(rdflib.Dataset(), shacl_graph=shapes, meta_shacl=True)


def test_there_are_shapes():
    assert SHAPES


def test_all_shapes_together_are_shacl():
    shapes = rdflib.Graph()
    for path in SHAPES:
        shapes.parse(path)

    check(shapes)


@pytest.mark.parametrize("wrong", ['sh:minCount "one"', 'sh:path "name"', "sh:nodeKind sh:Thing"])
def test_a_wrong_shape_is_refused(wrong):
    path = "" if wrong.startswith("sh:path") else "sh:path <https://example.org/name> ; "
    shapes = rdflib.Graph().parse(
        data=f"""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/shape> a sh:PropertyShape ; {path} {wrong} ;
            sh:targetNode <https://example.org/thing> ."""
    )

    with pytest.raises((pyshacl.errors.ReportableRuntimeError, ShapeLoadError)):
        check(shapes)
