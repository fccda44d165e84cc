from django.urls import path

from jianxi.api import LISTED, ONE
from subsidies.api import Payments
from subsidies.views import office as views

office = [
    path("payments/", views.payments, name="payments"),
    path("payments/new/", views.payment_new, name="payment_new"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/edit/", views.payment_edit, name="payment_edit"),
]

api = [
    path("<slug:region>/payments/", Payments.as_view(LISTED), name="payments"),
    path("<slug:region>/payments/<int:pk>/", Payments.as_view(ONE), name="payment"),
]
