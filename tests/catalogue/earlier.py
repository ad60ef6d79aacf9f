"""A publication that has been released before: earlier releases kept beside the one served."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from renkei.pack import kept_releases, pipeline
from renkei.release import Release

FIRST_DAY = 1_700_000_000  # of the oldest release; each later one is a day younger


def released_before(publication: Path, versions: Sequence[str], releases: Path) -> Release:
    """Pack *publication* once for each of *versions*, oldest first, then as it is.

    What comes back is the last release. A statement more keeps the releases of one version
    apart, as programs did that let a version name two contents; whoever is named in the catalogue
    had another name then.
    """
    for place, version in enumerate(versions):
        copy = releases.with_name(f"{releases.name}-{place}")
        for name in ("ontology", "data", "shapes"):
            shutil.copytree(publication / name, copy / name)
        catalogue = copy / "data" / "catalogue.ttl"
        text = re.sub(
            r'((?:owl:versionInfo|dcat:version) )"[^"]*"',
            rf'\1"{version}"',
            catalogue.read_text("utf-8"),
        )
        text = re.sub(r'(foaf:name )"([^"]*)"', r'\1"\2, formerly"', text)
        more = f'\n<urn:example:{place}> <http://www.w3.org/2000/01/rdf-schema#comment> "once" .\n'
        catalogue.write_text(text + more, "utf-8")
        when = {"SOURCE_DATE_EPOCH": str(FIRST_DAY + place * 86_400)}
        with mock.patch.dict(os.environ, when):
            _pack(copy, releases)
    return _pack(publication, releases)


def _pack(publication: Path, releases: Path) -> Release:
    with mock.patch.object(kept_releases, "check_version"):
        return pipeline.pack(publication, releases)[0]
