"""What pages need to know of the installation: `{% load installation %}`."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def is_demonstration() -> bool:
    """Whether what is sent is shown on a page."""
    return settings.DEMO


@register.simple_tag
def code_minutes() -> int:
    """How long a code is good for."""
    return settings.CODE_MINUTES
