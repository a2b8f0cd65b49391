"""By what a person signs in: an e-mail address or a phone number, brought into the one form that is kept
(lower case, E.164). Nothing here knows whether anybody has it.
"""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

REGION = "VN"


def read_email(text: str) -> str | None:
    """The address in the form that is kept, or None when it is none."""
    try:
        # The addresses of the demonstration end in .test; whether mail arrives shows itself when it is sent.
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        return None
    return found.normalized.lower()


def read_phone(text: str) -> str | None:
    """The number as +84912345678, from any usual Vietnamese or international way of typing; else None."""
    try:
        number = phonenumbers.parse(text[:40], REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_login(text: str) -> str | None:
    """The e-mail or phone number in the form that is kept, or None."""
    return read_email(text) if "@" in text else read_phone(text)


def show_phone(kept: str | None) -> str:
    """A kept number as people in the country write it: 0912 345 678."""
    if not kept:
        return ""
    try:
        number = phonenumbers.parse(kept, REGION)
    except phonenumbers.NumberParseException:
        return kept
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == 84
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return str(phonenumbers.format_number(number, style))
