"""Who may open which address: one row each, for every address there is.

An address that is added to the portal is added here; test_permission_matrix.py fails until it is.
A row says what the one with the right gets (`answers`); what all others get follows:

- signed out: sent to sign in (the API: 401)
- from another region: not found
- from a district that holds nothing of the row's record: not found; where the address is about no
  record of a district, the answer of one's own district, with nothing of others in it
- who may see it and not do it: refused
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone

from bases.certificates import code_of
from reporting.drafting import version_of
from reporting.periods import Period
from tests.tripwires.world import ALL, COMPILED, FORM, SUBMITTED, World


@dataclass(frozen=True)
class Row:
    """`right`: the permission it takes. `args`: what follows the region in the address, made from
    the world. `post`: what is sent; None: the page is read."""

    name: str
    right: str
    args: Callable[[World], list] | None = None
    post: Callable[[World], dict] | None = None
    answers: int = 200
    query: Callable[[World], dict] | None = None
    record: bool = True  # False: `args` name no record of a district
    own: bool = False  # only for who holds every role here, whose it is; not found for colleagues
    at: str = "here"  # where the one with the right works: "root" for what is decided above
    lacking: int = 403  # what who sees it and lacks the right gets
    below: int = 403  # what, with at="root", a district's officer gets

    def __str__(self):
        return f"{'POST' if self.post else 'GET'} {self.name}"

    @property
    def is_about_a_record(self) -> bool:
        return self.record and (self.args or self.query) is not None

    def address_query(self, world) -> str:
        return f"?{urlencode(self.query(world))}" if self.query else ""


def nothing(world):
    """A form sent empty still carries its token."""
    return {"csrfmiddlewaretoken": "-"}


def here(world):
    return [world.offices["here"].pk]


def base(world):
    return [world.base.pk]


def position(world):
    return [world.position.pk]


def waiting(world):
    return ["positions.position", world.filing().pk]


def wage(world):
    return [world.wage.pk]


def checked_ledger(world):
    return [world.job("import_ledger", params={"dry_run": True}).pk]


def a_year(world):
    return [2026]


def an_annual_report(world):
    return [world.annual_report.year, world.annual_report.district.key]


def a_reason(world):
    sides = {"rule": "S1", "left": "1", "right": "0"}
    return sides | {"reason": "late_entry", "text": "上月漏报一人，本月补录"}


def why_corrected(world):
    return {"reason": "漏报一份三月到岗的协议"}


def a_form(world):
    return [world.form.pk]


def a_draft(world):
    return [world.draft.pk]


def a_used_form(world):
    return [world.blank.form_id]


def a_bulletin(world):
    return [world.bulletin.pk]


def running_month(world):
    return world.month(Period.month_of(timezone.localdate()))


def key_enterprise(world):
    return [world.key_enterprise.pk]


def steps_of_a_draft(*steps):
    """A page of each part of a form's draft; what comes without its fields is told, as the step
    says."""

    def rows(step, answers, *code):
        def part(world):
            return [*a_draft(world), *code]

        def seen(world):
            return {"seen": version_of(world.draft)}

        told = (f"form_draft_{step}", "manage_region", part)
        yield Row(*told, record=False, at="root")
        yield Row(*told, seen, answers, record=False, at="root")

    return [row for step in steps for row in rows(*step)]


def records(kind, plural):
    """The list of a kind of record, a record's page, and its correction."""

    def one(world):
        return [getattr(world, kind).pk]

    return [
        Row(plural, "view_records"),
        Row(kind, "view_records", one),
        Row(f"{kind}_edit", "edit_records", one),
        Row(f"{kind}_edit", "edit_records", one, nothing, 422),
    ]


def made_on_pages(name):
    return [Row(name, "edit_records"), Row(name, "edit_records", post=nothing, answers=422)]


def read_by_api(kind, plural):
    return [
        Row(plural, "view_records"),
        Row(kind, "view_records", lambda world: [getattr(world, kind).pk]),
    ]


