"""The certificate of a base: its number, and the code by which anybody can have it confirmed.

The code names the base and is keyed, so that none can be made up or guessed; nothing is stored.
What it confirms is how the base stands today, not what the paper says.
"""

import base64
import hmac
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage

from bases.models import Base
from jianxi.crypto import keyed_hash

BYTES = 15  # 24 letters and digits


def number_of(base: Base) -> str:
    return f"JX{base.recognised_on.year}-{base.pk:06d}"


def code_of(base: Base) -> str:
    digest = keyed_hash("certificate", f"{base.region_id}:{base.pk}")[:BYTES]
    return f"{base.pk}-{base64.b32encode(digest).decode().lower()}"


def confirmed(code: str) -> Base | None:
    """The base of the region in scope that the code was made for; None for a code that is none."""
    number = code.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    rows = Base.objects.standing().select_related("profile", "district")
    base = rows.filter(pk=int(number)).first()
    if base is None or not hmac.compare_digest(code_of(base).encode(), code.encode()):
        return None
    return base


def qr_code(url: str) -> bytes:
    """An SVG that leads to the address."""
    out = BytesIO()
    qrcode.make(url, image_factory=SvgPathImage, border=1).save(out)
    return out.getvalue()
