"""The rights table: for every route, who may use it, and with what it is tried. Everybody who is not named
gets 401 (or is sent to sign in), 403 or 404, and nothing happens. A new route needs a line here.

Askers are named ``<whose>:<power or duty>``: ``seller`` and ``buyer`` are the two sides of the trade in the
world of tests/house/world.py, ``rival`` is another unit and ``stranger`` another buyer, both with all powers;
``officer`` has one duty over the province, ``elsewhere`` all duties in a place where nothing of it happens.
"""

from __future__ import annotations

from market.notices import topics
from tests.files import sheets
from tests.house import api_rights, figure_rights, moderation_rights, officer_rights, phone_rights
from tests.house.askers import (
    BUYER,
    EVERYBODY,
    OFFICIALS,
    PARTIES,
    SELLER,
    SIGNED_IN,
    UNITS,
    Right,
    having,
    on_duty,
    post,
    reading,
)
from tests.listings import shots

TRADE = having("trade", "seller")
#: Who may send files at all, and who files of listings.
LISTERS = (*TRADE, "rival:all", "officer:register", "elsewhere:all", "admin")
FILERS = (*LISTERS, "officer:trade_data", "officer:figures")
ASK = {"volume": "2 tấn", "price": "9.400", "from": "{today}", "to": "{soon}"}
SHEETS = {"files": ("a.pdf", sheets.sheet())}
PAPER = {"standard": "OCOP4", "number": "57/QĐ-UBND", "issuer": "UBND tỉnh", "valid_to": "{soon}"}
LISTING = {
    "volume": "5 tấn",
    "from": "{today}",
    "to": "{soon}",
    "product": "lua-st25",
    "title": "Lúa mới",
    "price_kind": "fixed",
    "price_from": "9.000",
    "price_basis": "field",
    "lot_kind": "forecast",
}

