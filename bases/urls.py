from django.urls import path

from bases.api import Bases, OpenBases
from bases.applications_api import BaseApplicationMoves, BaseApplications
from bases.views import authorities, base_review, certificates, own_base, unit
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
    path("bases/<int:pk>/certificate/", certificates.base_certificate, name="base_certificate"),
    path("base-applications/", base_review.base_applications, name="base_applications"),
    path("base-applications/<int:pk>/", base_review.base_application, name="base_application"),
    path(
        "base-applications/<int:pk>/papers/<int:paper>/", base_review.base_paper, name="base_paper"
    ),
    path(
        "base-applications/<int:pk>/visits/new/", base_review.base_visit_new, name="base_visit_new"
    ),
    path(
        "base-applications/<int:pk>/visits/<int:visit>/", base_review.base_visit, name="base_visit"
    ),
    path(
        "base-applications/<int:pk>/visits/<int:visit>/edit/",
        base_review.base_visit_edit,
        name="base_visit_edit",
    ),
    path(
        "base-applications/<int:pk>/visits/<int:visit>/photos/upload/",
        base_review.base_photo_upload,
        name="base_photo_upload",
    ),
    path(
        "base-applications/<int:pk>/visits/<int:visit>/photos/<int:photo>/",
        base_review.base_photo,
        name="base_photo",
    ),
    path(
        "base-applications/<int:pk>/visits/<int:visit>/photos/<int:photo>/remove/",
        base_review.base_photo_remove,
        name="base_photo_remove",
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
    path("base/", own_base.base_application, name="base_application"),
    path("base/new/", own_base.base_application_new, name="base_application_new"),
    path("base/certificate/", certificates.own_certificate, name="base_certificate"),
    path("base/<int:pk>/", own_base.base_filing, name="base_filing"),
    path("base/<int:pk>/edit/", own_base.base_filing_edit, name="base_filing_edit"),
    path("base/<int:pk>/save/", own_base.base_filing_save, name="base_filing_save"),
    path("base/<int:pk>/withdraw/", own_base.base_filing_withdraw, name="base_filing_withdraw"),
    path("base/<int:pk>/discard/", own_base.base_filing_discard, name="base_filing_discard"),
    path("base/<int:pk>/papers/upload/", own_base.base_paper_upload, name="base_paper_upload"),
    path("base/<int:pk>/papers/<int:paper>/", own_base.base_paper, name="base_paper"),
    path(
        "base/<int:pk>/papers/<int:paper>/remove/",
        own_base.base_paper_remove,
        name="base_paper_remove",
    ),
    path("claim/", unit.claim, name="claim"),
    path("filings/", unit.filings, name="filings"),
    path("filings/new/", unit.filing_new, name="filing_new"),
    path("filings/<int:pk>/", unit.filing, name="filing"),
    path("filings/<int:pk>/edit/", unit.filing_edit, name="filing_edit"),
    path("filings/<int:pk>/papers/<slug:paper>/", unit.paper, name="paper"),
    path("filings/<int:pk>/papers/<slug:paper>/upload/", unit.paper_upload, name="paper_upload"),
    path("filings/<int:pk>/<slug:action>/", unit.filing_move, name="filing_move"),
]

public = [
    path("certificates/<slug:code>/", certificates.certificate, name="certificate"),
    path("certificates/<slug:code>/qr.svg", certificates.certificate_qr, name="certificate_qr"),
]

api = [
    path(
        "<slug:region>/base-applications/",
        BaseApplications.as_view(LISTED),
        name="base_applications",
    ),
    path(
        "<slug:region>/base-applications/<int:pk>/",
        BaseApplications.as_view(ONE),
        name="base_application",
    ),
    path(
        "<slug:region>/base-applications/<int:pk>/moves/",
        BaseApplicationMoves.as_view(),
        name="base_application_moves",
    ),
    path("<slug:region>/bases/", Bases.as_view(LISTED), name="bases"),
    path("<slug:region>/bases/<int:pk>/", Bases.as_view(ONE), name="base"),
    path("<slug:region>/public/bases/", OpenBases.as_view(LISTED), name="open_bases"),
    path("<slug:region>/public/bases/<int:pk>/", OpenBases.as_view(ONE), name="open_base"),
]
