"""The rights table of the figures: periods, what others have published, targets, plans; part of rights.py."""

from __future__ import annotations

from tests.house.askers import EVERYBODY, OFFICIALS, UNITS, Right, having, on_duty, post, reading

PLAN = {
    "product": "lua-st25",
    "season": "he-thu-2027",
    "output": "300 tấn",
    "harvest_from": "2027-08-01",
    "harvest_to": "2027-09-15",
}
PUBLISHED = {
    "place": "{province}",
    "from_date": "2025-01-01",
    "to_date": "2025-12-31",
    "source": "Niên giám thử",
    "source_date": "2026",
}

TABLE: dict[str, Right] = {
    "statistics:department": Right(OFFICIALS, "/department"),
    "statistics:dashboard_file": Right(OFFICIALS, "/department/dashboard/figures.csv"),
    "statistics:work": Right(on_duty("trade_data", anywhere=True), "/department/work/no_outlet"),
    "statistics:work_file": Right(
        on_duty("trade_data", anywhere=True), "/department/work/no_outlet/lines.csv"
    ),
    "statistics:tell": post(
        on_duty("trade_data"),
        "/department/work/no_outlet/tell",
        party_id="{seller_party}",
        subject_id="{product}",
    ),
    "statistics:reports": Right(reading("figures", anywhere=True), "/department/reports"),
    "statistics:report": Right(reading("figures"), "/department/reports/2025"),
    "statistics:report_file": Right(reading("figures"), "/department/reports/2025/report.xlsx"),
    "statistics:periods": Right(reading("figures", anywhere=True), "/department/periods"),
    "statistics:schedule": post(
        on_duty("figures"),
        "/department/periods",
        code="{open_period}",
        first_day="{open_first}",
        last_day="{open_last}",
        source="Quyết định thử",
    ),
    "statistics:period": Right(reading("figures", anywhere=True), "/department/periods/{closed_period}"),
    "statistics:prepare": post(on_duty("figures"), "/department/periods/{open_period}/prepare", reason="Thử"),
    "statistics:give_back": post(
        on_duty("figures"), "/department/periods/{prepared_period}/return", reason="Thử"
    ),
    "statistics:close": post(on_duty("figures"), "/department/periods/{prepared_period}/close"),
    "statistics:revise": post(on_duty("figures"), "/department/periods/{closed_period}/revise", reason="Thử"),
    "statistics:reopen": post(on_duty("figures"), "/department/periods/{closed_period}/reopen", reason="Thử"),
    "statistics:submit": post(
        on_duty("figures"), "/department/periods/{open_period}/communes/{home_commune}/submit"
    ),
    "statistics:answer": post(
        on_duty("figures"),
        "/department/periods/{submitted_period}/communes/{home_commune}/answer",
        take="1",
    ),
    "statistics:plans": Right(UNITS, "/plans"),
    "statistics:plan": post((*having("trade", "seller"), "rival:all"), "/plans", **PLAN),
    "statistics:desk_plans": Right(reading("register", anywhere=True), "/department/plans"),
    "statistics:desk_plan": post(
        on_duty("register", anywhere=True), "/department/plans", unit="{seller_code}", **PLAN
    ),
    "statistics:pilots": Right(reading("figures", anywhere=True), "/department/pilots"),
    "statistics:targets": Right(reading("figures", anywhere=True), "/department/targets"),
    "statistics:export_targets": Right(reading("figures", anywhere=True), "/department/targets/export/csv"),
    "statistics:set_target": post(
        on_duty("figures"),
        "/department/targets",
        indicator="cooperatives",
        place="{province}",
        period="2026",
        value="200 HTX",
        document="Nghị quyết thử",
        document_number="01/NQ",
        document_date="2025-01-01",
    ),
    "official:denominators": Right(reading("figures", anywhere=True), "/department/denominators"),
    "official:enter_denominator": post(
        on_duty("figures"),
        "/department/denominators",
        base="sown",
        amount="187.579",
        unit="ha",
        sector="rice",
        **PUBLISHED,
    ),
    "official:figures": Right(reading("figures", anywhere=True), "/department/official-figures"),
    "official:enter_figure": post(
        on_duty("figures"),
        "/department/official-figures",
        code="cooperatives",
        value="191",
        unit="cooperative",
        **PUBLISHED,
    ),
    "statistics:index": Right(EVERYBODY, "/statistics"),
    "statistics:open_data": Right(EVERYBODY, "/open-data"),
    "statistics:open_catalog": Right(EVERYBODY, "/open-data/catalog.jsonld"),
    "statistics:open_periods": Right(EVERYBODY, "/open-data/periods.atom"),
    "statistics:open_widget": Right(EVERYBODY, "/open-data/widget"),
    "statistics:open_file": Right(EVERYBODY, "/open-data/places.csv"),
    "statistics:show": Right(EVERYBODY, "/statistics/links_new"),
}
