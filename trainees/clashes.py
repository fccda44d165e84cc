"""One person, one running agreement, in any region."""

from jianxi.tenancy import scopes_disabled
from trainees.models import Agreement, Person


def clash(agreement: Agreement, person: Person, districts) -> str:
    """Whether another agreement of the person runs on a day this one does, in any region; "" or
    words. Only what lies in the districts is told with its number and dates."""
    if agreement.ended_on == agreement.signed_on:
        return ""
    dates = agreement.signed_on, agreement.ended_on
    others = Agreement.objects.overlapping(*dates).filter(person=person).exclude(pk=agreement.pk)
    if other := others.in_districts(districts).first():
        until = f"{other.ended_on:%Y-%m-%d}" if other.ended_on else "今"
        return f"此人另有协议 {other.number}（{other.signed_on:%Y-%m-%d} 至 {until}），时间重叠。"
    if others.exists():
        return "此人在本区其他区县有同期的见习协议，时间重叠。"
    with scopes_disabled():
        anywhere = Agreement.objects.overlapping(*dates).filter(person=person)
        if anywhere.exclude(pk=agreement.pk).exists():
            return "此人在其他统筹区有同期的见习协议，时间重叠。"
    return ""


def engaged(person_id: int) -> str:
    """Whether the person has an agreement that has not ended, in any region; "" or words."""
    if Agreement.objects.standing().filter(person=person_id, ended_on=None).exists():
        return "本人在本区有一份没有结束的见习协议"
    with scopes_disabled():
        anywhere = Agreement.objects.standing().filter(person=person_id, ended_on=None)
        if anywhere.exists():
            return "本人在其他统筹区有一份没有结束的见习协议"
    return ""
