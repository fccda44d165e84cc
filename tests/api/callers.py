"""Users' own programs, calling the API with a personal key."""

import json
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from jianxi.history import acting


class Caller:
    """A user's program."""

    def __init__(self, user):
        with acting("test"):
            expires = timezone.localdate() + timedelta(days=30)
            self.key, self.secret = tokens.issue_key(user, name="程序", expires_on=expires)
        self.user = user
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"})

    def get(self, name, *args, **query):
        return self.client.get(address(name, *args), query)

    def post(self, name, *args, **data):
        return self.client.post(address(name, *args), data, content_type="application/json")

    def as_seen(self, name, *args, **data):
        """A decision about what the same address told just now."""
        return self.post(name, *args, seen=self.get(name, *args).json()["seen"], **data)

    def patch(self, name, *args, **data):
        return self.client.patch(
            address(name, *args), json.dumps(data), content_type="application/json"
        )


def address(name, *args):
    return reverse(f"api:{name}", args=["chongqing", *args])
