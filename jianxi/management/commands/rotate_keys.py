from django.conf import settings
from django.core.management.base import BaseCommand

from jianxi.rotation import rotate


class Command(BaseCommand):
    help = "Re-encrypt personal data that was written with other keys than the active one."

    def handle(self, **options):
        total = rotate(lambda column, rows: self.stdout.write(f"{column}: {rows}"))
        self.stdout.write(f"{settings.ENCRYPTION_ACTIVE_KEY}: {total}")
