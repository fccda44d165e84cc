from django.urls import path

from bases.api import Bases
from bases.views import office as views
from jianxi.api import LISTED, ONE

office = [
    path("bases/", views.bases, name="bases"),
    path("bases/<int:pk>/", views.base, name="base"),
    path("bases/<int:pk>/edit/", views.base_edit, name="base_edit"),
    path("bases/move/", views.bases_move, name="bases_move"),
]

api = [
    path("<slug:region>/bases/", Bases.as_view(LISTED), name="bases"),
    path("<slug:region>/bases/<int:pk>/", Bases.as_view(ONE), name="base"),
]
