"""How personal data looks on screens and in exports: enough to recognise, not enough to use."""

from datetime import date


def mask_name(name: str) -> str:
    """刘洋 → 刘*, 何小雨 → 何**. Longer names show two stars too, so their length is not told."""
    if len(name) < 2:
        return "*" * len(name)
    return name[0] + "*" * min(len(name) - 1, 2)


def mask_document_number(number: str) -> str:
    """The first and last four of an identity number; of a shorter number at most a quarter each."""
    shown = min(4, len(number) // 4)
    return _mask_middle(number, shown, shown)


def mask_birth_date(day: date) -> str:
    """2003-**-**: the year tells the age; with the day a masked document number could be read."""
    return f"{day.year}-**-**"


def mask_phone(number: str) -> str:
    """138****1234; of numbers shorter than a mobile's eleven digits only the last two."""
    if len(number) < 11:
        return _mask_middle(number, 0, min(2, len(number) // 4))
    return number[:3] + "****" + number[-4:]


def mask_email(address: str) -> str:
    """l***@example.org"""
    name, at, domain = address.partition("@")
    return name[:1] + "***" + at + domain


def mask_card(number: str) -> str:
    """The last four of a bank card."""
    return _mask_middle(number, 0, min(4, len(number) // 3))


def _mask_middle(text: str, first: int, last: int) -> str:
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]
