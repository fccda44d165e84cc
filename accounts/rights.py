"""Which role may do what: the one table. docs/rights.md and the tests are drawn from it.

A right is held on a district and covers the units below it. What an office gets is its role's
rights on the office's own district; departments hold the narrow ones only.
"""

from accounts.models import Office, Role
from regions.models import District

READ = ["view_counts", "view_records"]
DECIDE = [
    "review_bases",
    "review_positions",
    "review_applications",
    "file_agreements",
    "confirm_authority",
    "manage_wages",
]

RIGHTS: dict[str, dict[str, list[str]]] = {
    Office.Kind.HUMAN_RESOURCES: {
        Role.CLERK: [
            *READ,
            "edit_records",
            "import_ledger",
            "export_records",
            "void_records",
            "reveal_personal_data",
            "prepare_reports",
            *DECIDE,
        ],
        Role.REVIEWER: [
            *READ,
            "export_records",
            "void_records",
            "reveal_personal_data",
            "confirm_reports",
            "review_reports",
            "move_bases",
            *DECIDE,
        ],
        Role.VIEWER: READ,
        Role.ADMIN: [*READ, "oversee_clocks", "manage_members", "manage_region"],
    },
    Office.Kind.DEPARTMENT: {
        Role.CLERK: ["view_counts"],
        Role.REVIEWER: ["view_counts"],
        Role.VIEWER: ["view_counts"],
        Role.ADMIN: ["view_counts", "manage_members"],
    },
}

# These are acted upon from above: holding them on a unit says nothing about the unit itself.
FROM_ABOVE = {"review_reports"}


def rights_of(kind: str, role: str) -> list[str]:
    return RIGHTS[kind][role]


def as_markdown() -> str:
    """docs/rights.md."""
    permissions = dict(District._meta.permissions)
    lines = [HEAD]
    for kind, roles in RIGHTS.items():
        lines += [
            f"\n## {Office.Kind(kind).label}\n",
            "| 权限 | " + " | ".join(Role(role).label for role in roles) + " |",
            "|---|" + ":-:|" * len(roles),
        ]
        for right, label in permissions.items():
            marks = ["✓" if right in held else "" for held in roles.values()]
            if any(marks):
                lines.append(f"| {label} `{right}` | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"


HEAD = """\
# 谁可以做什么

由 `accounts/rights.py` 生成：`python manage.py rights_table > docs/rights.md`。

- 权限随角色而来，在本单位所属的区县生效，包括它下面的各级单位（以后新增的也算）和已并入的单位。
- 别的统筹区、没有任何权限的区县：如同不存在（404）。看得到、但没有这项权限：拒绝（403）。
- “审定下级月报”只对直属的下级生效，不能审定本级；直属上级没有能审定的人时，由再上一级代为审定。
- 管理员管理本单位的成员；人社部门的管理员还可以管理下级单位和本级其他部门，不能管理平级和上级。
- 请假代办：在起止日期内，代办人同时持有请假人的角色；代办人须是同一单位在任、这些天自己不请假的同事。
- 接口令牌以本单位“查阅”角色读取数据。"""
