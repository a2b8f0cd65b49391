"""What demands and plans are called on pages: states, reasons for which a lot is left out, and how
a plan ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from market.catalogue.spec import Definition
from market.demands.candidates import Candidate
from market.words import Named, Words, t

STATES = {
    "open": t("Open"),
    "filling": t("Being filled"),
    "filled": t("Filled"),
    "closed": t("Closed"),
    "expired": t("Over"),
}
TONES = {"open": "wait", "filling": "wait", "filled": "good", "closed": "off", "expired": "off"}

REASONS: dict[str, Words] = {
    "own": t("This is your own lot."),
    "window": t("Its days are other days."),
    "place": t("It lies outside the place wanted."),
    "state": t("The goods are in another state."),
    "spec": t("The quality does not meet what is wanted."),
    "standard": t("It does not hold the standard."),
    "labour": t("What it offers is labour, not goods."),
    "no_price": t("It names no price."),
    "price": t("It costs more than the highest price."),
    "minimum": t("The seller's minimum order cannot be met."),
    "unknown": t("It leaves unsaid something that is wanted."),
    "asked": t("You are talking with the seller about it already."),
    "refused": t(
        "The seller has said no to this demand, has not answered in time, or has gone back on its word."
    ),
    "labelled": t("Labelled goods of several sellers are not mixed."),
    "other_product": t("The plan is of other goods."),
    "other_state": t("The plan is of goods in another state."),
    "dearer": t("The plan is full with cheaper goods."),
    "units": t("The plan has as many sellers as you want at most."),
    "no_room": t("There is no room for it in the plan."),
}

STATUSES: dict[str, Words] = {
    "optimal": t("No other choice is cheaper: this has been proved."),
    "feasible": t("This is the best plan found in time; a cheaper one may exist."),
    "infeasible": t("What is on offer today cannot fill this."),
}

#: The same of a plan with fewer sellers than there could be.
STATUSES_OF_FEWER: dict[str, Words] = {
    **STATUSES,
    "optimal": t("With so many sellers no other choice is cheaper: this has been proved."),
}

#: Reasons as a unit reads them of its own lots.
LACKS: dict[str, Words] = {
    **REASONS,
    "price": t("It costs more than the buyer wants to pay."),
    "minimum": t("Your minimum order cannot be met."),
}


#: The same in short, behind one another in a list.
BRIEFLY: dict[str, Words] = {
    "window": t("other days"),
    "place": t("from another place"),
    "state": t("goods in another state"),
    "labour": t("labour, not goods"),
    "no_price": t("no price is named"),
    "price": t("dearer than the buyer would pay"),
}

#: What is said of a lot against which nothing speaks, where others bring all that is needed in its days.
TAKEN = t("What is needed in these days is agreed already.")


def doubts(lot: Candidate, described: Iterable[Definition], standards: Mapping[str, Named]) -> list[Words]:
    """What is not known of a lot that may serve, each with the one question that would tell. ``standards``
    are named by code.
    """
    names = {one.key: one.name for one in described}
    return [
        *(t("{quality}: not said. Ask the seller what it is.", quality=names[key]) for key in lot.unsaid),
        *(
            t(
                "{standard}: declared by the seller, not verified. Ask for the paper.",
                standard=standards[code],
            )
            for code in lot.declared
        ),
    ]


def lacking(lot: Candidate, described: Iterable[Definition], standards: Mapping[str, Named]) -> list[Words]:
    """What a lot lacks, as its own unit reads it: each reason once, and which quality or standard it is."""
    names = {one.key: one.name for one in described}
    said = {
        "spec": [t("{quality}: does not meet what is wanted.", quality=names[key]) for key in lot.wrong],
        "standard": [
            t("{standard}: not claimed for it. Claim the certificate first.", standard=standards[code])
            for code in lot.unheld
        ],
        "unknown": [
            *(
                t("{quality}: your listing does not say it. Add it to the listing.", quality=names[key])
                for key in lot.unsaid
            ),
            *(
                t("{standard}: declared, not verified. Have the paper checked.", standard=standards[code])
                for code in lot.declared
            ),
        ],
    }
    return [words for reason in lot.reasons for words in said.get(reason) or [LACKS[reason]]]


def lacking_briefly(
    lot: Candidate, qualities: Mapping[str, Named], standards: Mapping[str, Named], *, least: str
) -> list[Words]:
    """The same in short; ``qualities`` are named by key, ``least`` is its minimum order in words."""
    said = {
        "spec": [t("{quality} does not meet it", quality=qualities[key]) for key in lot.wrong],
        "standard": [t("{standard} is not claimed", standard=standards[code]) for code in lot.unheld],
        "minimum": [t("your minimum order is {volume}", volume=least)],
        "unknown": [
            *(t("{quality} is not said", quality=qualities[key]) for key in lot.unsaid),
            *(t("{standard} is not verified", standard=standards[code]) for code in lot.declared),
        ],
    }
    return [words for reason in lot.reasons for words in said.get(reason) or [BRIEFLY[reason]]]
