"""Each page's context has a field for each name that its template reads, and no other."""

from __future__ import annotations

import importlib
from dataclasses import fields
from functools import cache
from pathlib import Path

import jinja2
import jinja2.meta
import pytest

import market
from market.settings import Settings
from market.web import pages
from market.web.page_context import EVERYWHERE, PageContext

ROOT = Path(market.__file__).parent
#: What create_app adds to the environment.
ADDED = {"demo_mark", "product_data"}


def _contexts() -> list[type[PageContext]]:
    for path in sorted(ROOT.glob("*/contexts.py")):
        importlib.import_module(f"market.{path.parent.name}.contexts")
    return sorted(PageContext.__subclasses__(), key=lambda one: one.template)


CONTEXTS = _contexts()


@cache
def _environment() -> jinja2.Environment:
    return pages.make_environment(Settings(dev=True))


def _reads(name: str, seen: set[str]) -> set[str]:
    """The names that a template and those it is made of read from outside."""
    env = _environment()
    if name in seen or env.loader is None:
        return set()
    seen.add(name)
    tree = env.parse(env.loader.get_source(env, name)[0])
    found = jinja2.meta.find_undeclared_variables(tree)
    for other in jinja2.meta.find_referenced_templates(tree):
        assert other is not None, f"{name} names a template that is known only when it is drawn"
        found |= _reads(other, seen)
    return found


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda one: one.template)
def test_a_context_holds_what_its_template_reads(context: type[PageContext]) -> None:
    reads = _reads(context.template, set()) - EVERYWHERE - set(_environment().globals) - ADDED
    assert {field.name for field in fields(context)} == reads


def test_a_template_has_one_context() -> None:
    templates = [context.template for context in CONTEXTS]
    assert len(templates) == len(set(templates))
