"""Addresses of the region's calendar, policy, minimum wages and units."""

from django.urls import path

from jianxi.api import LISTED, ONE
from regions.api import Districts, Policies, Regions
from regions.views import office as views
from regions.views import wages

office = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/new/", views.calendar_edit, name="calendar_new"),
    path("calendar/<int:year>/", views.calendar_year, name="calendar_year"),
    path("calendar/<int:year>/edit/", views.calendar_edit, name="calendar_edit"),
    path("policies/", views.policies, name="policies"),
    path("districts/", views.districts, name="districts"),
    path("wages/", wages.wages, name="wages"),
    path("wages/new/", wages.wage_new, name="wage_new"),
    path("wages/<int:pk>/", wages.wage_edit, name="wage_edit"),
    path("wages/<int:pk>/delete/", wages.wage_delete, name="wage_delete"),
]

api = [
    path("regions/", Regions.as_view(LISTED), name="regions"),
    path("regions/<slug:slug>/", Regions.as_view(ONE), name="region"),
    path("<slug:region>/districts/", Districts.as_view(LISTED), name="districts"),
    path("<slug:region>/districts/<slug:key>/", Districts.as_view(ONE), name="district"),
    path("<slug:region>/policies/", Policies.as_view(LISTED), name="policies"),
    path("<slug:region>/policies/<int:pk>/", Policies.as_view(ONE), name="policy"),
]
