"""Numbers that check out and belong to nobody.

Prefecture 99 exists in no province, so no identity card and no organisation code begins like these;
154 is a mobile range nobody was given, 629999 a bank nobody runs.
"""

from collections import Counter
from datetime import date
from itertools import count

from jianxi.identifiers import make_id_number, make_uscc

_REGISTRARS = {"企业": "91", "事业单位": "12", "社会组织": "52"}
_PER_DAY_AND_SEX = 500


class Identities:
    """Each number once in a load."""

    def __init__(self, province: str, county: int = 0):
        """`province`: the first two digits of the region's code; `county`: the first one used."""
        self.prefix = f"{province}99"
        self.county = county
        self.born = Counter()
        self.employers = count(1)

    def id_number(self, birth: date, male: bool) -> str:
        nth = self.born[birth, male]
        self.born[birth, male] += 1
        county, seq = divmod(nth, _PER_DAY_AND_SEX)
        return make_id_number(f"{self.prefix}{self.county + county:02d}", birth, 2 * seq + male)

    def uscc(self, kind: str) -> str:
        return make_uscc(next(self.employers), f"{self.prefix}00", _REGISTRARS[kind])


def mobile(rng) -> str:
    return f"154{rng.randrange(10**8):08d}"


def bank_card(rng) -> str:
    """19 digits that satisfy the Luhn check."""
    digits = f"629999{rng.randrange(10**12):012d}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-1::-2])
    return digits + str(-(doubled + sum(int(digit) for digit in digits[-2::-2])) % 10)
