"""Names for what is made up. The words themselves stand in words.toml."""

import tomllib
from itertools import accumulate
from pathlib import Path

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))

_SURNAMES = list(WORDS["surnames"])
_COMMONNESS = list(accumulate(WORDS["surnames"].values()))
_LEGAL_FORMS = {"企业": "有限公司"}
_EMPLOYERS = [(word, trade) for word in WORDS["employers"]["words"] for trade in WORDS["trades"]]
RARE = 0.002


def person_name(rng, male: bool) -> str:
    if rng.random() < RARE:
        return rng.choice(WORDS["given"]["whole"])
    letters = WORDS["given"]["male" if male else "female"]
    given = rng.choice(letters) + (rng.choice(letters) if rng.random() < 0.75 else "")
    return rng.choices(_SURNAMES, cum_weights=_COMMONNESS)[0] + given


def employers(rng, place: str, count: int) -> list[tuple[str, dict]]:
    """Different names, each with the trade it is in."""
    names = []
    for nth in range(-(-count // len(_EMPLOYERS))):
        branch = f"第{nth + 1}" if nth else ""
        for word, trade in rng.sample(_EMPLOYERS, min(count - len(names), len(_EMPLOYERS))):
            form = _LEGAL_FORMS.get(trade["kind"], "")
            names.append((f"{place}某某{branch}{word}{trade['name']}{form}", trade))
    return names
