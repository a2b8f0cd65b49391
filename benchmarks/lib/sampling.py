"""What a serving process is at: `python -m benchmarks.lib.sampling FILE serve ...` is `market serve ...` with
a thread that, from when it is told to (SIGUSR1), looks every few milliseconds at where the others stand, and
writes the counts to the file in the end. Time that is waited counts as time that is worked; a thread that
waits for a request does not.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import market
from market.__main__ import main as run_market

EVERY = 0.002
#: In whose code a thread stands, by how its name begins: the innermost that is named here.
SERVER = "FastAPI and the server"
PARTS = {
    "psycopg": "waiting for PostgreSQL, reading its rows",
    "sqlalchemy/": "SQLAlchemy",
    "urllib3/": "waiting for Meilisearch",
    "requests/": "waiting for Meilisearch",
    "meilisearch/": "waiting for Meilisearch",
    "argon2/": "hashing passwords",
    "jinja2/": "drawing",
    "market/templates/": "drawing",
    "babel/": "words, numbers and dates",
    "market/web/": "market/web",
    "market/": "market, the features",
    "search/": "search",
    **dict.fromkeys(("pydantic", "fastapi/", "starlette/", "uvicorn/", "h11/", "anyio/"), SERVER),
}
#: Of Python's own: where whoever has nothing to do stands.
RESTS = ("selectors.py", "threading.py", "queue.py")
HOUSE = f"{Path(market.__file__).parents[1]}/"


@dataclass(slots=True)
class Seen:
    """Samples by page and part, and by page and function of ours (each once a sample)."""

    parts: Counter[tuple[str, str]] = field(default_factory=Counter)
    functions: Counter[tuple[str, str]] = field(default_factory=Counter)

    def look(self, frame: FrameType) -> None:
        """Count where a thread stands."""
        stack = _stack(frame)
        part = next((PARTS[key] for name, _ in stack for key in PARTS if name.startswith(key)), "")
        rests = stack[0][0].endswith(RESTS) and not part.startswith("waiting")
        if rests or not part:
            return
        ours = [f"{name}:{what}" for name, what in stack if name.startswith(("market/", "search/"))]
        page = next((one for one in reversed(ours) if "routes.py:" in one), "")
        self.parts[page, part] += 1
        for one in {one for one in ours if "<" not in one}:
            self.functions[page, one] += 1

    def write(self, file: Path) -> None:
        """The counts, as lists of page, what, samples."""
        told = {
            "parts": [(*key, number) for key, number in self.parts.items()],
            "functions": [(*key, number) for key, number in self.functions.items()],
        }
        file.write_text(json.dumps(told))


def _stack(frame: FrameType | None) -> list[tuple[str, str]]:
    """File and function from the innermost on, files as from the house or the packages."""
    found = []
    while frame is not None:
        name = frame.f_code.co_filename
        short = name.removeprefix(HOUSE) if name.startswith(HOUSE) else name
        found.append((short.rpartition("site-packages/")[2], frame.f_code.co_name))
        frame = frame.f_back
    return found


def main() -> int:
    """Serve, look, and write what was seen."""
    seen, begin, stop = Seen(), threading.Event(), threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: begin.set())

    def watch() -> None:
        begin.wait()
        me = threading.get_ident()
        while not stop.is_set():
            for thread, frame in sys._current_frames().items():
                if thread != me:
                    # Whoever called may have been given back while we look, and its place taken.
                    with suppress(AttributeError):
                        seen.look(frame)
            time.sleep(EVERY)

    # Else whoever computes is seen only where it lets go of the interpreter by itself.
    sys.setswitchinterval(EVERY / 4)
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        return run_market(sys.argv[2:])
    finally:
        stop.set()
        begin.set()
        thread.join()
        seen.write(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