OFFICE = [
    # portal
    Row("home", "view_counts"),
    Row("hand_over", "review_positions", waiting, lacking=404),
    Row(
        "hand_over",
        "review_positions",
        waiting,
        lambda w: {"colleague": w.users["here", ALL].pk},
        302,
        lacking=404,
    ),
    Row("search", "view_records"),
    # accounts
    Row("messages", "view_counts"),
    Row("messages", "view_counts", post=nothing, answers=302),
    Row("members", "manage_members", answers=302),
    Row("offices", "manage_members"),
    Row("office", "manage_members", here),
    Row("office_new", "manage_members"),
    Row(
        "office_new",
        "manage_members",
        post=lambda w: {"kind": "department", "district": w.districts["here"].pk, "name": "教委"},
        answers=302,
    ),
    Row("office_edit", "manage_members", here),
    Row("office_edit", "manage_members", here, lambda w: {"name": "新名", "phone": ""}, 302),
    Row("member_new", "manage_members", here),
    Row(
        "member_new",
        "manage_members",
        here,
        lambda w: {"name": "新人", "username": "xinren", "role": "clerk"},
        302,
    ),
    Row(
        "role_add",
        "manage_members",
        lambda w: [w.offices["here"].pk, w.colleague.pk],
        lambda w: {"role": "viewer"},
        302,
    ),
    Row("role_end", "manage_members", lambda w: [w.membership.pk], nothing, 302),
    Row("password_reset", "manage_members", lambda w: [w.offices["here"].pk, w.colleague.pk]),
    Row(
        "password_reset",
        "manage_members",
        lambda w: [w.offices["here"].pk, w.colleague.pk],
        nothing,
        302,
    ),
    Row("cover_new", "manage_members", lambda w: [w.membership.pk]),
    Row(
        "cover_new",
        "manage_members",
        lambda w: [w.membership.pk],
        lambda w: {
            "deputy": w.users["here", "reviewer"].pk,
            "starts_on": "2026-11-20",
            "ends_on": "2099-11-21",
        },
        302,
    ),
    Row("cover_end", "manage_members", lambda w: [w.cover.pk], nothing, 302),
    Row("handover", "manage_members", answers=404),  # nothing was handed over
    Row("tokens", "manage_region"),
    Row("token_new", "manage_region", here),
    Row(
        "token_new",
        "manage_region",
        here,
        lambda w: {"name": "取数", "expires_on": w.token.expires_on},
        302,
    ),
    Row("token_revoke", "manage_region", lambda w: [w.token.pk], nothing, 302),
    Row("reveals", "manage_region"),
    Row(
        "reveal",
        "reveal_personal_data",
        lambda w: ["trainee", w.trainee.pk, "document_number"],
        lambda w: {"reason": "核对材料"},
    ),
    # regions
    Row("calendar", "view_counts"),
    Row("calendar_year", "view_counts", lambda w: [2026], record=False),
    Row("calendar_new", "manage_region", at="root"),
    Row(
        "calendar_new",
        "manage_region",
        post=lambda w: {
            "year": "2027",
            "notice": "国办发明电〔2026〕7号",
            "days": "元旦：1月1日放假",
            "save": "1",
        },
        answers=302,
        at="root",
    ),
    Row("calendar_edit", "manage_region", lambda w: [2026], record=False, at="root"),
    Row("policies", "view_counts"),
    Row("districts", "view_counts"),
    Row("wages", "view_counts"),
    Row("wage_new", "manage_wages"),
    Row(
        "wage_new",
        "manage_wages",
        post=lambda w: w.new_wage,
        answers=302,
        at="root",
        below=422,  # names no unit of theirs
    ),
    Row("wage_edit", "manage_wages", wage, record=False),
    Row("wage_edit", "manage_wages", wage, lambda w: w.new_wage, 302, record=False),
    Row("wage_delete", "manage_wages", wage, nothing, 302, record=False),
    # bases, positions, trainees, subsidies, activities
    *records("base", "bases"),
    Row("bases_move", "move_bases", query=lambda w: {"ids": w.base.pk}),
    Row("bases_move", "move_bases", post=lambda w: {"ids": w.base.pk}),
    Row("base_accounts", "view_records", base),
    Row("claim_code_new", "confirm_authority", base, nothing, 302),
    Row(
        "claim_code_revoke",
        "confirm_authority",
        lambda w: [w.base.pk, w.claim_code.pk],
        nothing,
        302,
    ),
    Row("base_certificate", "view_records", base),
    Row("base_applications", "view_records"),
    Row("base_application", "view_records", lambda w: [w.base_filing().pk]),
    Row(
        "base_application",
        "review_bases",
        lambda w: [w.base_filing().pk],
        lambda w: {"action": "reject", "comment": "不符"},
        302,
    ),
    Row("base_paper", "review_bases", World.base_paper),
    Row("base_visit_new", "review_bases", lambda w: [w.base_filing().pk]),
    Row("base_visit_new", "review_bases", lambda w: [w.base_filing().pk], nothing, 422),
    Row("base_visit", "review_bases", World.base_visit),
    Row("base_visit_edit", "review_bases", World.base_visit, answers=302),  # recorded by another
    Row("base_photo", "review_bases", World.base_photo),
    Row("base_photo_upload", "review_bases", World.base_visit, nothing, 422),
    Row("base_photo_remove", "review_bases", World.base_photo, nothing, 302),
    Row("authorities", "view_records"),
    Row("authority", "view_records", lambda w: [w.authority.pk]),
    Row(
        "authority",
        "confirm_authority",
        lambda w: [w.authority.pk],
        lambda w: {"action": "confirm"},
        302,
    ),
    Row("authority_paper", "confirm_authority", lambda w: [w.authority.pk, "licence"]),
    *records("position", "positions"),
    Row("position_act", "review_positions", position, lambda w: {"action": "pause"}, 302),
    Row("position_model", "review_positions", position, nothing, 302),
    Row("position_reviews", "view_records"),
    Row("position_review", "view_records", lambda w: [w.filing().pk]),
    Row(
        "position_review",
        "review_positions",
        lambda w: [w.filing().pk],
        lambda w: {"action": "publish"},
        302,
    ),
    Row(
        "positions_decide",
        "review_positions",
        post=lambda w: {"ids": w.filing().pk, "decide": "1"},
        query=lambda w: {"decision": "publish"},
        answers=302,
        record=False,  # who holds nothing of it is told that somebody decided it
    ),
    Row("applications", "view_records"),
    Row("pool", "view_records"),
    Row("application", "view_records", lambda w: [w.application().pk]),
    Row("application", "view_records", lambda w: [w.in_pool().pk]),
    Row(
        "application",
        "review_applications",
        lambda w: [w.application().pk],
        lambda w: {"action": "refer"},
        302,
    ),
    Row(
        "application",
        "review_applications",
        lambda w: [w.in_pool().pk],
        lambda w: {"action": "refer", "position": w.position.pk},
        302,
    ),
    Row(
        "applications_decide",
        "review_applications",
        post=lambda w: {"ids": w.application().pk, "decide": "1"},
        query=lambda w: {"decision": "refer"},
        answers=302,
        record=False,  # who holds nothing of it is told that somebody decided it
    ),
    Row(
        "applications_chase",
        "review_applications",
        post=lambda w: {"ids": w.unanswered().pk},
        answers=302,
    ),
    *records("trainee", "trainees"),
    *records("agreement", "agreements"),
    Row("agreement_move", "file_agreements", lambda w: [w.agreement.pk, "mentor"]),
    Row(
        "agreement_move",
        "file_agreements",
        lambda w: [w.agreement.pk, "mentor"],
        lambda w: {"mentor": "李师傅", "reason": "原带教调离"},
        302,
    ),
    Row("month_checks", "view_records"),
    Row("month_check", "view_records", lambda w: [w.month_check.pk]),
    Row("contracts", "view_records"),
    Row("contract", "view_records", lambda w: [w.contract().pk]),
    Row(
        "contract",
        "file_agreements",
        lambda w: [w.contract().pk],
        lambda w: {"action": "file"},
        302,
    ),
    Row("contract_print", "reveal_personal_data", lambda w: [w.contract().pk]),
    Row(
        "contract_print",
        "reveal_personal_data",
        lambda w: [w.contract().pk],
        lambda w: {"reason": "核对备案"},
    ),
    Row("contract_paper", "file_agreements", World.contract_paper),
    *records("payment", "payments"),
    *made_on_pages("payment_new"),
    *records("activity", "activities"),
    *made_on_pages("activity_new"),
    # reporting
    Row("months", "view_counts"),
    Row("month", "view_counts", World.month),
    Row("months_changed", "view_counts"),
    Row(
        "months_year",
        "view_counts",
        lambda w: [FORM, 2026, w.districts["root"].key],
        at="root",
        below=404,
    ),
    Row("month_consolidated", "view_counts", lambda w: w.month(place="root"), at="root", below=404),
    Row(
        "cell_units",
        "view_counts",
        lambda w: [*w.month(place="root"), "1"],
        at="root",
        below=404,
    ),
    Row("month_preview", "view_counts", running_month),
    Row("month_xlsx", "view_counts", World.month),
    Row("month_print", "view_counts", World.month),
    Row("months_year_xlsx", "view_counts", lambda w: [FORM, 2026, w.districts["here"].key]),
    Row("month_compile", "prepare_reports", World.month, nothing, 302),
    Row("month_compiling", "view_counts", World.month, answers=302),
    Row("month_version", "view_counts", lambda w: [*w.month(SUBMITTED), 1]),
    Row("month_version_scan", "view_records", lambda w: [*w.month(SUBMITTED), 1]),
    Row("month_changes", "view_counts", lambda w: [*w.month(SUBMITTED), 1]),
    Row("month_plan", "prepare_reports", World.month, lambda w: {"plan": "12"}, 302),
    Row("month_explanations", "prepare_reports", World.month, nothing, 302),
    Row("month_scan", "view_records", World.month),
    Row("month_scan", "prepare_reports", World.month, lambda w: {"remove": "1"}, 302),
    Row("month_submit", "prepare_reports", World.month, World.submission, 302),
    Row(
        "month_course",
        "review_reports",
        lambda w: w.month(SUBMITTED),
        lambda w: {"action": "return", "comment": "请核对"},
        302,
        at="root",
    ),
    Row(
        "month_explaining",
        "review_reports",
        World.explained_month,
        lambda w: {"action": "accept_explanation", "rule": "S1"},
        302,
        at="root",
    ),
    Row(
        "month_correction",
        "prepare_reports",
        World.approved_month,
        lambda w: {"action": "ask", "comment": "漏报一份三月到岗的协议"},
        302,
    ),
    Row(
        "month_approve_below",
        "review_reports",
        lambda w: w.month(SUBMITTED, "root"),
        lambda w: {"ids": w.districts["here"].key},
        302,
        at="root",
        below=404,
    ),
    Row("cell", "view_counts", lambda w: [*w.month(), "1"]),
    Row("cell_export", "export_records", lambda w: [*w.month(), "1"], nothing, 302),
    Row("month_rule", "view_records", lambda w: [*w.month(), "R3.1"]),
    Row("opening", "manage_region"),
    Row("opening", "manage_region", post=lambda w: {"part": "start"}, answers=302, at="root"),
    Row("forms", "manage_region"),
    Row("form", "manage_region", a_form, record=False),
    Row("form_draft_start", "manage_region", at="root"),
    Row("form_draft_start", "manage_region", post=nothing, answers=422, at="root"),
    Row("form_draft_new", "manage_region", at="root"),
    Row("form_draft_new", "manage_region", post=nothing, answers=422, at="root"),
    Row("form_draft_begin", "manage_region", a_form, nothing, 302, record=False, at="root"),
    Row("form_draft", "manage_region", a_draft, record=False, at="root"),
    *steps_of_a_draft(
        ("text", 422),
        ("head", 422),
        ("indicators", 404),
        ("indicator_new", 422),
        ("indicator", 422, "9"),
        ("rules", 404),
        ("rule_new", 422),
        ("rule", 422, "R4"),
        ("changes", 302),
    ),
    Row("form_draft_use", "manage_region", a_draft, nothing, 409, record=False, at="root"),
    Row("form_draft_discard", "manage_region", a_draft, nothing, 409, record=False, at="root"),
    Row("form_withdraw", "manage_region", a_form, nothing, 302, record=False, at="root"),
    Row("form_blank", "manage_region", a_form, record=False, at="root"),
    Row("form_blank", "manage_region", a_form, nothing, 404, record=False, at="root"),
    Row("form_blank_file", "manage_region", a_used_form, record=False, at="root"),
    Row("form_blank_remove", "manage_region", a_used_form, nothing, 302, record=False, at="root"),
    Row("targets", "view_counts"),
    Row("targets_xlsx", "view_counts", a_year, record=False),
    Row("targets_edit", "manage_region", a_year, record=False, at="root"),
    Row("targets_edit", "manage_region", a_year, nothing, 422, record=False, at="root"),
    Row("targets_load", "manage_region", a_year, record=False, at="root"),
    Row("targets_load", "manage_region", a_year, nothing, 422, record=False, at="root"),
    Row("bulletins", "view_counts"),
    Row("bulletins_draft", "prepare_reports", post=nothing, answers=422, at="root"),
    Row("bulletin", "view_counts", a_bulletin, record=False),
    Row("bulletin", "view_counts", a_bulletin, nothing, 403, record=False),
    Row("bulletin_move", "confirm_reports", a_bulletin, nothing, 404, record=False, at="root"),
    Row("bulletin_docx", "view_counts", a_bulletin, record=False),
    Row("bulletin_xlsx", "view_counts", a_bulletin, record=False),
    Row("annual_reports", "view_counts"),
    Row("annual_report", "view_counts", an_annual_report),
    Row("annual_report", "prepare_reports", an_annual_report, nothing, 422),
    Row("annual_report_move", "confirm_reports", an_annual_report, nothing, 404),
    Row("annual_report_docx", "view_counts", an_annual_report),
    Row("charts", "view_counts"),
    Row("key_enterprises", "view_records"),
    Row("key_enterprises_load", "manage_region", at="root"),
    Row("key_enterprises_load", "manage_region", post=nothing, answers=422, at="root"),
    Row("key_enterprises_blank", "manage_region", at="root"),
    Row("key_enterprises_match", "manage_region", post=nothing, answers=302, at="root"),
    Row("key_enterprise", "view_records", key_enterprise),
    Row("key_enterprise", "view_records", key_enterprise, nothing, 403),
    # portal: jobs, ledger, voiding
    Row("jobs", "view_counts"),
    Row("job", "view_counts", lambda w: [w.job().pk], own=True),
    Row("job_file", "view_counts", lambda w: [w.job().pk], own=True),
    Row("exports", "export_records", lambda w: ["bases"], nothing, 302, record=False),
    Row("ledger", "import_ledger"),
    Row("ledger", "import_ledger", post=nothing, answers=422),
    Row("ledger_template", "import_ledger"),
    Row("ledger_job", "import_ledger", checked_ledger, own=True),
    Row("ledger_load", "import_ledger", checked_ledger, nothing, 302, own=True),
    Row("void", "void_records", lambda w: ["agreement", w.agreement.pk]),
    Row(
        "void",
        "void_records",
        lambda w: ["agreement", w.agreement.pk],
        lambda w: {"reason": "重复登记"},
        302,
    ),
    Row("void_requests", "void_records"),
    Row("void_request", "void_records", lambda w: [w.void_request.pk]),
    Row(
        "void_request",
        "void_records",
        lambda w: [w.void_request.pk],
        lambda w: {"action": "agree"},
        302,
    ),
]

