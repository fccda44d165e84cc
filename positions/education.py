"""The education a position asks for, as words that filings choose from and old records wrote."""

from django.db.models import Case, Q, Value, When

# Level → what a youth with it calls it. A position's is the lowest its words name.
LEVELS = {1: "高中、中专、技校", 2: "大专、高职", 3: "本科", 4: "硕士", 5: "博士"}
ANYBODY = "不限"
# What filings choose from.
CHOICES = [ANYBODY, "高中（中专、技校）及以上", "大专及以上", "本科及以上", "硕士及以上", "博士"]
# Asked in this order; 研究生 alone means a master's.
WORDS = [
    (0, ["不限"]),
    (1, ["高中", "中专", "中职", "技校", "职高"]),
    (2, ["大专", "专科", "高职", "高级工"]),
    (3, ["本科", "学士", "预备技师"]),
    (4, ["硕士"]),
    (5, ["博士"]),
    (4, ["研究生"]),
]


def level_of(words: str) -> int:
    """The level that words name, 0 for none."""
    return next((level for level, named in WORDS if any(one in words for one in named)), 0)


def required_level():
    """The level a position's words ask for, 0 where they ask for none, as an expression."""
    whens = []
    for level, words in WORDS:
        named = Q()
        for word in words:
            named |= Q(education__contains=word)
        whens.append(When(named, then=Value(level)))
    return Case(*whens, default=Value(0))
