"""Secrets for a production installation, in the form of an environment file."""

import secrets

from django.core.management.base import BaseCommand

from jianxi import keys


class Command(BaseCommand):
    help = "Print a fresh set of secrets to put into the environment of a production installation."
    requires_system_checks = []

    def handle(self, **options):
        drawn = {"POSTGRES_PASSWORD": secrets.token_hex(24)} | keys.draw()
        for name, value in drawn.items():
            self.stdout.write(f"{name}='{value}'")
