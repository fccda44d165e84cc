"""What happens to an agreement once it is signed: arrival, a change of mentor, the end and what came
of it; or that nobody ever arrived. Also of agreements by ledger.

An agreement has no state of its own: its dates tell (`AgreementState`). Both the employer and the
district may enter what happened; every entry locks the row and is judged on the locked one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from bases.access import acts_for, people_of
from jianxi.history import acting
from jianxi.workflow import TransitionRefused
from trainees import signing
from trainees.before_start import lacking
from trainees.models import Agreement, Contract
from trainees.queries import AgreementState
from trainees.signing import FILING, KIND

EndKind, Outcome = Agreement.EndKind, Agreement.Outcome
RUNNING = frozenset({AgreementState.ON_POST, AgreementState.OVERDUE})
EMPLOYED = {Outcome.RETAINED, Outcome.OTHER_EMPLOYMENT}


@dataclass(frozen=True)
class Move:
    """`judge`: raises ValidationError by field; `write`: sets the columns and says what is told
    and why, for the history."""

    name: str
    label: str
    states: frozenset[AgreementState]
    judge: Callable[..., None]
    write: Callable[..., str]
    fields: tuple[str, ...]


def state_of(agreement: Agreement, day: date) -> AgreementState:
    """As AgreementQuerySet.states has it."""
    if agreement.ended_on:
        return AgreementState.ENDED
    if agreement.arrived_on is None:
        return AgreementState.NOT_ARRIVED
    return AgreementState.OVERDUE if agreement.planned_end < day else AgreementState.ON_POST


# --- Judging: pure but for the arrival, which asks what must be in order


def _judge_arrival(row, today, *, arrived_on):
    _between("arrived_on", arrived_on, row.signed_on, today, "签订")
    if words := not_yet(contract_of(row)):
        raise TransitionRefused(words)


def not_yet(contract: Contract | None) -> str:
    """Why nobody can arrive yet; "" when all is in order, or it came by ledger."""
    if contract is None:
        return ""
    if contract.state != Contract.State.FILED:
        return "协议还没有备案，备案后再确认到岗。"
    return lacking(contract)


def _judge_mentor(row, today, *, mentor, reason):
    if mentor == row.mentor:
        raise ValidationError({"mentor": "和现在的带教老师相同。"})


def _judge_end(row, today, *, ended_on, end_kind, end_reason, outcome, outcome_on):
    _between("ended_on", ended_on, row.arrived_on, today, "到岗")
    early = ended_on < row.planned_end
    if end_kind == EndKind.COMPLETED and early:
        raise ValidationError(
            {"end_kind": f"约定 {row.planned_end} 结束，还没有期满；提前结束的请选另外两种。"}
        )
    if end_kind != EndKind.COMPLETED and not early:
        raise ValidationError({"end_kind": f"约定 {row.planned_end} 结束，已经期满，请选“期满”。"})
    if end_kind == EndKind.TERMINATED and not end_reason:
        raise ValidationError({"end_reason": "非正常结束的，请写明原因。"})
    if end_kind == EndKind.RETAINED_EARLY and outcome not in ("", Outcome.RETAINED):
        raise ValidationError({"outcome": "提前留用的，就业去向是留用。"})
    _judge_outcome(row, today, outcome=outcome, outcome_on=outcome_on, at=(end_kind, ended_on))


def _judge_outcome(row, today, *, outcome, outcome_on, at=None):
    end_kind, ended_on = at or (row.end_kind, row.ended_on)
    if end_kind == EndKind.TERMINATED and outcome == Outcome.RETAINED:
        raise ValidationError({"outcome": "非正常结束的，就业去向不能是留用。"})
    if at is None and end_kind == EndKind.RETAINED_EARLY and outcome != Outcome.RETAINED:
        raise ValidationError({"outcome": "提前留用的，就业去向是留用。"})
    if outcome_on and outcome not in EMPLOYED and end_kind != EndKind.RETAINED_EARLY:
        raise ValidationError({"outcome_on": "没有就业的，不填就业日期。"})
    if outcome_on:
        _between("outcome_on", outcome_on, ended_on, today, "结束")


def _judge_cancel(row, today, *, reason):
    """Whether it can be cancelled is what its state says."""


def _between(field, day, first, today, word):
    if day < first:
        raise ValidationError({field: f"不能早于{word}日期（{first}）。"})
    if day > today:
        raise ValidationError({field: f"不能晚于今天（{today}）。"})


# --- Writing


def _arrive(row, *, arrived_on):
    row.arrived_on = arrived_on
    return ""


def _mentor(row, *, mentor, reason):
    row.mentor = mentor
    return reason


def _end(row, *, ended_on, end_kind, end_reason, outcome, outcome_on):
    row.ended_on, row.end_kind, row.end_reason = ended_on, end_kind, end_reason
    if end_kind == EndKind.RETAINED_EARLY:
        outcome, outcome_on = Outcome.RETAINED, outcome_on or ended_on
    row.outcome, row.outcome_on = outcome, outcome_on
    return ""


def _outcome(row, *, outcome, outcome_on):
    row.outcome, row.outcome_on = outcome, outcome_on
    return ""


def _cancel(row, *, reason):
    row.ended_on, row.end_kind = timezone.localdate(), EndKind.CANCELLED
    row.end_reason = reason
    return ""


NOT_ARRIVED, ENDED = frozenset({AgreementState.NOT_ARRIVED}), frozenset({AgreementState.ENDED})
MOVES = {
    move.name: move
    for move in [
        Move("arrive", "确认到岗", NOT_ARRIVED, _judge_arrival, _arrive, ("arrived_on",)),
        Move(
            "mentor",
            "更换带教老师",
            NOT_ARRIVED | RUNNING,
            _judge_mentor,
            _mentor,
            ("mentor",),
        ),
        Move(
            "end",
            "办理结束",
            RUNNING,
            _judge_end,
            _end,
            ("ended_on", "end_kind", "end_reason", "outcome", "outcome_on"),
        ),
        Move("outcome", "登记就业去向", ENDED, _judge_outcome, _outcome, ("outcome", "outcome_on")),
        Move(
            "cancel",
            "未到岗，取消协议",
            NOT_ARRIVED,
            _judge_cancel,
            _cancel,
            ("ended_on", "end_kind", "end_reason"),
        ),
    ]
}


# --- Who, and carrying it out


def may(actor, agreement: Agreement) -> bool:
    """Whoever acts for the base's employer, and the district's officers."""
    base = agreement.position.base
    return acts_for(actor, base.profile) or Access(actor).may(FILING, base.district)


def open_to(actor, agreement: Agreement) -> list[Move]:
    """What this actor can enter now."""
    if agreement.voided_at or not may(actor, agreement):
        return []
    state = state_of(agreement, timezone.localdate())
    return [move for move in MOVES.values() if _is_open(move, agreement, state)]


def carry_out(agreement: Agreement, name: str, *, actor, **facts) -> Agreement:
    """Enter what happened; returns the row as it is then.

    Raises PermissionDenied, TransitionRefused when it cannot be entered now, and ValidationError
    by field for what cannot have been so.
    """
    move, today = MOVES[name], timezone.localdate()
    if not may(actor, agreement):
        raise PermissionDenied
    with acting(actor, move.label):
        if name == "cancel" and (contract := contract_of(agreement)):
            signing.move(contract, "cancel", actor=actor, comment=facts["reason"])
            return Agreement.objects.get(pk=agreement.pk)
        row = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
        state = state_of(row, today)
        if row.voided_at or not _is_open(move, row, state):
            shown = "已作废" if row.voided_at else state.label
            raise TransitionRefused(f"现在是“{shown}”，不能{move.label}。")
        move.judge(row, today, **facts)
        said = move.write(row, **facts)
        with acting(actor, f"{move.label}：{said}" if said else move.label, about=row):
            row.save(update_fields=move.fields)
        _tell(row, actor, move)
    return row


def _is_open(move, row, state) -> bool:
    if move.name == "outcome" and row.end_kind == EndKind.CANCELLED:
        return False
    return state in move.states


def contract_of(agreement: Agreement) -> Contract | None:
    """What it was signed as; None for one that came by ledger."""
    return Contract.objects.with_sides().filter(agreement=agreement).first()


def _tell(row, actor, move):
    """The youth, and the employer of what the district entered."""
    slug, title = row.region.slug, f"协议 {row.number}：{move.label}"
    if user := row.trainee.user:
        url = reverse("me:agreement", args=[slug, row.pk])
        messages.notify([user], KIND, region=row.region, title=title, url=url)
    profile = row.position.base.profile
    if not acts_for(actor, profile):
        url = reverse("employer:agreement", args=[slug, row.pk])
        messages.notify(people_of(profile), KIND, region=row.region, title=title, url=url)
