"""What the graphs say is what somebody read in the sources, to the statement."""

import json

import pytest

from tests.data.readings import ACCEPTED, readings

ACCEPTED_READINGS = json.loads(ACCEPTED.read_text("utf-8"))


@pytest.fixture(scope="module")
def present():
    return readings()


@pytest.mark.parametrize("graph", sorted(ACCEPTED_READINGS))
def test_a_graph_says_what_was_read_in_its_source(graph, present):
    """A fact that was changed by hand is noticed, even where no shape or question looks.

    Look at the source again; if the new reading is right, `make accept` takes it.
    """
    assert present.get(graph) == ACCEPTED_READINGS[graph]


def test_no_graph_is_without_an_accepted_reading(present):
    assert sorted(set(present) - set(ACCEPTED_READINGS)) == []
