"""Numbers and names that people and organisations are known by: reading, checking, making.

Everything here is pure. What cannot be accepted raises `InvalidIdentifier` with a message in
Chinese that says how to mend it; what is odd but possible is told by a flag on the result.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

MALE, FEMALE = "male", "female"


class InvalidIdentifier(ValueError):
    """`str(error)` is a Chinese sentence for the user."""


# ---------------------------------------------------------------- text

# Full-width ASCII (U+FF01..FF5E) and the ideographic space. Not NFKC: that would also turn ① into
# 1 and ㎡ into m2, which is not what was typed.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

# Bullets that input methods produce where a name has U+00B7.
_NAME_DOTS = str.maketrans(dict.fromkeys("•‧・･∙⋅⸱", "·"))


_NAME_SIGNS = "·-.'’〇（）()"  # a ledger tells two of the same name apart in brackets


def normalise(text: str) -> str:
    """A code as it is stored: half-width, upper case, no blank or invisible character in it."""
    if text.isascii() and text.isalnum():  # nearly always, and twenty times as fast
        return text.upper()
    text = text.translate(_HALF_WIDTH)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf").upper()


def clean_text(text: str) -> str:
    """Free text that can be stored and exported: trimmed, line ends as \\n, tabs as blanks.

    Refuses control characters (NUL among them), lone surrogates and non-characters: PostgreSQL or
    a spreadsheet would choke on them later.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    for c in text:
        if c != "\n" and (unicodedata.category(c) in ("Cc", "Cs") or ord(c) & 0xFFFE == 0xFFFE):
            raise InvalidIdentifier("含有不能保存的字符（控制字符或残缺字符），请删除后重新输入")
    return text.strip()


def clean_name(text: str) -> str:
    """A person's name on one line. Rare letters (𠮷, 〇) and the dot (·) are kept as they are.

    Invisible characters go, runs of blanks become one, blanks between Chinese characters
    (刘  洋) go, look-alike dots become `·`. Refuses digits, emoji and signs that stand in no name.
    """
    text = clean_text(text).translate(_NAME_DOTS)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    words = text.split()
    name = words[0] if words else ""
    for word in words[1:]:
        both_wide = all(unicodedata.east_asian_width(c) == "W" for c in (name[-1], word[0]))
        name += word if both_wide else f" {word}"
    if not name:
        raise InvalidIdentifier("姓名没有填写")
    odd = [c for c in name if unicodedata.category(c)[0] in "NPS" and c not in _NAME_SIGNS]
    if odd:
        raise InvalidIdentifier(
            f"姓名里不会有“{'、'.join(dict.fromkeys(odd))}”，请照证件上的姓名填写"
        )
    return name


# ---------------------------------------------------------------- resident identity numbers

# GB/T 2260, first two digits. County codes come and go, and any table of them ages; provinces
# do not. 81, 82 and 83 are the residence permits of Hong Kong, Macau and Taiwan residents.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_RESIDENCE_PERMITS = ("810000", "820000", "830000")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_EARLIEST_BIRTH = date(1900, 1, 1)
_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class IdNumber:
    """`region_known` is False when the number begins with no province: worth a hint, no more."""

    number: str
    birth_date: date
    sex: str
    region_known: bool


def parse_id_number(text: str) -> IdNumber:
    """An 18-character resident identity number (GB 11643), MOD 11-2 checked."""
    number = normalise(text)
    if not number:
        raise InvalidIdentifier("身份证号码没有填写")
    if re.fullmatch(r"[0-9]{15}", number):
        raise InvalidIdentifier("这是15位的旧身份证号码，已停止使用，请填写18位的新号码")
    if len(number) != 18:
        raise InvalidIdentifier(f"身份证号码应为18位，现在是{len(number)}位，请核对")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise InvalidIdentifier("身份证号码前17位应为数字，最后一位为数字或X，请核对")
    if _id_check(number[:17]) != number[17]:
        raise InvalidIdentifier("身份证号码的校验位不对，可能有一位写错了，请对照证件核对")
    return IdNumber(
        number=number,
        birth_date=_birth_date(number[6:14]),
        sex=MALE if int(number[16]) % 2 else FEMALE,
        region_known=bool(_PROVINCES.match(number)),
    )


