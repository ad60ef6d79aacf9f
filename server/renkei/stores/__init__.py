"""What answers SPARQL about a release. Knows releases, not pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renkei.config import Settings
    from renkei.release import Release
    from renkei.stores.base import Store
    from renkei.stores.oxigraph.store import SharedEngines


def open_store(
    release: Release,
    settings: Settings,
    wait: bool = True,
    shared: SharedEngines | None = None,
    beside: int = 0,
) -> Store:
    """Return the store that answers about *release*: remote where `settings.store` says so.

    Comes back when it is ready to answer, or at once where the caller does not *wait*, who
    then calls `ready`. An embedded store uses the engines that another process *shared*;
    *beside* is how many processes use those of this one, each of which keeps an engine.
    Raises StoreUnavailable, and StoreError where a remote store holds another release.
    Modules are imported here because the engines import this package and need neither.
    """
    store = _store(release, settings, shared, beside)
    if wait:
        store.ready()
    return store


def _store(
    release: Release, settings: Settings, shared: SharedEngines | None, beside: int
) -> Store:
    if settings.store:
        from renkei.stores.remote.store import RemoteStore

        return RemoteStore(release, settings)
    from renkei.stores.oxigraph.store import EmbeddedStore

    return EmbeddedStore(release, settings, shared, beside)
