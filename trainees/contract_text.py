"""The words of an internship agreement: readable, the same letters for both sides. Pure.

What both sign is the text itself, kept to the letter; `digest` is how it is recognised again.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jianxi.templatetags.ui import money

NUMERALS = "一二三四五六七八九十"
HEADING = re.compile(rf"[{NUMERALS}]+、.+")


@dataclass(frozen=True)
class Terms:
    """What an agreement is about. `allowance`: yuan a month by the base, None for nothing;
    `public_funds`: the living allowance itself comes from public money. `insurance`: kind, and
    whether the base buys it (None: the region's documents are silent). `guardian`: name of who
    agreed for a youth under 18, else ""."""

    base_word: str
    district: str
    employer: str
    uscc: str
    youth: str
    document: str
    document_number: str
    guardian: str
    position: str
    category: str
    workplace: str
    start: date
    end: date
    hours: str
    duties: str
    mentor: str
    allowance: Decimal | None
    public_funds: bool
    benefits: str
    insurance: tuple[str, bool] | None
    more: str


def contract_text(terms: Terms) -> str:
    """Paragraphs by line; a line like 一、… heads the ones below it."""
    lines = ["就业见习协议", *_parties(terms)]
    articles = [
        ("见习岗位", _post(terms)),
        ("见习期限和时间", _time(terms)),
        ("带教", _mentoring(terms)),
        ("基本生活费和待遇", _money(terms)),
        ("保险", _insurance(terms)),
        ("安全和劳动保护", _safety(terms)),
        ("双方的权利和义务", _duties(terms)),
        ("提前结束", _ending(terms)),
        ("保密和争议", _disputes(terms)),
    ]
    if terms.more:
        articles.append(("其他约定", terms.more.splitlines()))
    for numeral, (title, paragraphs) in zip(NUMERALS, articles):
        lines += [f"{numeral}、{title}", *paragraphs]
    return "\n".join(lines)


def digest(text: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_articles(text: str) -> tuple[str, list[str], list[tuple[str, list[str]]]]:
    """Title, the lines before the first article, and (heading, lines) of each article."""
    title, *rest = text.split("\n")
    opening, articles = [], []
    for line in rest:
        if HEADING.fullmatch(line):
            articles.append((line, []))
        else:
            (articles[-1][1] if articles else opening).append(line)
    return title, opening, articles


def _sentence(typed: str) -> str:
    """What was typed, with one full stop at its end."""
    return typed.rstrip("。；;. ") + "。"


def _parties(terms):
    word = terms.base_word
    yield f"甲方（见习{word}）：{terms.employer}，统一社会信用代码 {terms.uscc}，所属区县 {terms.district}。"
    yield f"乙方（见习人员）：{terms.youth}，{terms.document} {terms.document_number}。"
    if terms.guardian:
        yield f"乙方未满 18 周岁，监护人{terms.guardian}已同意乙方参加见习。"
    yield "双方自愿商定以下内容。见习是在岗位上学习和实践，不建立劳动关系。"


def _post(terms):
    yield f"1. 岗位：{terms.position}（{terms.category}）。"
    yield f"2. 地点：{_sentence(terms.workplace)}换到别的地点，要双方同意。"
    yield f"3. 见习内容：{_sentence('；'.join(terms.duties.splitlines()))}"


def _time(terms):
    yield f"1. 见习自 {terms.start} 起，至 {terms.end} 止。"
    yield f"2. 见习时间：{_sentence(terms.hours)}甲方不安排乙方长时间加班或独自值夜班。"


def _mentoring(terms):
    yield f"1. 甲方安排{terms.mentor}为带教老师，教岗位知识和操作，解答问题，关心乙方的安全。"
    yield "2. 更换带教老师，甲方要告诉乙方，并在就业见习平台上登记。"


def _money(terms):
    lines = []
    if terms.public_funds:
        lines.append("基本生活费由就业补助资金按当地标准发放，不经甲方扣减。")
        if terms.allowance:
            lines.append(f"甲方每月另给乙方补助 {money(terms.allowance)}，发到乙方本人的银行卡。")
    else:
        lines.append(
            f"甲方每月给乙方基本生活费 {money(terms.allowance)}，按月足额发到乙方本人的银行卡，"
            "不发现金，不以实物抵顶。"
        )
        lines.append("不满一个月的，按实际见习的天数折算。")
    if terms.benefits:
        lines.append(f"食宿等待遇：{_sentence(terms.benefits)}")
    lines.append("甲方不向乙方收取押金、培训费等任何费用，不扣留乙方的证件和银行卡。")
    return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]


def _insurance(terms):
    if terms.insurance is None:
        yield "1. 甲方在乙方到岗前落实见习期间的意外伤害保障，并把保险单号告诉乙方。"
    else:
        kind, by_base = terms.insurance
        who = "甲方出资" if by_base else "政府统一"
        yield f"1. 见习期间的{kind}由{who}购买，在乙方到岗前生效。"
    yield "2. 乙方在见习中受伤，甲方要立即送医，通知保险公司和乙方家人，并报告所属区县人社部门。"


def _safety(terms):
    yield "1. 甲方在乙方上岗前讲清安全制度和操作规程，提供必要的劳动防护用品。"
    yield "2. 甲方不安排乙方从事法律禁止的工作；遇到危险，乙方可以停下来离开。"
    if terms.guardian:
        yield "3. 甲方不安排乙方从事有毒有害、危险或过重的工作，也不安排夜班。"


def _duties(terms):
    yield "1. 甲方按本协议安排见习，记录考勤，见习期满为乙方作出考核鉴定、出具见习证明。"
    yield "2. 乙方如实提供个人情况，遵守甲方的规章制度，认真见习，爱护设备。"
    yield "3. 乙方每月核对基本生活费是否到账，发现没有足额发放的，可以向区县人社部门投诉。"
    yield "4. 甲方愿意留用、乙方也愿意的，双方依法签订劳动合同，本协议随之提前结束。"


def _ending(terms):
    yield "1. 双方商量一致，可以提前结束见习。"
    yield "2. 乙方找到工作、升学、参军或者有其他个人原因，提前 3 天告诉甲方后可以离开，不承担违约金。"
    yield "3. 甲方没有按约定发放基本生活费、没有提供安全条件的，乙方可以随时离开。"
    yield "4. 乙方严重违反规章制度，或者不适合继续见习的，甲方说明理由、结清基本生活费后可以结束见习。"


def _disputes(terms):
    yield "1. 乙方对在见习中知道的甲方商业秘密保密；甲方对乙方的个人信息保密，只用于办理见习。"
    yield f"2. 有争议先由双方商量；商量不成的，请{terms.district}人社部门调解，也可以依法起诉。"
    yield "3. 双方在就业见习平台上用各自手机收到的验证码签署，与在纸上签字同样有效。"
