"""What officers entered, in words. With ``whole`` as its own unit reads it; price and counterparty of a
deal are for the two sides, so an officer's list goes without.
"""

from __future__ import annotations

from market.assisted.models import AssistedEntry
from market.words import Money, Named, Volume, Words, t

KINDS = {
    "listing": t("Listing"),
    "accept": t("Agreement"),
    "offer": t("Offer"),
    "decline": t("Refusal"),
    "delivery": t("Delivery"),
    "link": t("Agreement"),
}
STATES = {
    "waiting": (t("Entered by an officer, not yet confirmed"), "wait"),
    "confirmed": (t("Entered by an officer, confirmed by the unit"), "good"),
    "denied": (t("Entered by an officer; the unit says that it is not so"), "bad"),
}
HOWS = {"link": t("by the link of the message"), "sign_in": t("signed in")}
#: What became of an entry that the unit denies, where something could be done at once; else an officer looks.
TAKEN_BACK = {
    "listing": t("The listing is paused."),
    "offer": t("It has been taken back."),
    "accept": t("It has been taken back."),
    "decline": t("The other side is told that it may ask anew."),
    "delivery": t("The delivery is contested, and the other side is asked."),
}
STANDS = t("It could not be taken back at once: the department looks at it.")
#: Of a party that nobody is named; of an agreement of which not all is known.
_NOBODY = t("nobody")
_NO_VOLUME, _NO_PRICE = t("volume not said"), t("price not said")


def what(entry: AssistedEntry, product: Named, unit: str, other: str = "", *, whole: bool = True) -> Words:
    """What was entered, in one line."""
    amount, price = Volume(entry.volume, unit), Money(entry.price or 0)
    goods = {"product": product, "volume": amount}
    deal = {**goods, "price": price, "party": other or _NOBODY}
    match entry.kind, whole:
        case "listing", _:
            return t("On sale: {product}, {volume}, at {price}", **goods, price=price)
        case "accept", True:
            return t("Agreed with {party}: {product}, {volume}, at {price}", **deal)
        case "offer", True:
            return t("Offered to {party}: {product}, {volume}, at {price}", **deal)
        case "decline", True:
            return t("Declined what {party} asks: {product}, {volume}", **goods, party=deal["party"])
        case "delivery", True:
            return t(
                "Delivered to or by {party} on {day}: {product}, {volume}",
                **goods,
                party=deal["party"],
                day=entry.from_date,
            )
        case "link", True:
            return t(
                "Agreed with {party} for {first} – {last}: {product}, {volume}, {price}",
                party=deal["party"],
                first=entry.from_date,
                last=entry.to_date,
                product=product,
                volume=amount if entry.volume else _NO_VOLUME,
                price=price if entry.price else _NO_PRICE,
            )
        case (("accept" | "link"), _):
            return t("Agreed: {product}, {volume}", **goods)
        case "offer", _:
            return t("Offered: {product}, {volume}", **goods)
        case "decline", _:
            return t("Declined: {product}, {volume}", **goods)
    return t("Delivered on {day}: {product}, {volume}", **goods, day=entry.from_date)


def path_of(entry: AssistedEntry) -> str:
    """Where the unit sees what came of it."""
    if entry.kind == "listing":
        return f"/listings/{entry.listing_id}"
    if entry.kind == "delivery":
        return f"/links/{entry.link_id}/deliveries/{entry.delivery_id}"
    if entry.link_id is not None:
        return f"/links/{entry.link_id}"
    return f"/inquiries/{entry.inquiry_id}"
