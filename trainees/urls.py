from django.urls import path

from trainees.views import office as views

office = [
    path("trainees/", views.trainees, name="trainees"),
    path("trainees/<int:pk>/", views.trainee, name="trainee"),
    path("trainees/<int:pk>/edit/", views.trainee_edit, name="trainee_edit"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/edit/", views.agreement_edit, name="agreement_edit"),
]
