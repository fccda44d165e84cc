from django.urls import path

from positions.views import office as views

office = [
    path("positions/", views.positions, name="positions"),
    path("positions/<int:pk>/", views.position, name="position"),
    path("positions/<int:pk>/edit/", views.position_edit, name="position_edit"),
]
