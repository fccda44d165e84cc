"""PostgreSQL and Redis of our own, for an installation without settings."""

import secrets


def secret(name: str) -> str:
    return secrets.token_urlsafe(50)


def database_url() -> str:
    return "postgresql:///jianxi"
