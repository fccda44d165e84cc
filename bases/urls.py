from django.urls import path

from bases.views import office as views

office = [
    path("bases/", views.bases, name="bases"),
    path("bases/<int:pk>/", views.base, name="base"),
    path("bases/<int:pk>/edit/", views.base_edit, name="base_edit"),
    path("bases/move/", views.bases_move, name="bases_move"),
]
