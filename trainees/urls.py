from django.urls import path

from jianxi.api import LISTED, ONE
from trainees.api import Agreements, Trainees
from trainees.views import mine
from trainees.views import office as views

office = [
    path("trainees/", views.trainees, name="trainees"),
    path("trainees/<int:pk>/", views.trainee, name="trainee"),
    path("trainees/<int:pk>/edit/", views.trainee_edit, name="trainee_edit"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/edit/", views.agreement_edit, name="agreement_edit"),
]

me = [
    path("", mine.home, name="home"),
    path("messages/", mine.messages_page, name="messages"),
    path("<slug:region>/", mine.region_page, name="region"),
    path("<slug:region>/claim/", mine.claim_page, name="claim"),
]

api = [
    path("<slug:region>/trainees/", Trainees.as_view(LISTED), name="trainees"),
    path("<slug:region>/trainees/<int:pk>/", Trainees.as_view(ONE), name="trainee"),
    path("<slug:region>/agreements/", Agreements.as_view(LISTED), name="agreements"),
    path("<slug:region>/agreements/<int:pk>/", Agreements.as_view(ONE), name="agreement"),
]
