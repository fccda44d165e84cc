"""Sessions in the database, sealed: what is typed on the way in (a new second factor's secret, a
form that waits for the password) stands in no table in the clear."""

import base64

from django.contrib.sessions.backends import db

from jianxi import crypto

CONTEXT = "session"


class SessionStore(db.SessionStore):
    def encode(self, session_dict):
        text = self.serializer().dumps(session_dict).decode()
        return base64.b64encode(crypto.encrypt(text, CONTEXT)).decode()

    def decode(self, session_data):
        try:
            text = crypto.decrypt(base64.b64decode(session_data), CONTEXT)
        except (ValueError, IndexError):  # sealed with a key since removed, or not by us
            return {}
        return self.serializer().loads(text.encode())