def _birth_date(digits: str) -> date:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        birth = None
    if birth is None or not _EARLIEST_BIRTH <= birth <= datetime.now(_CHINA).date():
        raise InvalidIdentifier(f"身份证号码里的出生日期{digits}不是有效日期，请对照证件核对")
    return birth


def _id_check(first17: str) -> str:
    return _ID_CHECK[sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def make_id_number(region_code: str, birth: date, seq: int) -> str:
    """A number with a valid check digit; `seq` 0..999, odd for men."""
    first17 = f"{region_code:0>6}{birth:%Y%m%d}{seq:03d}"
    return first17 + _id_check(first17)


# ---------------------------------------------------------------- documents of identity


@dataclass(frozen=True)
class DocumentKind:
    code: str
    label: str
    carries_birth_date: bool  # the number tells birth date and sex; otherwise they are entered
    other_names: tuple[str, ...] = ()


RESIDENT_ID = DocumentKind(
    "resident_id", "居民身份证", True, ("身份证", "二代身份证", "第二代居民身份证")
)
RESIDENCE_PERMIT = DocumentKind(
    "residence_permit", "港澳台居民居住证", True, ("居住证", "港澳居民居住证", "台湾居民居住证")
)
TAIWAN_PERMIT = DocumentKind("taiwan_permit", "台胞证", False, ("台湾居民来往大陆通行证",))
HK_MACAU_PERMIT = DocumentKind(
    "hk_macau_permit", "港澳居民来往内地通行证", False, ("回乡证", "港澳通行证")
)
PASSPORT = DocumentKind("passport", "护照", False, ("外国护照",))
FOREIGNER_ID = DocumentKind(
    "foreigner_id", "外国人永久居留身份证", False, ("外国人永久居留证", "永久居留身份证")
)
DOCUMENT_KINDS = {
    kind.code: kind
    for kind in (
        RESIDENT_ID,
        RESIDENCE_PERMIT,
        TAIWAN_PERMIT,
        HK_MACAU_PERMIT,
        PASSPORT,
        FOREIGNER_ID,
    )
}


@dataclass(frozen=True)
class Document:
    """A document of identity as read. `birth_date` and `sex` are None where it carries none;
    `warnings` are Chinese sentences about what is odd but possible."""

    kind: DocumentKind
    number: str
    birth_date: date | None = None
    sex: str | None = None
    warnings: tuple[str, ...] = ()


def document_kind(text: str) -> DocumentKind:
    """The kind named by its code, its label or another usual name; a blank is 居民身份证."""
    name = normalise(text)
    if not name:
        return RESIDENT_ID
    for kind in DOCUMENT_KINDS.values():
        if name in (kind.code.upper(), kind.label, *kind.other_names):
            return kind
    labels = "、".join(kind.label for kind in DOCUMENT_KINDS.values())
    raise InvalidIdentifier(f"证件类型“{name[:20]}”不在可选范围内，请填写：{labels}")


def parse_document(kind: DocumentKind, text: str) -> Document:
    """The document with its number checked as far as its kind allows.

    Identity cards and residence permits share one form of number, and the number shows which it
    is; the kind follows the number, so that one person never stands under two kinds.
    """
    if not kind.carries_birth_date:
        number = normalise(text)
        if not re.fullmatch(r"(?=.*[0-9])[0-9A-Z]{5,20}", number):
            raise InvalidIdentifier(f"{kind.label}号码应为5至20位字母和数字，请对照证件核对")
        return Document(kind, number)
    identity = parse_id_number(text)
    warnings = []
    permit = identity.number.startswith(_RESIDENCE_PERMITS)
    read = RESIDENCE_PERMIT if permit else RESIDENT_ID
    if read is not kind:
        warnings.append(f"号码是{read.label}的号码，已按{read.label}记录")
    if not identity.region_known:
        warnings.append(f"证件号码开头的地区代码{identity.number[:6]}未收录，请核对")
    return Document(read, identity.number, identity.birth_date, identity.sex, tuple(warnings))


# ---------------------------------------------------------------- organisations

# GB 32100-2015: digits and capital letters without I, O, S, V, Z; weights 3^i mod 31.
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, places 9 to 17


def parse_uscc(text: str) -> str:
    """A unified social credit code, checked. Any registering authority is accepted (A, N and Y
    begin real codes); no code begins with 0."""
    code = normalise(text)
    if not code:
        raise InvalidIdentifier("统一社会信用代码没有填写")
    if re.fullmatch(r"[0-9]{15}", code):
        raise InvalidIdentifier("这是15位的旧注册号，请填写18位统一社会信用代码")
    if len(code) != 18:
        raise InvalidIdentifier(f"统一社会信用代码应为18位，现在是{len(code)}位，请核对")
    wrong = sorted({c for c in code if c not in _USCC_ALPHABET})
    if wrong:
        raise InvalidIdentifier(
            f"统一社会信用代码里不会出现“{'、'.join(wrong)}”"
            "（只用数字和I、O、S、V、Z以外的大写字母），请核对，例如0与O、1与I、2与Z、5与S"
        )
    if code[0] == "0" or _uscc_check(code[:17]) != code[17]:
        raise InvalidIdentifier("统一社会信用代码的校验位不对，可能有一位写错了，请对照证照核对")
    return code


def _uscc_check(first17: str) -> str:
    total = sum(_USCC_ALPHABET.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


def make_uscc(seq: int, region_code: str = "500000", registrar: str = "91") -> str:
    """A code with valid check characters, different for each `seq` (0..99,999,999)."""
    body = f"{seq:08d}"
    check = -sum(int(d) * w for d, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    first17 = f"{registrar}{region_code:0>6}{body}{'X' if check == 10 else check}"
    return first17 + _uscc_check(first17)


# ---------------------------------------------------------------- cards and telephones


@dataclass(frozen=True)
class BankCard:
    """`luhn` is a hint only: passbook-style accounts and some banks' cards do not satisfy it."""

    number: str
    luhn: bool


def parse_bank_card(text: str) -> BankCard:
    """A card or account number of 12 to 19 digits; blanks and hyphens between them are dropped."""
    number = normalise(text).replace("-", "")
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise InvalidIdentifier("银行卡号应为12至19位数字，请对照卡面核对")
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return BankCard(number, luhn=total % 10 == 0)


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?:(010|02[0-9]|0[3-9][0-9]{2})-?)?([2-9][0-9]{6,7})(?:[-#]([0-9]{1,6}))?")
_SERVICE = re.compile(r"[48]00-?[0-9]{3}-?[0-9]{4}")


def parse_phone(text: str, *, mobile_only: bool = False) -> str:
    """A telephone number of mainland China: 13812341234, 023-67890123, 023-67890123-801.

    +86 and 0086 are dropped. Numbers written with and without hyphens come out the same.
    """
    number = normalise(text).translate(str.maketrans("—–()", "----")).strip("-")
    number = re.sub(r"^(?:\+86|0086|86(?=1[0-9]{10}$))-?", "", number)
    mobile = number.replace("-", "")
    if _MOBILE.fullmatch(mobile):
        return mobile
    if mobile_only:
        raise InvalidIdentifier("手机号码应为11位数字、以1开头，请核对")
    number = re.sub(r"-*转-*", "-", number)
    if _SERVICE.fullmatch(number):
        return mobile
    landline = _LANDLINE.fullmatch(re.sub(r"-+", "-", number))
    if not landline:
        raise InvalidIdentifier("电话号码应为11位手机号码，或带区号的固定电话（如023-67890123）")
    return "-".join(part for part in landline.groups() if part)
