from django.urls import path

from jianxi.api import LISTED, ONE
from positions.api import Positions
from positions.views import office as views

office = [
    path("positions/", views.positions, name="positions"),
    path("positions/<int:pk>/", views.position, name="position"),
    path("positions/<int:pk>/edit/", views.position_edit, name="position_edit"),
]

api = [
    path("<slug:region>/positions/", Positions.as_view(LISTED), name="positions"),
    path("<slug:region>/positions/<int:pk>/", Positions.as_view(ONE), name="position"),
]
