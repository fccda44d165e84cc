"""How the API writes its answers. (A module of its own: REST framework reads it before its views.)"""

from datetime import datetime

from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder


class Encoder(JSONEncoder):
    """A moment is told in the regions' own time, as serializers tell it: …+08:00."""

    def default(self, obj):
        if isinstance(obj, datetime) and timezone.is_aware(obj):
            return timezone.localtime(obj).isoformat()
        return super().default(obj)


class Renderer(JSONRenderer):
    encoder_class = Encoder
