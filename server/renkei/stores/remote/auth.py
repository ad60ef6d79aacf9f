"""Log in to an engine of others. What is secret here is told to nobody but that engine."""

from __future__ import annotations

import base64
import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import cast


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the engine would choose whom this server asks, and tells what."""

    def _refused(self, *_: object) -> None:
        """Leave the answer as it is: it becomes an HTTPError with its status."""

    http_error_301 = http_error_302 = http_error_303 = _refused  # type: ignore[assignment]
    http_error_307 = http_error_308 = _refused  # type: ignore[assignment]


_opener = urllib.request.build_opener(_Straight)


def open_straight(request: urllib.request.Request, timeout: float) -> http.client.HTTPResponse:
    """Send *request* to its own address and to no other; raises as `urlopen` does."""
    return cast(http.client.HTTPResponse, _opener.open(request, timeout=timeout))


def said(response: urllib.error.HTTPError) -> str:
    """Return the first words of a refusal, for the log and for nobody else."""
    try:
        words = response.read1(500) if hasattr(response, "read1") else response.read(500)
    except (OSError, http.client.HTTPException, ValueError):
        words = b""
    return f"{response.code} {response.reason} {words.decode(errors='replace')!r}"[:1000]


class Login:
    """Signs requests: Basic or Digest, as the engine asks of the first one, or by a token.

    The first goes out empty: engines close the connection on a long body that is not
    signed, before they have said why.
    """

    def __init__(
        self, user: str, password: str, token: str = "", *, seconds: float = 600.0
    ) -> None:
        self._user, self._token, self._seconds = user, token, seconds
        self._passwords = _One(user, password)
        self._digest = urllib.request.HTTPDigestAuthHandler(self._passwords)
        self._challenges: dict[str, str] = {}

    def sign(self, request: urllib.request.Request) -> None:
        """Add the header that the address of *request* asks for, if any."""
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
            return
        if not self._user:
            return
        place = request.full_url.partition("?")[0]
        if place not in self._challenges:
            self._challenges[place] = self._challenge(request)
        scheme, _, rest = self._challenges[place].partition(" ")
        if scheme.lower() == "basic":
            pair = ":".join(self._passwords.pair).encode()
            signed = f"Basic {base64.b64encode(pair).decode()}"
        elif scheme.lower() == "digest":
            words = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
            signed = f"Digest {self._digest.get_authorization(request, words)}"
        else:
            return
        request.add_unredirected_header("Authorization", signed)

    def again(self, address: str) -> bool:
        """Forget what was asked for at *address*; True where another try may do better."""
        return bool(self._challenges.pop(address.partition("?")[0], ""))

    def _challenge(self, request: urllib.request.Request) -> str:
        empty = urllib.request.Request(
            request.full_url, b"", dict(request.header_items()), method=request.get_method()
        )
        try:
            with open_straight(empty, self._seconds):
                return ""
        except urllib.error.HTTPError as error:
            with error:
                return error.headers.get("WWW-Authenticate") or ""


class _One(urllib.request.HTTPPasswordMgr):
    """The one user there is, wherever asked for: only addresses of the engine are."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__()
        self.pair = (user, password)

    def find_user_password(self, realm: str, authuri: str | Sequence[str]) -> tuple[str, str]:
        """Return the user and the password."""
        return self.pair
