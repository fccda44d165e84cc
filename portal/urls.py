"""Addresses of the first page, the work list and the search."""

from django.urls import path

from portal.views import office as views
from portal.views import public as public_views

public = [path("", public_views.choose_region, name="choose_region")]

office = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
]
