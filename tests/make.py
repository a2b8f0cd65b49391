"""Things to trade with, made through the services where there is one: ``make_<thing>(session, **changes)``.
Each maker gives sensible values, so that a test only says what it is about.
"""
