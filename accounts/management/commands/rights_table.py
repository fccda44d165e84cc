from django.core.management.base import BaseCommand

from accounts.rights import as_markdown


class Command(BaseCommand):
    help = "Print the table of roles and rights, as docs/rights.md shows it."
    requires_system_checks = []

    def handle(self, **options):
        self.stdout.write(as_markdown(), ending="")
