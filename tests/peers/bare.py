"""An ASGI application that does nothing: it answers with what stands in a file.

`RENKEI_BENCH_SAMPLES` names a JSON file: for each address its status, headers and body (as
base64). What the same HTTP server does with it is the most that any application could reach.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

_TOLD = json.loads(Path(os.environ["RENKEI_BENCH_SAMPLES"]).read_text("utf-8"))
_ANSWERS = {
    path.encode(): (
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(n.encode(), v.encode("latin-1")) for n, v in headers],
        },
        {"type": "http.response.body", "body": base64.b64decode(body)},
    )
    for path, (status, headers, body) in _TOLD.items()
}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the sample of the address."""
    for message in _ANSWERS[scope["raw_path"]]:
        await send(message)
