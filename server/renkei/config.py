"""Settings: read once, at the start, into a frozen dataclass, and handed on.

A value comes from the command line, else from the variable RENKEI_<NAME>, else from the
default. An unknown RENKEI_ variable and a value out of bounds are refused by name. No
value is ever said, here or in an error: a password may stand where nobody expects one.
"""

from __future__ import annotations

import difflib
import importlib.util
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from renkei.errors import SettingError
from renkei.language.messages import Message, message

# Every placeholder once and in any order; no character that ends a policy or an attribute.
_TILES = re.compile(
    r"(?=[^{}]*(?:\{[zxy]\}[^{}]*){3}$)(?=.*\{z\})(?=.*\{x\})(?=.*\{y\})"
    r"https?://[A-Za-z0-9.:\[\]-]+/[!#$%&()*+./0-9:=?@A-Z_a-z{}~-]*"
)


LOGIN_NOWHERE = message("A login cannot be given here.")


def _setting(
    default: Any,
    about: str,
    least: float | None = None,
    most: float | None = None,
) -> Any:
    metadata = {"about": about, "least": least, "most": most}
    return field(default=default, metadata=metadata)


# The name on PyPI is not ours; an extra is installed from a checkout.
NEEDS_MCP = message("the package mcp (pip install '.[mcp]' in the checkout)")
NEEDS_PARQUET = message("the package pyarrow (pip install '.[parquet]' in the checkout)")


@dataclass(frozen=True, repr=False)
class Settings:
    """What can be set about serving. Sizes are bytes, times are seconds."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on", 0, 65535)
    workers: int = _setting(1, "serving processes", 1, 64)
    public_url: str = _setting("", "address readers use; default: http://HOST:PORT/")
    trusted_proxies: int = _setting(0, "proxies in front whose X-Forwarded-For is believed", 0, 10)
    store: str = _setting("", "SPARQL endpoint that holds the release; default: embedded")
    store_user: str = _setting("", "user of that endpoint, where it asks for one")
    store_password: str = _setting("", "password of that user")
    store_token: str = _setting("", "token sent to that endpoint instead (Bearer)")
    engines: int = _setting(
        4, "queries answered at the same time; twice as many long ones may stand aside", 1, 64
    )
    queue: int = _setting(16, "queries that may wait for an engine", 0, 1000)
    queue_seconds: float = _setting(2.0, "how long a query waits for an engine", 0, 60)
    query_seconds: float = _setting(30.0, "wall-clock budget of one query", 0.05, 3600)
    query_memory: int = _setting(1 << 30, "memory one engine may take on", 16 << 20)
    query_length: int = _setting(200_000, "bytes of one query", 100)
    answer_rows: int = _setting(1_000_000, "rows or statements of one answer", 1)
    answer_bytes: int = _setting(512 << 20, "bytes of one answer", 1000)
    client_seconds: float = _setting(60.0, "seconds of work one address may ask for a minute", 0.1)
    processes: int = _setting(
        4, "requests the application answers at once; as many long ones may stand aside", 1, 64
    )
    head_seconds: float = _setting(10.0, "how long a client may take to send its headers", 0.1, 600)
    body_seconds: float = _setting(30.0, "how long a client may take to send a body", 0.1, 3600)
    body_bytes: int = _setting(2 << 20, "bytes of one body, but for a query", 1000)
    bodies_bytes: int = _setting(32 << 20, "bytes of all bodies that are being received", 1000)
    send_seconds: float = _setting(
        60.0, "how long a client may take nothing of an answer", 0.1, 3600
    )
    drain_seconds: float = _setting(
        5.0, "how long connections are still taken after the server is told to stop", 0, 600
    )
    tls_certificate: str = _setting("", "file of the certificate (PEM); HTTPS is spoken with it")
    tls_key: str = _setting("", "file of its private key (PEM)")
    memory_statements: int = _setting(2_500_000, "up to so many statements the store is in memory")
    cache_bytes: int = _setting(128 << 20, "bytes of remembered answers in each worker", 0)
    older_releases: int = _setting(
        2, "older releases that each process may have open to be read; 0 for none", 0, 16
    )
    services: tuple[str, ...] = _setting((), "endpoints a query may reach by SERVICE")
    mcp: int = _setting(
        0, "1 answers the Model Context Protocol at /mcp, with the package mcp", 0, 1
    )
    service_seconds: float = _setting(10.0, "budget of one SERVICE call", 0.05, 600)
    service_bytes: int = _setting(16 << 20, "bytes of one SERVICE answer", 1000)
    releases: str = _setting(
        "releases", "folder of releases, or a release, for a server that imports the application"
    )
    tiles: str = _setting("", "address of tiles under the map, with {z}, {x} and {y}")
    tiles_credit: str = _setting("", "who made the tiles; an https address may follow")

    def __repr__(self) -> str:
        """Name what is not as it is by default, without the values."""
        named = [f.name for f in fields(self) if getattr(self, f.name) != f.default]
        return f"Settings({', '.join(named)})"

    @property
    def public(self) -> str:
        """The address readers use, ending in a slash."""
        if self.public_url:
            return self.public_url.rstrip("/") + "/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.tls_certificate else "http"
        return f"{scheme}://{host}:{self.port}/"


def read(options: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Return the settings from *options* (None means not given) and RENKEI_* in *environ*.

    Raises SettingError for an unknown RENKEI_ variable and for a value of the wrong
    type or out of its bounds.
    """
    known = {f.name: f for f in fields(Settings)}
    values: dict[str, Any] = {}
    for variable, text in environ.items():
        if not variable.startswith("RENKEI_"):
            continue
        name = variable.removeprefix("RENKEI_").lower()
        if name not in known:
            raise _unknown(variable)
        values[name] = _parsed(variable, known[name].default, text)
    for name, value in options.items():
        if value is not None and value != ():
            values[name] = value
    settings = Settings(**values)
    for name, f in known.items():
        _in_bounds(name, getattr(settings, name), f.metadata)
    address("public_url", settings.public_url, LOGIN_NOWHERE)
    for endpoint in settings.services:
        address("services", endpoint, LOGIN_NOWHERE)
    _tiles(settings)
    _login(settings)
    _tls(settings)
    return settings


