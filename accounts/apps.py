from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与权限"

    def ready(self):
        from allauth.mfa.signals import authenticator_added, authenticator_reset

        from accounts.rotation import rotate_second_factors
        from jianxi import rotation

        rotation.OTHERS.append(rotate_second_factors)
        post_migrate.connect(_sync_rights, sender=self)
        authenticator_added.connect(_seen)
        authenticator_reset.connect(_seen)


def _sync_rights(using, **kwargs):
    """A changed table of rights reaches every office with the next `migrate`."""
    from accounts.members import sync_rights
    from accounts.models import Office

    if Office._meta.db_table in connection.introspection.table_names():
        sync_rights()


def _seen(authenticator, **kwargs):
    """allauth would note the first look at recovery codes while it shows them, and pages do not
    write."""
    if authenticator.type == authenticator.Type.RECOVERY_CODES:
        authenticator.wrap().mark_as_viewed()
