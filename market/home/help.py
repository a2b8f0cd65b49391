"""How the market is used, by role: the steps in their order, each with the page where it is done. The longer
guides are in docs/users.
"""

from __future__ import annotations

from dataclasses import dataclass

from market.words import Words, t


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it looks on a telephone, of static/help in each language: 360 by 640 pixels, of the demo
    (tools/help_pictures.py takes them). ``words`` say what is to be seen.
    """

    name: str
    words: Words

    def file(self, language: str) -> str:
        """The static file of a language."""
        return f"help/{self.name}.{language}.webp"


@dataclass(frozen=True, slots=True)
class Step:
    """What one does, how, and where; without a page it is done where the words say."""

    title: Words
    words: Words
    href: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """A role's way through the market."""

    code: str
    title: Words
    lead: Words
    steps: tuple[Step, ...]


GUIDES = (
    Guide(
        "buyer",
        t("For buyers"),
        t("From what you need to a delivery that both sides have confirmed."),
        (
            Step(
                t("Find it"),
                t(
                    "Type what you need as you would say it: “10 tonnes of ST25, December”. What was "
                    "understood stands above the results; one tap takes any of it off."
                ),
                "/listings",
                Picture("buyer-find", t("A search: what was understood above, then the listings.")),
            ),
            Step(
                t("Ask"),
                t(
                    "On the listing say how much, from which day to which, and at what price. The seller "
                    "agrees, offers something else, or declines; you are told of it."
                ),
                "/inquiries",
            ),
            Step(
                t("Need more than one unit has"),
                t(
                    "Post it as a need. The market shows which units can fill it together and what it costs; "
                    "one press asks all of them. Who declines is replaced by the next best."
                ),
                "/demands/new",
                Picture(
                    "buyer-plan",
                    t("A need with the plan that fills it: who gives how much, and at what price."),
                ),
            ),
            Step(
                t("The agreement"),
                t(
                    "Once both have agreed, the volume is kept for you and is sold to nobody else. The page "
                    "prints as a paper to sign. What changes later, both agree to."
                ),
                "/links",
                Picture("buyer-agreement", t("An agreement: its terms, its schedule and what is due next.")),
            ),
            Step(
                t("Delivery"),
                t(
                    "The unit notes what was weighed; you confirm it or say what you weighed. After two "
                    "reminders and seven days without an answer it counts, and is shown apart."
                ),
                "/links",
            ),
        ),
    ),
    Guide(
        "unit",
        t("For cooperatives and groups"),
        t("From what you will harvest to a buyer who comes back."),
        (
            Step(
                t("List it"),
                t(
                    "Choose the product, say its quality and price, then how much there will be and when. A "
                    "photo taken by telephone is enough."
                ),
                "/listings/new",
                Picture("unit-list", t("The form of a listing: product, quality, price, volume and days.")),
            ),
            Step(
                t("Answer"),
                t(
                    "An inquiry waits for you: agree, offer something else, or decline. When you agree, the "
                    "volume is taken from what is left; the market never sells it twice."
                ),
                "/inquiries",
            ),
            Step(
                t("Sold elsewhere, or lost"),
                t(
                    "Two taps in “My listings” keep what is left true. If less is left than you have "
                    "promised, the market shares it out, or you choose whom it falls on; the buyers are told."
                ),
                "/listings/mine",
                Picture("unit-mine", t("A unit's listings, with what is left of each lot.")),
            ),
            Step(
                t("Delivery"),
                t("Note what was weighed on the day. The buyer confirms; then it counts in your record."),
                "/links",
                Picture(
                    "unit-delivery",
                    t("A delivery: what was weighed, what is deducted, and what both sides say to it."),
                ),
            ),
            Step(
                t("Certificates"),
                t(
                    "Enter VietGAP, organic, OCOP stars or area codes with a photo of the paper. Once an "
                    "officer has checked it, buyers find you by it."
                ),
                "/certificates",
            ),
            Step(
                t("Without a telephone that can do it"),
                t(
                    "Call the officer of your commune, who enters it for you. You get a link by SMS and say "
                    "whether it is so."
                ),
            ),
        ),
    ),
    Guide(
        "officer",
        t("For the department"),
        t("A register that holds, and figures that open to what they were counted from."),
        (
            Step(
                t("The register"),
                t(
                    "Confirm who registers, note what changes by the day on which it changed and from which "
                    "source, merge what stands twice, take in spreadsheets."
                ),
                "/department/parties",
                Picture("officer-register", t("Who has registered and waits to be confirmed.")),
            ),
            Step(
                t("Certificates"),
                t("Check a paper and say on which ground. Whoever entered it may not check it."),
                "/department/certificates",
            ),
            Step(
                t("What waits"),
                t(
                    "The front page lists what ends soon, runs short or has supply and no outlet. Each list "
                    "is worked through, and tells the unit by one press."
                ),
                "/department",
                Picture(
                    "officer-front",
                    t("The department's front page: what waits, and the figures of the place."),
                ),
            ),
            Step(
                t("Entered for units"),
                t(
                    "Who calls: enter the listing, the answer or the delivery for the unit, which confirms "
                    "it by a link. Until then it is marked and counted apart."
                ),
                "/department/assisted",
            ),
            Step(
                t("Figures and periods"),
                t(
                    "Every figure opens to its rows, each row to its agreement. One officer prepares a "
                    "period, another closes it; what is learned later is a dated revision."
                ),
                "/department/periods",
                Picture(
                    "officer-figure", t("A figure with its definition, its breakdown and the rows behind it.")
                ),
            ),
            Step(
                t("Reports"),
                t("The half-year's and year's report as a page to print, .docx or .xlsx."),
                "/department/reports",
            ),
        ),
    ),
    Guide(
        "administrator",
        t("For the administrator"),
        t("Who may do what, and whether all runs as it should."),
        (
            Step(
                t("Officers and duties"),
                t(
                    "Add who works for the department, with a place, duties and the day from which they "
                    "hold. A seat to read alone shows no price, no buyer and no way to reach anybody."
                ),
                "/department/officers",
                Picture("administrator-officers", t("The officers, each with place, duties and since when.")),
            ),
            Step(
                t("Signing in safely"),
                t(
                    "Want a second step of every officer from a day on. For whoever has lost the telephone, "
                    "take it away on the officer's page; an account that is closed is signed out at once."
                ),
                "/department/officers",
            ),
            Step(
                t("Whether all runs"),
                t(
                    "The status page says whether the database and the search index are well, how soon a "
                    "change is found, and how many messages wait or were given up."
                ),
                "/department/status",
                Picture("administrator-status", t("The status page: each part, and whether it is well.")),
            ),
            Step(
                t("On the server"),
                t(
                    "Back up, restore and upgrade by the guide for operation; “market doctor” says what is "
                    "wrong and what to do about it."
                ),
            ),
        ),
    ),
)


def find(code: str) -> Guide | None:
    """The guide of a role."""
    return next((one for one in GUIDES if one.code == code), None)
