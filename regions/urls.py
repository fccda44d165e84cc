"""Addresses of the region's calendar, policy and units."""

from django.urls import path

from regions.views import office as views

office = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/new/", views.calendar_edit, name="calendar_new"),
    path("calendar/<int:year>/", views.calendar_year, name="calendar_year"),
    path("calendar/<int:year>/edit/", views.calendar_edit, name="calendar_edit"),
    path("policies/", views.policies, name="policies"),
    path("districts/", views.districts, name="districts"),
]
