from django.urls import path

from jianxi.api import LISTED, ONE, OWN_LISTED
from trainees.api import Agreements, Trainees
from trainees.applications_api import (
    AgreementMoves,
    ApplicationMoves,
    Applications,
    ContractMoves,
    OwnApplications,
    ReceivedApplications,
)
from trainees.month_api import OwnMonth
from trainees.views import employer as own
from trainees.views import office as views
from trainees.views import review
from trainees.views.agreements import employer as running
from trainees.views.agreements import youth as mine
from trainees.views.contracts import employer as drawing
from trainees.views.contracts import office as filing
from trainees.views.contracts import youth as signing
from trainees.views.me import apply, consent, home, internships, register
from trainees.views.months import employer as months_own
from trainees.views.months import office as months_read

office = [
    path("month-checks/", months_read.month_checks, name="month_checks"),
    path("month-checks/<int:pk>/", months_read.month_check, name="month_check"),
    path("trainees/", views.trainees, name="trainees"),
    path("trainees/<int:pk>/", views.trainee, name="trainee"),
    path("trainees/<int:pk>/edit/", views.trainee_edit, name="trainee_edit"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/edit/", views.agreement_edit, name="agreement_edit"),
    path("applications/", review.applications, name="applications"),
    path("applications/decide/", review.applications_decide, name="applications_decide"),
    path("applications/chase/", review.applications_chase, name="applications_chase"),
    path("applications/<int:pk>/", review.application, name="application"),
    path("pool/", review.pool, name="pool"),
    path("agreements/<int:pk>/<slug:name>/", views.agreement_move, name="agreement_move"),
    path("contracts/", filing.contracts, name="contracts"),
    path("contracts/<int:pk>/", filing.contract, name="contract"),
    path("contracts/<int:pk>/print/", filing.contract_print, name="contract_print"),
    path("contracts/<int:pk>/papers/<int:paper>/", filing.contract_paper, name="contract_paper"),
]

employer = [
    path("month-check/", months_own.month_check, name="month_check"),
    path("applications/", own.applications, name="applications"),
    path("applications/<int:pk>/", own.application, name="application"),
    path("applications/<int:pk>/contract/", drawing.contract_new, name="contract_new"),
    path("contracts/", drawing.contracts, name="contracts"),
    path("contracts/<int:pk>/", drawing.contract, name="contract"),
    path("contracts/<int:pk>/edit/", drawing.contract_edit, name="contract_edit"),
    path("contracts/<int:pk>/save/", drawing.contract_save, name="contract_save"),
    path("contracts/<int:pk>/sign/", drawing.contract_sign, name="contract_sign"),
    path("contracts/<int:pk>/act/", drawing.contract_act, name="contract_act"),
    path("contracts/<int:pk>/print/", drawing.contract_print, name="contract_print"),
    path(
        "contracts/<int:pk>/prepare/<slug:step>/",
        drawing.contract_prepare,
        name="contract_prepare",
    ),
    path(
        "contracts/<int:pk>/papers/",
        drawing.contract_paper_upload,
        name="contract_paper_upload",
    ),
    path("contracts/<int:pk>/papers/<int:paper>/", drawing.contract_paper, name="contract_paper"),
    path(
        "contracts/<int:pk>/papers/<int:paper>/remove/",
        drawing.contract_paper_remove,
        name="contract_paper_remove",
    ),
    path("agreements/", running.agreements, name="agreements"),
    path("agreements/<int:pk>/", running.agreement, name="agreement"),
    path("agreements/<int:pk>/<slug:name>/", running.agreement_move, name="agreement_move"),
]

me = [
    path("", home.home, name="home"),
    path("messages/", home.messages_page, name="messages"),
    path("applications/", apply.applications, name="applications"),
    path("internships/", internships.internships, name="internships"),
    path("<slug:region>/", register.region_page, name="region"),
    path("<slug:region>/register/", register.register, name="register"),
    path("<slug:region>/register/check/", register.register_check, name="register_check"),
    path("<slug:region>/positions/<int:pk>/apply/", apply.apply, name="apply"),
    path("<slug:region>/pool/", apply.pool, name="pool"),
    path("<slug:region>/applications/<int:pk>/", apply.application, name="application"),
    path("<slug:region>/consent/", consent.consent, name="consent"),
    path("<slug:region>/contracts/<int:pk>/", signing.contract, name="contract"),
    path(
        "<slug:region>/contracts/<int:pk>/give-up/",
        signing.contract_give_up,
        name="contract_give_up",
    ),
    path(
        "<slug:region>/contracts/<int:pk>/notice/",
        signing.contract_notice,
        name="contract_notice",
    ),
    path(
        "<slug:region>/contracts/<int:pk>/print/",
        signing.contract_print,
        name="contract_print",
    ),
    path("<slug:region>/agreements/<int:pk>/", mine.agreement, name="agreement"),
    path("<slug:region>/claim/", home.claim_page, name="claim"),
]

api = [
    path("<slug:region>/trainees/", Trainees.as_view(LISTED), name="trainees"),
    path("<slug:region>/trainees/<int:pk>/", Trainees.as_view(ONE), name="trainee"),
    path("<slug:region>/agreements/", Agreements.as_view(LISTED), name="agreements"),
    path("<slug:region>/agreements/<int:pk>/", Agreements.as_view(ONE), name="agreement"),
    path(
        "<slug:region>/agreements/<int:pk>/moves/",
        AgreementMoves.as_view(),
        name="agreement_moves",
    ),
    path("<slug:region>/applications/", Applications.as_view(LISTED), name="applications"),
    path("<slug:region>/applications/<int:pk>/", Applications.as_view(ONE), name="application"),
    path(
        "<slug:region>/applications/<int:pk>/moves/",
        ApplicationMoves.as_view(),
        name="application_moves",
    ),
    path("<slug:region>/contracts/<int:pk>/moves/", ContractMoves.as_view(), name="contract_moves"),
    path("<slug:region>/own/months/<slug:month>/", OwnMonth.as_view(), name="own_month"),
    path(
        "<slug:region>/own/applications/",
        OwnApplications.as_view(OWN_LISTED),
        name="own_applications",
    ),
    path(
        "<slug:region>/own/applications/<int:pk>/",
        OwnApplications.as_view(ONE),
        name="own_application",
    ),
    path(
        "<slug:region>/own/received-applications/",
        ReceivedApplications.as_view(LISTED),
        name="received_applications",
    ),
    path(
        "<slug:region>/own/received-applications/<int:pk>/",
        ReceivedApplications.as_view(ONE),
        name="received_application",
    ),
]
