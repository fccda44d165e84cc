"""Users' own programs, calling the API with a personal key."""

import json
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from jianxi.history import acting
from tests.factories import make_agreement
from tests.months import MARCH, compiled, officers, records, submitted

HERE, ABOVE = "渝中区", "重庆市"


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


class Office:
    """Programs of officers here and above; a rule that asks for a reason is waiting here."""

    def __init__(self, region):
        _, self.position = records(HERE)
        compiled(region, MARCH.previous)
        self.people = officers(HERE, ABOVE)
        submitted(HERE, self.people[HERE, "clerk"], MARCH.previous)
        with acting("test"):
            make_agreement(self.position, arrived_on=date(2026, 2, 3))
        compiled(region)
        self.clerk = Caller(self.people[HERE, "clerk"])
        self.viewer = Caller(self.people[HERE, "viewer"])
        self.above = Caller(self.people[ABOVE, "reviewer"])


def address(name, *args):
    return reverse(f"api:{name}", args=["chongqing", *args])
