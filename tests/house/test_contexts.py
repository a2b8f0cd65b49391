"""Each page's context has a field for each name that its template reads, and no other."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TypeGuard

import jinja2
import jinja2.meta
import pytest
from jinja2 import nodes

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
    return sorted(_under(PageContext), key=lambda one: one.template)


def _under(base: type[PageContext]) -> Iterator[type[PageContext]]:
    """Those that name a template; the others hold what several pages share."""
    for one in base.__subclasses__():
        if hasattr(one, "template"):
            yield one
        yield from _under(one)


CONTEXTS = _contexts()


@cache
def _environment() -> jinja2.Environment:
    return pages.make_environment(Settings(dev=True))


@cache
def _tree(name: str) -> nodes.Template:
    env = _environment()
    assert env.loader is not None
    return env.parse(env.loader.get_source(env, name)[0])


def _layouts(name: str) -> list[str]:
    """The layout that a template lies in, if it does."""
    return [_named(one) for one in _tree(name).find_all(nodes.Extends)]


def _named(node: nodes.Extends | nodes.Include) -> str:
    assert isinstance(node.template, nodes.Const), "a template is named that is known only when it is drawn"
    name: str = node.template.value
    return name


def _names(parts: Iterable[nodes.Node]) -> frozenset[str]:
    """The names that are given a value by these targets."""
    return frozenset(one.name for part in parts for one in (part, *part.find_all(nodes.Name)) if _stores(one))


def _stores(node: nodes.Node) -> TypeGuard[nodes.Name]:
    return isinstance(node, nodes.Name) and node.ctx != "load"


def _included(node: nodes.Node, around: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Each template that is included, with the names that loops and ``with`` give it there."""
    if isinstance(node, nodes.Include):
        yield _named(node), around
    if isinstance(node, nodes.For):
        around |= _names([node.target])
    elif isinstance(node, nodes.With):
        around |= _names(node.targets)
    for child in node.iter_child_nodes():
        yield from _included(child, around)


@cache
def _reads(name: str) -> frozenset[str]:
    """The names that a template and those it is made of read from outside. What it imports reads nothing, and
    what it includes is given the names that it sets itself.
    """
    tree = _tree(name)
    found = jinja2.meta.find_undeclared_variables(tree)
    for layout in _layouts(name):
        found |= _reads(layout)
    sets: tuple[nodes.Assign | nodes.AssignBlock, ...] = (
        *tree.find_all(nodes.Assign),
        *tree.find_all(nodes.AssignBlock),
    )
    own = _names(one.target for one in sets)
    for part, around in _included(tree, own):
        found |= _reads(part) - around
    return frozenset(found)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda one: one.template)
def test_a_context_holds_what_its_template_reads(context: type[PageContext]) -> None:
    reads = _reads(context.template) - EVERYWHERE - set(_environment().globals) - ADDED
    assert {field.name for field in fields(context)} == reads


def test_each_page_has_one_context() -> None:
    templates = [context.template for context in CONTEXTS]
    assert len(templates) == len(set(templates))
    every = _environment().list_templates(extensions=["html"])
    layouts = {layout for name in every for layout in _layouts(name)}
    assert set(templates) == {name for name in every if _layouts(name)} - layouts
