"""The house's own rules, each with its reason: what a linter of strangers cannot know."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2.meta
import pytest

from market.web.pages import make_environment
from tests import make

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sorted(
    path
    for folder in ("market", "search", "tests", "tools", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
TEMPLATES = sorted((ROOT / "market" / "templates").rglob("*.html"))


def _found(pattern: str, paths: list[Path], *, except_in: tuple[str, ...] = ()) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        if str(path.relative_to(ROOT)) not in except_in
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if wanted.search(line)
    ]


OURS = [
    path for path in PYTHON if path.is_relative_to(ROOT / "market") or path.is_relative_to(ROOT / "search")
]


def test_no_file_is_a_giant() -> None:
    giants = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON}
    assert not {path: lines for path, lines in giants.items() if lines > 400}


def test_there_is_one_clock() -> None:
    # A second one would make the demo and every dated figure wrong without a word.
    assert not _found(
        r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(|func\.(now|current_)|CURRENT_TIMESTAMP",
        OURS,
        except_in=("market/clock.py",),
    )


def test_routes_reach_a_session_by_the_one_alias() -> None:
    # Two scopes of the same dependency would silently open two sessions, and commit one of them late.
    assert not _found(r"get_session|scope=\"function\"", OURS, except_in=("market/web/session.py",))


def test_services_never_commit() -> None:
    services = [path for path in OURS if path.name in ("service.py", "queries.py", "indexing.py")]
    assert services
    assert not _found(r"\.commit\(\)", services)


def test_every_route_is_synchronous() -> None:
    routes = [path for path in OURS if path.name in ("routes.py", "api.py")]
    assert routes
    assert not _found(r"^async def", routes)


def test_pages_hold_nothing_inline() -> None:
    # The Content-Security-Policy forbids it; this says where. A data block is no script: no browser runs it.
    script = r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)"
    assert not _found(rf"<style|\sstyle=|{script}|\son[a-z]+=\"|javascript:", TEMPLATES)
    # Nor anything in the browser's storage: htmx would keep pages there.
    assert '"historyCacheSize":0' in (ROOT / "market/templates/base.html").read_text("utf-8")
    assert not _found(r"(local|session)Storage", [*TEMPLATES, *(ROOT / "market/static").glob("*.js")])


def test_nothing_runs_what_is_text_and_chance_is_no_dice() -> None:
    # Neither a shell nor code is made of what people write; what must not be guessed comes from ``secrets``.
    story = tuple(
        str(path.relative_to(ROOT)) for path in OURS if path.is_relative_to(ROOT / "market" / "demo")
    )
    runs = r"shell=True|os\.(system|popen)|\b(eval|exec)\(|\b(pickle|marshal|shelve)\b"
    assert not _found(runs, OURS)
    assert not _found(r"^\s*(import|from) random\b", OURS, except_in=story)
    assert '"allowEval":false' in (ROOT / "market/templates/base.html").read_text("utf-8")


def test_every_package_is_pinned_by_its_hash() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        pinned = re.findall(r"^[a-z0-9].*(?:\n    .*)*", path.read_text("utf-8"), re.MULTILINE)
        assert pinned
        assert not [one for one in pinned if "==" not in one or "--hash=sha256:" not in one], path.name


def test_templates_send_forms_with_their_token() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, flags=re.DOTALL):
            assert "csrf()" in form, f"{path.relative_to(ROOT)}: a form without csrf()"


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "market" / "templates"))
)
def test_every_template_compiles(path: Path) -> None:
    env = make_environment(make.make_settings())
    name = str(path.relative_to(ROOT / "market" / "templates"))
    env.get_template(name)
    source = path.read_text(encoding="utf-8")
    assert set(jinja2.meta.find_referenced_templates(env.parse(source))) <= set(env.list_templates())


def test_no_download_address_is_recorded() -> None:
    files = [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json", ROOT / ".npmrc"]
    assert not _found(r"https?://|\"resolved\"|--(extra-)?index-url", files)


def test_documents_name_files_that_exist() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(
            r"`((?:market|search|tests|tools|docs|benchmarks)/[\w./-]+)`", path.read_text()
        ):
            assert (ROOT / name).exists(), f"{path.relative_to(ROOT)} names {name}"
