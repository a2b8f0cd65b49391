"""Photos of listings and papers are read one at a time in a process, whichever come together."""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import anyio
import pytest
from fastapi import FastAPI, Request
from starlette.datastructures import UploadFile

from market.files import reading, receiving
from market.listings import photo_routes
from market.web.uploads import Sent

#: Notes from when to when it was at work.
READER = """
import json, time
began = time.monotonic()
time.sleep(0.5)
with open({note!r}, "a") as file:
    file.write(f"{{began}} {{time.monotonic()}}\\n")
print(json.dumps({{"refused": "picture"}}))
"""


def one() -> Sent:
    return Sent(files=[UploadFile(io.BytesIO(b"?"), size=1, filename="a.jpg")])


def test_a_photo_and_a_paper_are_not_read_at_the_same_time(
    app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, note = tmp_path / "reader.py", tmp_path / "spans"
    program.write_text(READER.format(note=str(note)))
    monkeypatch.setattr(reading, "OF_PICTURES", str(program))
    request = Request({"type": "http", "app": app})

    async def both() -> None:
        async with app.router.lifespan_context(app):
            with ExitStack() as held:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(photo_routes.read_received, request, 1, one(), held)
                    tasks.start_soon(receiving._read, request, one(), held)

    # A driven browser may hold this thread with a loop of its own.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, both()).result()
    first, second = sorted([float(at) for at in line.split()] for line in note.read_text().splitlines())
    assert first[1] <= second[0]
