"""Where search servers are, as a setting says it."""


def addresses(url: str) -> list[str]:
    """The servers of a setting: one address, or several with commas between them."""
    return [one.strip().rstrip("/") for one in url.split(",") if one.strip()] or [url]