# Below /api/v1/, with a token of the office here; named as in OFFICE.
API = [
    Row("districts", "view_counts"),
    Row("district", "view_counts", lambda w: [w.districts["here"].key]),
    *read_by_api("base", "bases"),
    *read_by_api("position", "positions"),
    Row("position_moves", "view_records", position),
    Row("position_moves", "view_records", position, lambda w: {"move": "pause"}, 403),
    Row("base_applications", "view_records"),
    Row("base_application", "view_records", lambda w: [w.base_filing().pk]),
    Row("base_application_moves", "view_records", lambda w: [w.base_filing().pk]),
    Row("applications", "view_records"),
    Row("application", "view_records", lambda w: [w.application().pk]),
    Row("application_moves", "view_records", lambda w: [w.application().pk]),
    Row(
        "application_moves",
        "view_records",
        lambda w: [w.application().pk],
        lambda w: {"move": "refer"},
        403,
    ),
    Row("agreement_moves", "view_records", lambda w: [w.agreement.pk]),
    Row("contract_moves", "view_records", lambda w: [w.contract().pk]),
    Row("own_applications", "view_records", answers=404),  # an office is no youth
    Row("own_application", "view_records", lambda w: [w.application().pk], answers=404),
    Row("received_applications", "view_records", answers=404),
    Row("received_application", "view_records", lambda w: [w.application().pk], answers=404),
    Row("own_positions", "view_records", answers=404),  # an office is no employer
    Row("own_month", "view_records", lambda w: [COMPILED], answers=404),
    Row("own_position", "view_records", position, answers=404),
    *read_by_api("trainee", "trainees"),
    *read_by_api("agreement", "agreements"),
    *read_by_api("payment", "payments"),
    *read_by_api("activity", "activities"),
    Row("forms", "view_counts"),
    Row("form", "view_counts", lambda w: [w.form.pk], record=False),
    Row("targets", "view_counts"),
    Row("target", "view_counts", lambda w: [w.target.pk]),
    Row("progress", "view_counts"),
    Row("bulletins", "view_counts"),
    Row("bulletin", "view_counts", a_bulletin, record=False),
    Row("reports", "view_counts"),
    Row("month", "view_counts", lambda w: w.month()[:2], record=False),
    Row("unit_month", "view_counts", World.month),
    Row("feed", "view_counts"),
    Row("months_changed", "view_counts"),
    Row("consolidated", "view_counts", World.month, answers=404),  # nothing lies below it
    Row("versions", "view_counts", lambda w: w.month(SUBMITTED)),
    Row("version", "view_counts", lambda w: [*w.month(SUBMITTED), 1]),
    Row("version_changes", "view_counts", lambda w: [*w.month(SUBMITTED), 1]),
    Row("cell_changes", "view_records", lambda w: [*w.month(SUBMITTED), 1, "1"]),
    Row("corrections", "view_counts", World.approved_month),
    Row("corrections", "view_counts", World.approved_month, why_corrected, 403),
    Row("correction_moves", "view_counts", World.asked_correction),
    Row(
        "correction_moves",
        "view_counts",
        World.asked_correction,
        lambda w: {"move": "withdraw_correction"},
        403,
    ),
    Row("rules", "view_counts", World.month),
    Row("rule", "view_records", lambda w: [*w.month(), "R3.1"]),
    Row("explanations", "view_records", World.month),
    Row("explanations", "view_records", World.month, a_reason, 403),
    Row("month_moves", "view_counts", lambda w: w.month(SUBMITTED)),
    Row(
        "month_moves",
        "view_counts",
        lambda w: w.month(SUBMITTED),
        lambda w: {"move": "return", "comment": "请核对"},
        403,
    ),
    Row("submission", "view_counts", World.month),
    Row("submission", "view_counts", World.month, lambda w: {"move": "submit"}, 403),
    Row("cell", "view_counts", lambda w: [*w.month(), "1"]),
    Row("members", "view_records", lambda w: [*w.month(), "1"]),
]

