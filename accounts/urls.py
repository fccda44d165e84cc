"""Addresses of signing in, and of an office's own affairs.

Of allauth's pages only those that are needed: the first code to a phone makes an account, and no
password is reset by mail.
"""

from allauth.account import views as account
from django.urls import include, path

from accounts.views import entrance, keys, own, provincial
from accounts.views import office as views

root = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/", own.account, name="account_home"),
    path("accounts/messages/", own.switches, name="account_messages"),
    path("accounts/email/", own.email, name="account_email_address"),
    path("accounts/keys/", keys.keys, name="account_keys"),
    path("accounts/keys/<int:pk>/revoke/", keys.key_revoke, name="account_key_revoke"),
    path("outbox/", own.outbox, name="outbox"),
    path("accounts/register/", entrance.register, name="account_register"),
    path("accounts/side/", entrance.side, name="account_side"),
    path("accounts/code/", entrance.request_code, name="account_request_login_code"),
    path("accounts/code/confirm/", entrance.confirm_code, name="account_confirm_login_code"),
    path("accounts/phone/", entrance.change_phone, name="account_change_phone"),
    path("accounts/phone/confirm/", account.verify_phone, name="account_verify_phone"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/from/<slug:provider_id>/", provincial.leave, name="openid_connect_login"),
    path(
        "accounts/from/<slug:provider_id>/back/",
        provincial.come_back,
        name="openid_connect_callback",
    ),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]

office = [
    path("messages/", own.office_messages, name="messages"),
    path("offices/", views.offices, name="offices"),
    path("offices/new/", views.office_new, name="office_new"),
    path("members/", views.own_office, name="members"),
    path("members/<int:pk>/", views.office_page, name="office"),
    path("members/<int:pk>/edit/", views.office_edit, name="office_edit"),
    path("members/<int:pk>/new/", views.member_new, name="member_new"),
    path("members/<int:pk>/<int:user>/roles/", views.role_add, name="role_add"),
    path("members/<int:pk>/<int:user>/password/", views.password_reset, name="password_reset"),
    path("members/roles/<int:pk>/end/", views.role_end, name="role_end"),
    path("members/roles/<int:pk>/cover/", views.cover_new, name="cover_new"),
    path("members/covers/<int:pk>/end/", views.cover_end, name="cover_end"),
    path("members/handover/", views.handover, name="handover"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/<int:pk>/", views.token_new, name="token_new"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("reveals/", views.reveals, name="reveals"),
    path("reveal/<slug:table>/<int:row>/<slug:column>/", views.reveal_value, name="reveal"),
]
