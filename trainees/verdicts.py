"""What the findings on a youth come to, in words."""

from collections.abc import Mapping

from jianxi.findings import Finding, blocking, for_page

REFUSED = "late"
TONES = ["good", "due", REFUSED]  # the best first


def verdict(group: str, findings: list[Finding]) -> dict:
    """`group`: as the region calls it. `open`: what does not simply pass."""
    unknown = [finding for finding in findings if finding.outcome == "unknown"]
    if blocking(findings):
        tone, words = REFUSED, f"不能以“{group}”参加"
    elif unknown:
        tone, words = "due", f"能不能以“{group}”参加，还缺 {len(unknown)} 项才能确定"
    else:
        tone, words = "good", f"可以以“{group}”参加"
    return {
        "tone": tone,
        "words": words,
        "open": for_page(finding for finding in findings if finding.outcome != "pass"),
        "findings": for_page(findings),
    }


def verdicts(found: Mapping[str, list[Finding]], words: Mapping[str, str]) -> list[dict]:
    """Of every group, the best first. `words`: what the region calls the groups."""
    told = [verdict(words[group], findings) for group, findings in found.items()]
    return sorted(told, key=lambda one: TONES.index(one["tone"]))
