"""Addresses of positions: the office's, the employer's, the API's."""

from django.urls import path

from jianxi.api import LISTED, ONE, OWN_LISTED, OWN_ONE
from positions.api import OpenPositions, Positions
from positions.own_api import OwnPositions, PositionMoves
from positions.views import employer as own
from positions.views import office as views
from positions.views import review

office = [
    path("positions/", views.positions, name="positions"),
    path("positions/<int:pk>/", views.position, name="position"),
    path("positions/<int:pk>/edit/", views.position_edit, name="position_edit"),
    path("positions/<int:pk>/act/", views.position_act, name="position_act"),
    path("positions/<int:pk>/model/", views.position_model, name="position_model"),
    path("positions/review/", review.position_reviews, name="position_reviews"),
    path("positions/review/decide/", review.positions_decide, name="positions_decide"),
    path("positions/review/<int:pk>/", review.position_review, name="position_review"),
]

employer = [
    path("positions/", own.positions, name="positions"),
    path("positions/new/", own.position_new, name="position_new"),
    path("positions/submit/", own.positions_submit, name="positions_submit"),
    path("positions/copy/", own.positions_copy, name="positions_copy"),
    path("positions/sheet/", own.positions_sheet, name="positions_sheet"),
    path("positions/template/", own.positions_template, name="positions_template"),
    path("positions/<int:pk>/", own.position, name="position"),
    path("positions/<int:pk>/edit/", own.position_edit, name="position_edit"),
    path("positions/<int:pk>/save/", own.position_save, name="position_save"),
    path("positions/<int:pk>/act/", own.position_act, name="position_act"),
    path("positions/<int:pk>/discard/", own.position_discard, name="position_discard"),
]

api = [
    path("<slug:region>/positions/<int:pk>/moves/", PositionMoves.as_view(), name="position_moves"),
    path("<slug:region>/own/positions/", OwnPositions.as_view(OWN_LISTED), name="own_positions"),
    path(
        "<slug:region>/own/positions/<int:pk>/", OwnPositions.as_view(OWN_ONE), name="own_position"
    ),
    path("<slug:region>/positions/", Positions.as_view(LISTED), name="positions"),
    path("<slug:region>/positions/<int:pk>/", Positions.as_view(ONE), name="position"),
    path("<slug:region>/public/positions/", OpenPositions.as_view(LISTED), name="open_positions"),
    path(
        "<slug:region>/public/positions/<int:pk>/", OpenPositions.as_view(ONE), name="open_position"
    ),
]
