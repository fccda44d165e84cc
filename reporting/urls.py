from django.urls import path, register_converter

from jianxi.api import LISTED, ONE
from jianxi.web import freezing
from reporting import api as api_views
from reporting import course_api, feed_api
from reporting.views import (
    annual,
    blank,
    board,
    bulletins,
    cell,
    changes,
    charts,
    consolidated,
    course,
    definitions,
    drafts,
    enterprises,
    entries,
    month,
    opening,
    preview,
    printing,
    targets,
)
from reporting.views.address import PeriodConverter

register_converter(PeriodConverter, "period")

MONTH = "months/<slug:form>/<period:period>/<slug:unit>/"
ANNUAL = "annual/<int:year>/<slug:unit>/"

office = [
    path("months/", board.board, name="months"),
    path("months/changed/", changes.months_changed, name="months_changed"),
    path("months/<slug:form>/year/<int:year>/<slug:unit>/", consolidated.year, name="months_year"),
    path(
        "months/<slug:form>/year/<int:year>/<slug:unit>/xlsx/",
        printing.year_xlsx,
        name="months_year_xlsx",
    ),
    path(MONTH, month.month, name="month"),
    path(f"{MONTH}print/", printing.print_month, name="month_print"),
    path(f"{MONTH}consolidated/", consolidated.month, name="month_consolidated"),
    path(f"{MONTH}preview/", preview.preview, name="month_preview"),
    path(f"{MONTH}xlsx/", month.xlsx, name="month_xlsx"),
    path(f"{MONTH}compile/", month.compile_now, name="month_compile"),
    path(f"{MONTH}compiling/", month.compiling, name="month_compiling"),
    path(f"{MONTH}versions/<int:number>/", month.version, name="month_version"),
    path(f"{MONTH}versions/<int:number>/scan/", month.version_scan, name="month_version_scan"),
    path(f"{MONTH}versions/<int:number>/changes/", changes.changes, name="month_changes"),
    path(f"{MONTH}plan/", entries.plan, name="month_plan"),
    path(f"{MONTH}explanations/", entries.explanations, name="month_explanations"),
    path(f"{MONTH}explaining/", course.explaining, name="month_explaining"),
    path(f"{MONTH}scan/", entries.scan, name="month_scan"),
    path(f"{MONTH}course/", course.move, name="month_course"),
    path(f"{MONTH}submit/", course.submit, name="month_submit"),
    path(f"{MONTH}correction/", course.correction, name="month_correction"),
    path(f"{MONTH}approve/", course.approve_below, name="month_approve_below"),
    path(f"{MONTH}cells/<slug:code>/", cell.cell, name="cell"),
    path(f"{MONTH}cells/<slug:code>/export/", cell.export, name="cell_export"),
    path(f"{MONTH}rules/<str:rule>/", cell.rule, name="month_rule"),
    path("opening/", opening.opening, name="opening"),
    path("forms/", definitions.listing, name="forms"),
    path("forms/draft/", drafts.new, name="form_draft_new"),
    path("forms/drafts/<int:pk>/", drafts.draft, name="form_draft"),
    path("forms/drafts/<int:pk>/use/", drafts.use, name="form_draft_use"),
    path("forms/drafts/<int:pk>/discard/", drafts.discard, name="form_draft_discard"),
    path("forms/<int:pk>/", definitions.one, name="form"),
    path("forms/<int:pk>/withdraw/", drafts.withdraw, name="form_withdraw"),
    path("forms/<int:pk>/blank/", blank.blank, name="form_blank"),
    path("forms/<int:pk>/blank/file/", blank.file, name="form_blank_file"),
    path("forms/<int:pk>/blank/remove/", blank.remove, name="form_blank_remove"),
    path("targets/", targets.overview, name="targets"),
    path("targets/<int:year>/edit/", targets.edit, name="targets_edit"),
    path("targets/<int:year>/load/", targets.load, name="targets_load"),
    path("targets/<int:year>/xlsx/", targets.xlsx, name="targets_xlsx"),
    path("bulletins/", bulletins.listing, name="bulletins"),
    path("bulletins/draft/", bulletins.draft, name="bulletins_draft"),
    path("bulletins/<int:pk>/", bulletins.one, name="bulletin"),
    path("bulletins/<int:pk>/move/", bulletins.move, name="bulletin_move"),
    path("bulletins/<int:pk>/docx/", bulletins.docx, name="bulletin_docx"),
    path("bulletins/<int:pk>/xlsx/", bulletins.xlsx, name="bulletin_xlsx"),
    path("annual/", annual.listing, name="annual_reports"),
    path(ANNUAL, annual.report, name="annual_report"),
    path(f"{ANNUAL}move/", annual.move, name="annual_report_move"),
    path(f"{ANNUAL}docx/", annual.docx, name="annual_report_docx"),
    path("charts/", charts.charts, name="charts"),
    path("key_enterprises/", enterprises.listing, name="key_enterprises"),
    path("key_enterprises/load/", enterprises.load, name="key_enterprises_load"),
    path("key_enterprises/match/", enterprises.match_again, name="key_enterprises_match"),
    path("key_enterprises/<int:pk>/", enterprises.one, name="key_enterprise"),
]

REPORT = "<slug:region>/reports/<slug:form>/<period:period>/"

api = [
    path("<slug:region>/forms/", api_views.Forms.as_view(LISTED), name="forms"),
    path("<slug:region>/forms/<int:pk>/", api_views.Forms.as_view(ONE), name="form"),
    path("<slug:region>/targets/", api_views.Targets.as_view(LISTED), name="targets"),
    path("<slug:region>/targets/<int:pk>/", api_views.Targets.as_view(ONE), name="target"),
    path("<slug:region>/reports/", api_views.Reports.as_view(LISTED), name="reports"),
    path("<slug:region>/reports/feed/", feed_api.Feed.as_view(), name="feed"),
    path(REPORT, api_views.WholeMonth.as_view(), name="month"),
    path(f"{REPORT}<slug:unit>/", api_views.UnitMonth.as_view(), name="unit_month"),
    path(f"{REPORT}<slug:unit>/versions/", api_views.Versions.as_view(), name="versions"),
    path(
        f"{REPORT}<slug:unit>/versions/<int:number>/",
        api_views.OneVersion.as_view(),
        name="version",
    ),
    path(f"{REPORT}<slug:unit>/rules/", course_api.Rules.as_view(), name="rules"),
    path(f"{REPORT}<slug:unit>/rules/<str:rule>/", course_api.OneRule.as_view(), name="rule"),
    path(
        f"{REPORT}<slug:unit>/explanations/",
        course_api.Explanations.as_view(),
        name="explanations",
    ),
    path(f"{REPORT}<slug:unit>/moves/", course_api.Course.as_view(), name="month_moves"),
    path(
        f"{REPORT}<slug:unit>/submission/",
        freezing(course_api.Submission.as_view()),
        name="submission",
    ),
    path(f"{REPORT}<slug:unit>/cells/<slug:code>/", api_views.OneCell.as_view(), name="cell"),
    path(
        f"{REPORT}<slug:unit>/cells/<slug:code>/members/",
        api_views.Members.as_view(),
        name="members",
    ),
]