def check_extras(settings: Settings) -> None:
    """Raise SettingError where *settings* ask for a package that is not installed.

    Asked before anything is packed or served: a server that says that it serves, keeps to
    all its settings.
    """
    if settings.mcp and not installed("mcp"):
        raise SettingError("RENKEI_MCP", "0, or %(package)s", package=NEEDS_MCP)


def installed(package: str) -> bool:
    """Say whether *package* can be imported, without doing it."""
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def environment_names() -> list[str]:
    """Return the names of all RENKEI_ variables."""
    return [f"RENKEI_{f.name.upper()}" for f in fields(Settings)]


def address(name: str, given: str, login: Message) -> None:
    """Refuse an address that is none, or that holds a login; *login* says where one goes.

    Raises SettingError, which does not repeat the address.
    """
    if not given:
        return
    try:
        parts = urlsplit(given)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or not re.fullmatch(r"[!-~\u00a1-\uffff]+", given):
        raise SettingError(name, "an address with http:// or https://")
    if "@" in parts.netloc:
        raise SettingError(name, "an address without a login", login)


def _unknown(variable: str) -> SettingError:
    near = difflib.get_close_matches(variable.upper(), environment_names(), 1)
    expected = message("one of %(names)s", names=environment_names())
    if not near:
        return SettingError(variable, expected)
    return SettingError(variable, expected, message("Did you mean %(near)s?", near=near[0]))


def _tiles(settings: Settings) -> None:
    """Refuse tiles that lack a placeholder, a safe way to the reader, or a credit."""
    if not settings.tiles:
        return
    if not _TILES.fullmatch(settings.tiles):
        raise SettingError("tiles", "an address with {z}, {x} and {y}, each once")
    parts = urlsplit(settings.tiles)
    same = parts.hostname == urlsplit(settings.public).hostname
    if parts.scheme != "https" and not (parts.scheme == "http" and same):
        raise SettingError("tiles", "an address with https://, or one on the host of this server")
    if not settings.tiles_credit.strip():
        raise SettingError("tiles_credit", "whom the map shall name for the tiles")


def _tls(settings: Settings) -> None:
    """Refuse a certificate without its key, a key without its certificate, and no files."""
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        missing = "RENKEI_TLS_KEY" if settings.tls_certificate else "RENKEI_TLS_CERTIFICATE"
        raise SettingError(missing, "a file, since the other of the two is set")
    if not settings.tls_certificate:
        return
    for name in ("tls_certificate", "tls_key"):
        if not Path(getattr(settings, name)).is_file():
            raise SettingError(f"RENKEI_{name.upper()}", "a file that is there")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.tls_certificate, settings.tls_key
        )
    except (ssl.SSLError, OSError):
        raise SettingError(
            "RENKEI_TLS_KEY", "the private key of RENKEI_TLS_CERTIFICATE, both in PEM"
        ) from None


def _login(settings: Settings) -> None:
    """Refuse a login that cannot be meant, without ever repeating a password."""
    address(
        "store",
        settings.store,
        message("RENKEI_STORE_USER and RENKEI_STORE_PASSWORD give it."),
    )
    if settings.store_token and settings.store_user:
        raise SettingError("store_token", "a token or a user, not both")
    if settings.store_token and not re.fullmatch(r"[A-Za-z0-9._~+/=-]+", settings.store_token):
        raise SettingError("store_token", "a token of letters, digits and -._~+/=")


def _parsed(variable: str, default: object, text: str) -> object:
    try:
        if isinstance(default, tuple):
            return tuple(part for part in text.split() if part)
        if isinstance(default, int):
            return int(text)
        if isinstance(default, float):
            return float(text)
    except ValueError:
        kind = message("a whole number") if isinstance(default, int) else message("a number")
        raise SettingError(variable, kind) from None
    return text


def _in_bounds(name: str, value: object, bounds: Mapping[str, Any]) -> None:
    least, most = bounds["least"], bounds["most"]
    if not isinstance(value, (int, float)):
        return
    below = least is not None and not value >= least  # not a number is below everything
    if below or (most is not None and value > most):
        if most is None:
            expected = message("a number from %(least)s up", least=float(least))
        else:
            expected = message(
                "a number from %(least)s to %(most)s", least=float(least or 0), most=float(most)
            )
        raise SettingError(name, expected)