# Open to all: (name, args or a function of the world, status signed out, status signed in).
PUBLIC = [
    ("choose_region", [], 200, 200),
    ("outbox", [], 200, 200),  # of a demonstration
    ("account_register", [], 200, 302),
    ("account_request_login_code", [], 200, 302),
    ("openid_connect_login", ["province"], 404, 404),  # there is none
    ("openid_connect_callback", ["province"], 404, 404),
    ("healthz", [], 200, 200),
    ("readyz", [], 200, 200),
    ("schema", [], 200, 200),
    ("api_docs", [], 200, 200),
    ("api:regions", [], 200, 200),
    ("api:region", ["chongqing"], 200, 200),
    ("public:home", ["chongqing"], 200, 200),
    ("public:positions", ["chongqing"], 200, 200),
    ("public:position", lambda w: ["chongqing", w.position.pk], 200, 200),
    ("public:bases", ["chongqing"], 200, 200),
    ("public:base", lambda w: ["chongqing", w.base.pk], 200, 200),
    ("public:certificate", lambda w: ["chongqing", code_of(w.base)], 200, 200),
    ("public:certificate_qr", lambda w: ["chongqing", code_of(w.base)], 200, 200),
    ("public:offices", ["chongqing"], 200, 200),
    ("public:policies", ["chongqing"], 200, 200),
    ("public:check", ["chongqing"], 200, 200),
    ("api:open_positions", ["chongqing"], 200, 200),
    ("api:open_position", lambda w: ["chongqing", w.position.pk], 200, 200),
    ("api:open_bases", ["chongqing"], 200, 200),
    ("api:open_base", lambda w: ["chongqing", w.base.pk], 200, 200),
    ("api:policies", ["chongqing"], 200, 200),
    ("api:policy", lambda w: ["chongqing", w.policy.pk], 200, 200),
]

