"""Whom a publication names to write to stands wherever a reader or a program looks for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient

ADDRESS = "auskunft@daten.example.de"


def test_the_contact_stands_in_every_page_and_in_openapi(small: FlaskClient) -> None:
    page = small.get("/about", headers={"Accept": "text/html"}).text
    described = small.get("/openapi.json").json

    assert f'<a href="mailto:{ADDRESS}">Hafenverbund Nordkante</a>' in page
    assert described["info"]["contact"] == {  # type: ignore[index]
        "name": "Hafenverbund Nordkante", "email": ADDRESS}  # fmt: skip


def test_who_finds_a_hole_is_told_whom_to_tell(small: FlaskClient) -> None:
    """RFC 9116: a contact that is an address, and an end that lies ahead, within a year."""
    answer = small.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    now = datetime.now(UTC)

    assert answer.mimetype == "text/plain"
    assert fields["Contact"] == f"mailto:{ADDRESS}"
    assert now < datetime.fromisoformat(fields["Expires"]) < now + timedelta(days=365)
    assert fields["Canonical"] == "http://data.example.org/portal/.well-known/security.txt"


def test_a_contact_that_leads_only_home_is_none(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    assert "contact" not in client.get("/openapi.json").json["info"]  # type: ignore[index]