TABLE: dict[str, Right] = {
    # accounts: everybody's own
    "accounts:sign_in_form": Right(EVERYBODY, "/account/sign-in"),
    "accounts:sign_in": post(EVERYBODY, "/account/sign-in", login="nobody@vidu.test", password="wrong"),
    "accounts:reset_form": Right(EVERYBODY, "/account/reset"),
    "accounts:reset": post(EVERYBODY, "/account/reset", login="nobody@vidu.test"),
    "accounts:code_form": Right(EVERYBODY, "/account/reset/code"),
    "accounts:redeem": post(
        EVERYBODY, "/account/reset/code", login="nobody@vidu.test", code="1", new="some words to know"
    ),
    "accounts:opening": Right(EVERYBODY, "/account/open/{token}"),
    "accounts:open": post(EVERYBODY, "/account/open/{token}"),
    "accounts:password_form": Right(SIGNED_IN, "/account/password"),
    "accounts:change_password": post(
        SIGNED_IN, "/account/password", present="wrong", new="some words to know"
    ),
    "accounts:code_asked": Right(EVERYBODY, "/account/sign-in/code"),
    "accounts:second_step": post(EVERYBODY, "/account/sign-in/code", code="123456"),
    "accounts:second_step_by_key": post(EVERYBODY, "/account/sign-in/key", key="none"),
    "accounts:sign_out": post(EVERYBODY, "/account/sign-out"),
    "accounts:party": Right(SIGNED_IN, "/account/party"),
    "accounts:choose_party": post(PARTIES, "/account/party", membership_id="{membership}"),
    "accounts:show": Right(SIGNED_IN, "/account"),
    "accounts:language": post(SIGNED_IN, "/account/language", language="en"),
    "accounts:revoke": post(SIGNED_IN, "/account/sessions/{sign_in}/revoke"),
    "accounts:revoke_token": post(("seller:all",), "/account/tokens/{api_token}/revoke"),
    "accounts:notices": Right(SIGNED_IN, "/account/notices"),
    "accounts:notices_read": post(SIGNED_IN, "/account/notices/read"),
    "accounts:notice_open": post(("seller:all",), "/account/notices/{notice}/read"),
    "accounts:choices": Right(SIGNED_IN, "/account/notices/choices"),
    "accounts:choose": post(SIGNED_IN, "/account/notices/choices", **dict.fromkeys(topics.TOPICS, "inside")),
    **officer_rights.TABLE,
    # parties
    "parties:register": Right(EVERYBODY, "/account/register"),
    "parties:register_unit_form": Right(EVERYBODY, "/account/register/unit"),
    "parties:register_unit": post(EVERYBODY, "/account/register/unit", name="HTX"),
    "parties:register_buyer_form": Right(EVERYBODY, "/account/register/buyer"),
    "parties:register_buyer": post(EVERYBODY, "/account/register/buyer", name="Công ty"),
    "parties:index": Right(EVERYBODY, "/cooperatives"),
    "parties:show": Right(EVERYBODY, "/cooperatives/{seller_code}"),
    "parties:desk": Right(reading("register", anywhere=True), "/department/parties"),
    "parties:desk_party": Right(reading("register"), "/department/parties/{pending}"),
    "parties:confirm": post(
        on_duty("register"), "/department/parties/{pending}/confirm", identity_level="papers"
    ),
    "parties:refuse": post(on_duty("register"), "/department/parties/{pending}/refuse", reason="Thiếu giấy"),
    "parties:set_buying": post(on_duty("register"), "/department/parties/{seller_id}/buying", buys="1"),
    "parties:say_buying": post(having("trade", "seller", "rival"), "/account/buying", buys="1"),
    "parties:hand_over": post(
        on_duty("register"), "/department/parties/{pending}/code", user_id="{pending_user}"
    ),
    "parties:record": Right(reading("register"), "/department/parties/{seller_id}/register"),
    "parties:change_form": Right(on_duty("register"), "/department/parties/{seller_id}/register/rating"),
    "parties:change": post(
        on_duty("register"),
        "/department/parties/{seller_id}/register/capital",
        amount="500.000.000",
        source="QĐ 12",
    ),
    "links:merge_form": Right(on_duty("register"), "/department/parties/{seller_id}/merge"),
    "links:merge": post(
        on_duty("register"),
        "/department/parties/{spare}/merge",
        into="{seller_code}",
        source="QĐ 12",
        sure="1",
    ),
    # moderation
    **moderation_rights.TABLE,
    # certificates
    "certificates:index": Right(UNITS, "/certificates"),
    "certificates:claim": post((*TRADE, "rival:all"), "/certificates", **PAPER),
    "certificates:edit": Right(TRADE, "/certificates/{certificate}/edit"),
    "certificates:save": post(TRADE, "/certificates/{certificate}/edit", version="1", **PAPER),
    "certificates:accept": post(TRADE, "/certificates/{entered}/accept"),
    "certificates:desk": Right(reading("certificates", anywhere=True), "/department/certificates"),
    "certificates:desk_new": Right(on_duty("certificates", anywhere=True), "/department/certificates/new"),
    "certificates:enter": post(
        on_duty("certificates", anywhere=True), "/department/certificates", unit="{seller_code}", **PAPER
    ),
    "certificates:desk_show": Right(reading("certificates"), "/department/certificates/{certificate}"),
    "certificates:desk_edit": Right(on_duty("certificates"), "/department/certificates/{certificate}/edit"),
    "certificates:desk_save": post(
        on_duty("certificates"), "/department/certificates/{certificate}/edit", version="1", **PAPER
    ),
    "certificates:verify": post(
        on_duty("certificates"),
        "/department/certificates/{certificate}/verify",
        ground="original",
        version="1",
    ),
    "certificates:refuse": post(
        on_duty("certificates"), "/department/certificates/{certificate}/refuse", reason="Thiếu giấy"
    ),
    "certificates:stop": post(
        on_duty("certificates"),
        "/department/certificates/{verified}/stop",
        state="revoked",
        reason="Nơi cấp đã thu hồi",
    ),
    "certificates:put": Right(TRADE, "/certificates/{certificate}/files", method="POST", files=SHEETS),
    "certificates:delete_file": post(TRADE, "/certificates/{certificate}/files/{certificate_file}/delete"),
    "certificates:file": Right(SELLER, "/certificates/{certificate}/files/{certificate_file}"),
    "certificates:desk_file": Right(
        on_duty("certificates"), "/department/certificates/{certificate}/files/{certificate_file}"
    ),
    # listings
    "listings:trace": Right(EVERYBODY, "/listings/{listing}/trace"),
    "listings:index": Right(EVERYBODY, "/listings"),
    "listings:show": Right(EVERYBODY, "/listings/{listing}"),
    "listings:mine": Right(UNITS, "/listings/mine"),
    "listings:new": Right((*having("trade", "seller"), "rival:all"), "/listings/new"),
    "listings:create": post((*having("trade", "seller"), "rival:all"), "/listings", **LISTING),
    "listings:edit": Right(TRADE, "/listings/{draft}/edit"),
    "listings:save": post(TRADE, "/listings/{draft}/edit", version="1", **LISTING),
    "listings:publish": post(TRADE, "/listings/{draft}/publish"),
    "listings:pause": post(TRADE, "/listings/{listing}/pause"),
    "listings:withdraw": post(TRADE, "/listings/{listing}/withdraw"),
    "listings:photo": Right(EVERYBODY, "/listings/{listing}/photos/{photo}-320.webp"),
    "listings:add_photos": Right(
        TRADE, "/listings/{draft}/photos", method="POST", files={"photos": ("a.png", shots.png(9, 9))}
    ),
    "listings:photo_first": post(TRADE, "/listings/{listing}/photos/{photo}/first"),
    "listings:delete_photo": post(TRADE, "/listings/{listing}/photos/{photo}/delete"),
    "listings:describe_photo": post(TRADE, "/listings/{listing}/photos/{photo}/alt", alt="Ao tôm"),
    "listings:new_lot": Right(TRADE, "/listings/{listing}/lots/new"),
    "listings:open_lot": post(
        TRADE,
        "/listings/{listing}/lots",
        **{"volume": "2 tấn", "from": "{today}", "to": "{soon}", "lot_kind": "forecast"},
    ),
    "listings:change_lot": post(
        TRADE, "/listings/{listing}/lots/{lot}", left="1 tấn", version="{lot_version}"
    ),
    "listings:loss": Right(TRADE, "/listings/{listing}/lots/{lot}/loss"),
    "listings:report_loss": post(
        TRADE, "/listings/{listing}/lots/{lot}/loss", amount="1 tấn", cause="storm", on_date="{today}"
    ),
    "links:loss_shares": Right(
        TRADE, "/listings/{listing}/lots/{lot}/loss/shares?amount=1000000&cause=storm&on_date={today}"
    ),
    "links:share_loss": post(
        TRADE,
        "/listings/{listing}/lots/{lot}/loss/shares",
        amount="1000000",
        cause="storm",
        on_date="{today}",
    ),
    "listings:saved": Right(SIGNED_IN, "/listings/saved"),
    "listings:new_saved": Right(SIGNED_IN, "/listings/saved/new"),
    "listings:save_search": post(SIGNED_IN, "/listings/saved", q="lúa", often="daily"),
    "listings:often": post(("seller:all",), "/listings/saved/{saved}/often", often="at_once"),
    "listings:forget": post(("seller:all",), "/listings/saved/{saved}/delete"),
    # Whoever has the link of the mail.
    "listings:stop_form": Right(EVERYBODY, "/listings/saved/{saved}/stop?token={stop}"),
    "listings:stop": post(EVERYBODY, "/listings/saved/{saved}/stop?token={stop}"),
    # spreadsheets
    "spreadsheets:index": Right(FILERS, "/imports"),
    "spreadsheets:template": Right(LISTERS, "/imports/templates/listings.xlsx"),
    "spreadsheets:export": Right(LISTERS, "/imports/exports/listings.csv"),
    "spreadsheets:take_links": post(on_duty("trade_data", anywhere=True), "/imports/exports/links.csv"),
    "spreadsheets:send": Right(
        LISTERS, "/imports", {"kind": "listings"}, "POST", {"file": ("a.csv", b"a,b")}
    ),
    "spreadsheets:show": Right(("seller:all",), "/imports/{upload}"),
    "spreadsheets:apply": post(("seller:all",), "/imports/{upload}/apply"),
    "spreadsheets:drop": post(("seller:all",), "/imports/{upload}/drop"),
    # inquiries
    "inquiries:index": Right(PARTIES, "/inquiries"),
    "inquiries:new": Right((*having("trade", "buyer"), "stranger:all"), "/inquiries/new/{listing}"),
    "inquiries:send": post((*having("trade", "buyer"), "stranger:all"), "/inquiries/new/{fresh}", **ASK),
    "inquiries:show": Right((*SELLER, *BUYER), "/inquiries/{inquiry}"),
    "inquiries:offer": post(
        having("trade", "seller", "buyer"), "/inquiries/{inquiry}/offer", version="{inquiry_version}", **ASK
    ),
    "inquiries:decline": post(
        having("trade", "seller", "buyer"),
        "/inquiries/{inquiry}/decline",
        version="{inquiry_version}",
        reason="price",
    ),
    "inquiries:withdraw": post(
        having("trade", "seller", "buyer"), "/inquiries/{inquiry}/withdraw", version="{inquiry_version}"
    ),
    "inquiries:say": Right(
        having("trade", "seller", "buyer"), "/inquiries/{inquiry}/words", {"word": "Mẫu"}, "POST", SHEETS
    ),
    "inquiries:file": Right((*SELLER, *BUYER), "/inquiries/{inquiry}/files/{inquiry_file}"),
    "inquiries:delete_file": post(
        having("trade", "seller", "buyer"), "/inquiries/{inquiry}/files/{inquiry_file}/delete"
    ),
    # links
    "links:say": Right(
        having("trade", "seller", "buyer"), "/links/{link}/words", {"word": "Mẫu"}, "POST", SHEETS
    ),
    "links:file": Right((*SELLER, *BUYER), "/links/{link}/files/{link_file}"),
    "links:delete_file": post(having("trade", "seller", "buyer"), "/links/{link}/files/{link_file}/delete"),
    "links:put_note": Right(
        having("deliver", "seller", "buyer"),
        "/links/{link}/deliveries/{delivery}/note",
        method="POST",
        files=SHEETS,
    ),
    "links:desk_file": post(on_duty("trade_data"), "/department/links/{link}/files/{link_file}"),
    "links:see_contract": post(on_duty("trade_data"), "/department/links/{link}/contract"),
    "links:agree": post(
        having("bind", "seller", "buyer"), "/links/agree/{inquiry}", version="{inquiry_version}"
    ),
    "links:outside": Right(TRADE, "/links/outside/{listing}/{lot}"),
    "links:sell_outside": post(
        TRADE, "/links/outside/{listing}/{lot}", volume="1 tấn", buyer_kind="collector"
    ),
    "links:phone": Right((*having("bind", "seller", "buyer"), "stranger:all"), "/links/phone/{listing}"),
    "links:record_phone": post(
        (*having("bind", "seller", "buyer"), "stranger:all"),
        "/links/phone/{listing}",
        other="{buyer_code}",
        **ASK,
    ),
    "links:confirm": post(
        having("bind", "seller", "buyer"), "/links/{recorded}/confirm", version="{recorded_version}"
    ),
    "links:amend": Right(having("trade", "seller", "buyer"), "/links/{link}/amend"),
    "links:propose_amendment": post(
        having("trade", "seller", "buyer"), "/links/{plain_link}/amend", version="{plain_version}", **ASK
    ),
    "links:accept_amendment": post(
        having("bind", "seller", "buyer"),
        "/links/{amended}/amendments/{amendment}/accept",
        version="{amended_version}",
    ),
    "links:decline_amendment": post(
        having("trade", "seller", "buyer"),
        "/links/{amended}/amendments/{amendment}/decline",
        version="{amended_version}",
    ),
    "links:renew": Right((*having("bind", "seller"), *having("trade", "buyer")), "/links/{ended}/renew"),
    "links:start_renewal": post(
        (*having("bind", "seller"), *having("trade", "buyer")), "/links/{ended}/renew", **ASK
    ),
    "links:index": Right(PARTIES, "/links"),
    "links:show": Right((*SELLER, *BUYER), "/links/{link}"),
    "links:record_delivery": post(
        having("deliver", "seller", "buyer"), "/links/{link}/deliveries", gross="1 tấn", on_date="{today}"
    ),
    "links:confirm_delivery": post(
        having("deliver", "seller", "buyer"), "/links/{link}/deliveries/{delivery}/confirm"
    ),
    "links:delivery": Right((*SELLER, *BUYER), "/links/{link}/deliveries/{delivery}"),
    "links:contest_delivery": post(
        having("deliver", "seller", "buyer"),
        "/links/{link}/deliveries/{delivery}/contest",
        what="volume",
        gross="1 tấn",
    ),
    "links:agree_claim": post(
        having("deliver", "seller", "buyer"), "/links/{link}/deliveries/{contested}/agree"
    ),
    "links:paid": post(
        having("deliver", "seller"), "/links/{link}/deliveries/{confirmed}/paid", paid_on="{today}"
    ),
    "links:print": Right((*SELLER, *BUYER), "/links/{link}/print"),
    "links:contract": post(
        having("bind", "seller", "buyer"),
        "/links/{link}/contract",
        contract_number="12/HĐ",
        contract_date="{today}",
    ),
    "links:check": post(
        having("deliver", "seller", "buyer"),
        "/links/{checked}/checks",
        check="sample",
        step="done",
        on_date="{today}",
    ),
    "links:deposit": post(having("bind", "seller"), "/links/{waiting_link}/deposit"),
    "links:close": post(
        having("bind", "seller", "buyer"),
        "/links/{plain_link}/close",
        version="{plain_version}",
        reason="agreed",
    ),
    "inquiries:desk": Right(on_duty("trade_data"), "/department/inquiries/{inquiry}"),
    "inquiries:look": post(on_duty("trade_data"), "/department/inquiries/{inquiry}/look"),
    "links:desk": Right(on_duty("trade_data"), "/department/links/{link}"),
    "links:settle": post(
        on_duty("trade_data"),
        "/department/links/{link}/deliveries/{contested}/settle",
        gross="1 tấn",
        ground="Phiếu cân",
    ),
    "links:look": post(on_duty("trade_data"), "/department/links/{link}/look"),
    # demands
    "demands:index": Right(PARTIES, "/demands"),
    "demands:new": Right((*having("trade", "buyer"), "stranger:all"), "/demands/new"),
    "demands:instead": Right(having("trade", "buyer"), "/demands/instead/{link}"),
    "demands:post": post(
        (*having("trade", "buyer"), "stranger:all"),
        "/demands",
        **{"product": "lua-st25", "volume": "2 tấn", "from": "{today}", "to": "{soon}"},
    ),
    "demands:fits": Right(UNITS, "/demands/{demand}/offer"),
    "demands:offer": post(
        having("trade", "seller"), "/demands/{demand}/offer", lot="{fresh_lot}", volume="1 tấn", price="9.400"
    ),
    "demands:show": Right(BUYER, "/demands/{demand}"),
    "demands:send": post(having("trade", "buyer"), "/demands/{demand}/send", seen="{plan}"),
    "demands:close": post(having("trade", "buyer"), "/demands/{demand}/close"),
    **phone_rights.TABLE,
    # figures and the front door
    **figure_rights.TABLE,
    "home:index": Right(EVERYBODY, "/"),
    "home:language": Right(EVERYBODY, "/language/en"),
    "home:about": Right(EVERYBODY, "/about"),
    "home:help": Right(EVERYBODY, "/help"),
    "home:guide": Right(EVERYBODY, "/help/unit"),
    "home:alive": Right(EVERYBODY, "/healthz"),
    "home:ready": Right(EVERYBODY, "/readyz"),
    "home:status": Right(OFFICIALS, "/department/status"),
    # And whoever asks on the machine itself.
    "home:metrics": Right(("admin",), "/metrics"),
    # for programs
    **api_rights.TABLE,
    "api:openapi": Right(EVERYBODY, "/api/v1/openapi.json"),
    "api:docs": Right(EVERYBODY, "/api/docs"),
    "listings:feed": Right(EVERYBODY, "/listings.atom"),
    "home:sitemap": Right(EVERYBODY, "/sitemap.xml"),
    "home:robots": Right(EVERYBODY, "/robots.txt"),
    "home:manifest": Right(EVERYBODY, "/site.webmanifest"),
    "home:offline_worker": Right(EVERYBODY, "/offline-worker.js"),
    "home:offline": Right(EVERYBODY, "/offline"),
}