# Of one's own account, guarded by allauth: (name, args, status signed out, status signed in).
ACCOUNT = [
    ("account_login", [], 200, 302),
    ("account_logout", [], 302, 200),
    ("account_inactive", [], 200, 200),
    ("account_reauthenticate", [], 302, 200),
    ("account_confirm_login_code", [], 302, 302),  # only while a code is good
    ("account_home", [], 302, 200),
    ("account_messages", [], 302, 302),
    ("account_email_address", [], 302, 200),
    ("account_keys", [], 302, 302),  # the password is asked first
    ("account_key_revoke", [1], 302, 302),
    ("account_side", [], 302, 404),  # staff have none
    ("account_change_phone", [], 302, 200),
    ("account_verify_phone", [], 302, 302),  # only while a code is good
    ("account_set_password", [], 302, 302),  # there is one: it is changed
    ("employers", [], 302, 404),
    ("account_change_password", [], 302, 200),
    ("mfa_index", [], 302, 200),
    ("mfa_authenticate", [], 302, 302),  # only between password and code
    ("mfa_reauthenticate", [], 302, 302),  # by password, while there is no second factor
    ("mfa_activate_totp", [], 302, 302),  # the password is asked first
    ("mfa_deactivate_totp", [], 302, 404),  # there is none yet
    ("mfa_view_recovery_codes", [], 302, 404),
    ("mfa_generate_recovery_codes", [], 302, 302),
    ("mfa_download_recovery_codes", [], 302, 404),
]
