from django.urls import path

from bases.api import Bases, OpenBases
from bases.views import authorities, unit
from bases.views import office as views
from jianxi.api import LISTED, ONE

office = [
    path("bases/", views.bases, name="bases"),
    path("bases/<int:pk>/", views.base, name="base"),
    path("bases/<int:pk>/edit/", views.base_edit, name="base_edit"),
    path("bases/move/", views.bases_move, name="bases_move"),
    path("bases/<int:pk>/accounts/", authorities.base_accounts, name="base_accounts"),
    path("bases/<int:pk>/codes/new/", authorities.claim_code_new, name="claim_code_new"),
    path(
        "bases/<int:pk>/codes/<int:code>/revoke/",
        authorities.claim_code_revoke,
        name="claim_code_revoke",
    ),
    path("authorities/", authorities.authorities, name="authorities"),
    path("authorities/<int:pk>/", authorities.authority_page, name="authority"),
    path("authorities/<int:pk>/<slug:paper>/", authorities.authority_paper, name="authority_paper"),
]

root = [path("employer/", unit.employers, name="employers")]

employer = [
    path("", unit.home, name="home"),
    path("messages/", unit.messages_page, name="messages"),
    path("unit/", unit.unit, name="unit"),
    path("unit/people/<int:pk>/<slug:action>/", unit.person, name="person"),
    path("claim/", unit.claim, name="claim"),
    path("filings/", unit.filings, name="filings"),
    path("filings/new/", unit.filing_new, name="filing_new"),
    path("filings/<int:pk>/", unit.filing, name="filing"),
    path("filings/<int:pk>/edit/", unit.filing_edit, name="filing_edit"),
    path("filings/<int:pk>/papers/<slug:paper>/", unit.paper, name="paper"),
    path("filings/<int:pk>/papers/<slug:paper>/upload/", unit.paper_upload, name="paper_upload"),
    path("filings/<int:pk>/<slug:action>/", unit.filing_move, name="filing_move"),
]

api = [
    path("<slug:region>/bases/", Bases.as_view(LISTED), name="bases"),
    path("<slug:region>/bases/<int:pk>/", Bases.as_view(ONE), name="base"),
    path("<slug:region>/public/bases/", OpenBases.as_view(LISTED), name="open_bases"),
    path("<slug:region>/public/bases/<int:pk>/", OpenBases.as_view(ONE), name="open_base"),
]
