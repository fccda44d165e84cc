from django.urls import path

from subsidies.views import office as views

office = [
    path("payments/", views.payments, name="payments"),
    path("payments/new/", views.payment_new, name="payment_new"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/edit/", views.payment_edit, name="payment_edit"),
]
