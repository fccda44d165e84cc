from django.urls import path

from activities.api import Activities
from activities.views import office as views
from jianxi.api import LISTED, ONE

office = [
    path("activities/", views.activities, name="activities"),
    path("activities/new/", views.activity_new, name="activity_new"),
    path("activities/<int:pk>/", views.activity, name="activity"),
    path("activities/<int:pk>/edit/", views.activity_edit, name="activity_edit"),
]

api = [
    path("<slug:region>/activities/", Activities.as_view(LISTED), name="activities"),
    path("<slug:region>/activities/<int:pk>/", Activities.as_view(ONE), name="activity"),
]
