"""The wheel: all that the program needs besides its libraries is inside, and nothing of the repository is
asked for.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests import make, processes
from tests.services import ROOT, free_port


@pytest.mark.long
def test_the_wheel_carries_all_that_the_market_needs(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "built")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "built").glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(site)
    assert {name.split("/")[0] for name in names} >= {"market", "search"}
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "tools"))]

    # Found before the repository, which is not the folder that it runs in either.
    from_wheel = {"PYTHONPATH": str(site)}
    settings = make.make_settings(tmp_path / "data")
    asked = processes.surroundings(settings, **from_wheel)
    where = [sys.executable, "-c", "import market, search; print(market.__file__, search.__file__)"]
    told = subprocess.run(where, cwd=tmp_path, env=asked, capture_output=True, text=True, check=True).stdout
    assert told.split() == [str(site / "market/__init__.py"), str(site / "search/__init__.py")]
    done = subprocess.run(
        [sys.executable, "-m", "market", "migrate"],
        cwd=tmp_path,
        env=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    port = free_port()
    with processes.running(settings, "serve", "--port", str(port), **from_wheel) as serving:
        url = f"http://127.0.0.1:{port}"
        processes.wait_for(lambda: processes.answers(f"{url}/readyz"), serving.log)
        assert "Tìm hàng" in httpx2.get(f"{url}/listings").text
        assert httpx2.get(f"{url}/static/app.css").text == (ROOT / "market/static/app.css").read_text()
        assert "htmx" in httpx2.get(f"{url}/static/vendor/htmx.min.js").text[:2000]
