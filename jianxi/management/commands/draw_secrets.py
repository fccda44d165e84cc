"""Secrets for a production installation, in the form of an environment file."""

import secrets

from django.core.management.base import BaseCommand

from jianxi import keys


class Command(BaseCommand):
    help = "Print a fresh set of secrets to put into the environment of a production installation."
    requires_system_checks = []

    def handle(self, **options):
        for name, value in keys.draw().items():
            shown = f"'{value}'" if '"' in value else value
            self.stdout.write(f"{name}={shown}")
