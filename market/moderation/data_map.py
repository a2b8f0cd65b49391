"""The data map: every column that holds text or JSON, and whether it is personal. ``docs/privacy.md`` says
of each personal one what it is for, on which ground, how long it is kept and who sees it; a test holds the
two and the tables together, so that no column comes to hold something personal unnoticed.
"""

from __future__ import annotations

#: Personal: it names or reaches a person, or is what a person wrote. Erased with the person.
PERSONAL = {
    "persons": "name email phone",
    "party_contacts": "phone email address",
    "representative_persons": "name",
    "representatives": "authority_file",
    "identities": "reference",
    "sign_ins": "device",
    "api_tokens": "name",
    "saved_searches": "name fields",
    "notices": "text values",
    "messages": "address subject body error",
    "uploads": "name report",
    "once": "answer",
    "remarks": "text",
    "report_words": "words contact",
    "appeal_words": "words",
    "data_request_words": "words answer",
    "complaint_words": "name contact words answer",
}
#: Secrets and marks that lead to a person only with what the person holds; they go with the account.
SECRET = {
    "users": "password_hash",
    "sign_ins": "token_hash",
    "api_tokens": "token_hash",
    "one_time_codes": "code_hash path",
    "failed_tries": "key_hash",
    "complaints": "number",
    "once": "scope key body_hash",
    "messages": "message_id unsubscribe",
    "notices": "path",
    "saved_searches": "fingerprint",
    "uploads": "file",
}
#: The register and what units publish: of legal identities. A household business's own are emptied with its
#: person; where other text names an erased person it is blotted out.
PUBLISHED = {
    "parties": "code name folded sort_key tax_code registration_number refusal",
    "party_names": "name source",
    "party_kinds": "source",
    "party_members": "source",
    "party_places": "source",
    "party_ratings": "source",
    "party_statuses": "source",
    "pilot_designations": "source",
    "unit_fields": "source",
    "unit_sectors": "source",
    "identities": "source",
    "representatives": "position authority_number",
    "listings": "title description folded grade spec price_reference area_code weighed_at deductions",
    "listing_photos": "name alt",
    "certificates": "number issuer sites file",
    "season_plans": "source",
}
#: What two sides agreed and did, in terms and numbers: it stays whatever becomes of a person.
DEED = {
    "offers": "spec price_reference weighed_at deductions",
    "links": "contract_number contract_file spec price_reference weighed_at deductions",
    "link_checks": "paper",
    "lots": "spec",
    "deliveries": "note_file",
    "weighings": "spec reason",
    "delivery_claims": "spec reason ground",
    "demands": "spec",
    "events": "data",
}
#: What officers say in their office: decisions and their reasons.
OFFICIAL = {
    "certificate_verdicts": "ground reference reason",
    "period_steps": "reason",
    "period_submissions": "reason",
    "reported_periods": "source",
    "reports": "answer",
    "flags": "answer",
    "hidings": "words lift_note",
    "appeals": "answer",
    "takedowns": "authority number words",
}
#: Reference data, and closed lists of codes.
CODES = {
    "amendments": "side state",
    "appeals": "outcome",
    "certificate_verdicts": "state",
    "certificates": "standard_code state",
    "changes": "kind",
    "closed_figures": "indicator sector cut of_group unit value",
    "closed_rows": "indicator part",
    "commitment_moves": "reason",
    "complaints": "subject state outcome",
    "consents": "purpose text_version",
    "data_requests": "kind state",
    "deliveries": "state recorded_side",
    "delivery_claims": "side what channel",
    "delivery_states": "state channel",
    "demand_standards": "standard_code",
    "demand_states": "state channel",
    "demands": "sector_code unit price_basis state",
    "events": "name channel",
    "flags": "kind state",
    "hidings": "reason ground",
    "identities": "level",
    "index_batches": "lags_ms",
    "index_states": "name asked answer",
    "inquiries": "state turn reason",
    "inquiry_states": "state by_side reason channel",
    "link_checks": "check_code step side channel",
    "link_states": "state by_side reason channel",
    "link_terms": "kind contract area_base",
    "linkage_forms": "name_vi name_en",
    "links": "sector_code seller_kind buyer_kind destination kind lead origin contract price_kind "
    "price_basis area_base state waits_for awaits_side carrier carriage_paid_by payment checks",
    "listing_standards": "standard_code",
    "listing_states": "state channel",
    "listings": "state price_kind price_basis carrier carriage_paid_by payment checks",
    "lot_changes": "kind cause channel",
    "lots": "kind",
    "messages": "channel language state",
    "notice_choices": "topic how",
    "notices": "kind",
    "offers": "side channel price_kind price_basis kind area_base carrier carriage_paid_by payment checks",
    "officer_duties": "duty",
    "one_time_codes": "purpose",
    "parties": "kind buyer_kind destination standing status identity_level",
    "party_fields": "code name_vi name_en pilot_code",
    "party_kinds": "kind",
    "party_ratings": "rating",
    "party_statuses": "status",
    "period_steps": "step channel",
    "period_submissions": "step channel",
    "pilot_designations": "field",
    "places": "code name short_name kind level latitude longitude coordinate_basis area_km2 folded sort_key",
    "product_packs": "code name_vi name_en",
    "product_specs": "spec_key",
    "product_synonyms": "text folded",
    "product_variants": "code name_vi name_en",
    "products": "slug sector_code group_vi group_en name_vi name_en scientific_name unit piece_vi piece_en "
    "hs_code folded sort_key",
    "remarks": "side",
    "reported_periods": "code state",
    "reports": "reason state",
    "representatives": "ground",
    "rules_noted": "version",
    "saved_searches": "often",
    "search_subjects": "product month place",
    "searches": "asked found language channel",
    "season_plans": "area_base",
    "seasons": "code name_vi name_en",
    "sectors": "code name_vi name_en",
    "spec_choices": "spec_key code name_vi name_en",
    "spec_definitions": "key kind unit name_vi name_en",
    "standards": "code name_vi name_en scope sectors",
    "unit_fields": "field",
    "unit_sectors": "sector_code",
    "uploads": "kind state",
    "users": "language",
}

KINDS = {
    "personal": PERSONAL,
    "secret": SECRET,
    "published": PUBLISHED,
    "deed": DEED,
    "official": OFFICIAL,
    "code": CODES,
}


def columns(kind: str) -> list[str]:
    """The columns of one kind, as ``table.column``, in order."""
    return sorted(f"{table}.{name}" for table, names in KINDS[kind].items() for name in names.split())
