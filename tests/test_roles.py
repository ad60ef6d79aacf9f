"""What properties are read for: said by the publication, or known of what was packed before."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from renkei.naming import Naming
from renkei.release import Manifest, Release
from renkei.roles import FORMER, WORDS, Roles, former
from renkei.stores.describe import NO_PROPERTY, question

SERVER = Path(__file__).parents[1] / "server/renkei"
QUERIES = sorted(SERVER.rglob("queries/*.rq"))
NAMESPACE = "https://data.example.org/harbours/ns#"


def test_each_role_has_a_word_and_a_former_name() -> None:
    roles = [field.name for field in fields(Roles)]

    assert [*WORDS.values()] == roles == [*FORMER]
    assert Roles(unstated_thing="a:b").of("UnstatedThing") == "a:b"


def test_a_release_packed_before_there_were_roles_is_read_by_the_former_names(
    miniature: Release,
) -> None:
    fields = json.loads(miniature.manifest.to_json())
    fields = {name: value for name, value in fields.items() if name not in ("roles", "digest")}
    manifest = Manifest.from_json(json.dumps(fields), Path("manifest.json"))

    assert manifest.roles == former(miniature.manifest.namespace)
    assert manifest.roles.first_day == f"{miniature.manifest.namespace}validFrom"
    assert all(asdict(manifest.roles).values())


def test_a_publication_that_names_no_role_has_none(miniature: Release) -> None:
    assert miniature.manifest.roles == Roles()


def test_a_role_that_there_is_not_is_no_manifest_of_ours(miniature: Release) -> None:
    fields = json.loads(miniature.manifest.to_json())
    del fields["digest"]

    with pytest.raises(Exception, match="is not a manifest"):
        Manifest.from_json(json.dumps({**fields, "roles": {"first_week": ""}}), Path("m"))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_asks_for_the_property_that_plays_a_role(path: Path) -> None:
    """One that none plays is one that nothing has; the rest of the text stays as it is."""
    text = re.sub(r"\bnaming:\w+", "<x:n>", path.read_text("utf-8"))
    written = re.split(r"\brole:\w+", text)
    naming = Naming((("x:n",), ("x:n", "x:n")), descriptions=("x:n",))
    named, unnamed = question(path, former(NAMESPACE), naming), question(path, Roles(), naming)

    assert re.split(rf"<{NAMESPACE}\w+>", named) == written
    assert unnamed.split(f"<{NO_PROPERTY}>") == written
