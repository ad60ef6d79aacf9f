"""Run by CKAN's own Python, in CKAN's own process: harvest, and say what came of it.

    python inside_ckan.py <ckan.ini>

Reads one request a line, as JSON, and writes one answer a line behind the word ANSWER; CKAN and
its extensions write what they like beside it. Knows nothing of the program whose catalogue it is.
"""

import json
import sys
import uuid

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

ADMIN = "admin"


def _context() -> dict:
    return {"model": model, "session": model.Session, "user": ADMIN, "ignore_auth": True}


def _prepare() -> None:
    if model.User.get(ADMIN) is None:
        model.Session.add(
            model.User(
                name=ADMIN, email="admin@example.org", password=uuid.uuid4().hex, sysadmin=True
            )
        )
        model.Session.commit()


def source(name: str, url: str, kind: str) -> str:
    """Make a source of harvests, with an organisation of its own; return its id."""
    organisation = tk.get_action("organization_create")(_context(), {"name": f"org-{name}"})
    made = tk.get_action("harvest_source_create")(
        _context(),
        {
            "name": name,
            "url": url,
            "source_type": kind,
            "title": name,
            "frequency": "MANUAL",
            "owner_org": organisation["id"],
            "active": True,
            "config": "",
        },
    )
    return made["id"]


def harvest(source_id: str, url: str) -> dict:
    """Gather, fetch and import; return the numbers, the errors and all packages as they are now."""
    model.Session.query(HarvestSource).filter_by(id=source_id).update({"url": url})
    model.Session.commit()
    made = tk.get_action("harvest_job_create")(_context(), {"source_id": source_id, "run": False})
    job = HarvestJob.get(made["id"])
    harvester = queue.get_harvester(job.source.type)
    job.status = "Running"
    job.save()
    gathered = [HarvestObject.get(n) for n in queue.gather_stage(harvester, job) or []]
    for one in gathered:
        queue.fetch_and_import_stages(harvester, one)
    tk.get_action("harvest_jobs_run")({"ignore_auth": True}, {})
    errors = [e.message for e in job.gather_errors]
    errors += [e.message for one in gathered for e in one.errors]
    told = [one.report_status for one in gathered]
    return {
        "gathered": len(gathered),
        "told": {word: told.count(word) for word in sorted({str(w) for w in told})},
        "errors": errors,
        "packages": packages(source_id),
    }


def packages(source_id: str) -> dict:
    """Return the packages that stand in the portal, by what the harvester knows them by."""
    owner = HarvestSource.get(source_id)
    shown = tk.get_action("package_show")(_context(), {"id": owner.id})
    found = tk.get_action("package_search")(
        _context(), {"fq": f"owner_org:{shown['owner_org']} +dataset_type:dataset", "rows": 1000}
    )
    names = [p["name"] for p in found["results"]]
    return {
        n: tk.get_action("package_show")({**_context(), "for_view": False}, {"id": n})
        for n in names
    }


def forget(source_id: str) -> None:
    """Purge the packages of a source: another form of the same catalogue has the same names."""
    for name in packages(source_id):
        tk.get_action("dataset_purge")(_context(), {"id": name})


def search(source_id: str, q: str) -> list:
    """Return the titles of the packages of one source that the portal finds for *q*."""
    shown = tk.get_action("package_show")(_context(), {"id": source_id})
    found = tk.get_action("package_search")(
        _context(),
        {"q": q, "fq": f"owner_org:{shown['owner_org']} +dataset_type:dataset", "rows": 1000},
    )
    return [p["title"] for p in found["results"]]


DOES = {"source": source, "harvest": harvest, "forget": forget, "search": search}


def main(ini: str) -> None:
    """Answer until there are no more requests."""
    app = make_app(load_config(ini))
    flask_app = app._wsgi_app
    with flask_app.test_request_context():
        _prepare()
        for line in sys.stdin:
            asked = json.loads(line)
            answer = DOES[asked.pop("do")](**asked)
            print("ANSWER " + json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
