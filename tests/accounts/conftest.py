"""What tests of security keys stand on."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from tests.accounts.holders import Holder, Open, make_holder
from tests.authenticator import BASE


@pytest.fixture
def holder(app: FastAPI, session: Session, browser: Open) -> Holder:
    """An officer with a second step and no key yet, at a market with an address of its own."""
    app.state.settings.base_url = BASE
    return make_holder(app, session, browser)
