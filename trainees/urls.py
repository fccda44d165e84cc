from django.urls import path

from jianxi.api import LISTED, ONE
from trainees.api import Agreements, Trainees
from trainees.views import employer as own
from trainees.views import office as views
from trainees.views import review
from trainees.views.me import apply, consent, home, internships, register

office = [
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
]

employer = [
    path("applications/", own.applications, name="applications"),
    path("applications/<int:pk>/", own.application, name="application"),
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
    path("<slug:region>/claim/", home.claim_page, name="claim"),
]

api = [
    path("<slug:region>/trainees/", Trainees.as_view(LISTED), name="trainees"),
    path("<slug:region>/trainees/<int:pk>/", Trainees.as_view(ONE), name="trainee"),
    path("<slug:region>/agreements/", Agreements.as_view(LISTED), name="agreements"),
    path("<slug:region>/agreements/<int:pk>/", Agreements.as_view(ONE), name="agreement"),
]
