"""Parts of a file: which bytes a Range header asks for, and what comes (RFC 9110, section 14)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from renkei.errors import NoSuchRange
from renkei.serve.http.ranges import requested

TURTLE = "/dumps/data.ttl"


@pytest.mark.parametrize(
    "header, found",
    [
        pytest.param(None, None, id="no header"),
        pytest.param("bytes=0-9", (0, 9), id="the first ten"),
        pytest.param("Bytes = 90-", (90, 99), id="from a place on"),
        pytest.param("bytes=90-1000", (90, 99), id="beyond the end"),
        pytest.param("bytes=-5", (95, 99), id="the last five"),
        pytest.param("bytes=-1000", (0, 99), id="more than there is, from the end"),
        pytest.param("bytes=0-1,200-", (0, 1), id="one of two can be had"),
        pytest.param("bytes=,0-1,", (0, 1), id="empty members of the list"),
        pytest.param("bytes=0-1,5-6", None, id="several: the whole file"),
        pytest.param("bytes=5-4", None, id="backwards"),
        pytest.param("bytes=a-b", None, id="no numbers"),
        pytest.param("bytes=٣-٤", None, id="digits of another script"),
        pytest.param("bytes=0-" + "9" * 5_000, None, id="no place in a file"),
        pytest.param("lines=0-1", None, id="another unit"),
    ],
)
def test_a_header_is_read(header: str | None, found: tuple[int, int] | None) -> None:
    assert requested(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200,300-", "bytes=-0", "bytes="])
def test_bytes_that_are_not_there_are_refused(header: str) -> None:
    with pytest.raises(NoSuchRange) as refused:
        requested(header, 100)

    assert refused.value.size == 100


def test_a_part_is_the_part_of_the_whole_and_says_so(client: FlaskClient) -> None:
    with client.get(TURTLE) as whole:
        content, tag = whole.data, whole.headers["ETag"]
    with client.get(TURTLE, headers={"Range": "bytes=10-19"}) as part:
        assert (part.status_code, part.data) == (206, content[10:20])
        assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
        assert part.headers["Content-Length"] == "10"
        assert part.headers["ETag"] == tag
        assert part.vary.as_set() == {"accept-encoding"}
        assert part.mimetype == "text/turtle"


def test_several_parts_get_the_whole(client: FlaskClient) -> None:
    with client.get(TURTLE, headers={"Range": "bytes=0-1,5-6"}) as answer:
        assert answer.status_code == 200
        assert len(answer.data) == int(answer.headers["Content-Length"])


def test_none_of_the_parts_is_416_and_says_how_long_the_file_is(client: FlaskClient) -> None:
    with client.get(TURTLE) as whole:
        size = len(whole.data)
    answer = client.get(TURTLE, headers={"Range": "bytes=999999999-"})

    assert (answer.status_code, answer.mimetype) == (416, "application/problem+json")
    assert answer.headers["Content-Range"] == f"bytes */{size}"
    assert answer.json["size"] == size  # type: ignore[index]


def test_a_part_is_given_only_of_what_the_client_has(client: FlaskClient) -> None:
    """If-Range: an ETag or a date that is not exactly ours gets the whole, as it is now."""
    with client.head(TURTLE) as head:
        tag, date = head.headers["ETag"], head.headers["Last-Modified"]
    before = "Mon, 01 Jan 2001 00:00:00 GMT"
    statuses = {}
    for name, value in (("tag", tag), ("date", date), ("other", '"other"'), ("weak", f"W/{tag}"),
                        ("before", before), ("nonsense", "soon")):  # fmt: skip
        with client.get(TURTLE, headers={"Range": "bytes=0-3", "If-Range": value}) as answer:
            statuses[name] = answer.status_code

    assert statuses == {
        "tag": 206, "date": 206, "other": 200, "weak": 200, "before": 200, "nonsense": 200,
    }  # fmt: skip


def test_head_has_no_parts(client: FlaskClient) -> None:
    """Range is defined for GET alone."""
    with client.head(TURTLE, headers={"Range": "bytes=0-3"}) as answer:
        assert answer.status_code == 200
        assert "Content-Range" not in answer.headers
        assert int(answer.headers["Content-Length"]) > 4


def test_conditions_come_before_parts(client: FlaskClient) -> None:
    with client.head(TURTLE) as head:
        tag = head.headers["ETag"]
    with client.get(TURTLE, headers={"Range": "bytes=0-3", "If-None-Match": tag}) as known:
        assert (known.status_code, known.data) == (304, b"")
    with client.get(TURTLE, headers={"If-Match": '"other"'}) as changed:
        assert (changed.status_code, changed.mimetype) == (412, "application/problem+json")
