"""Which role may do what: the one table. docs/rights.md and the tests are drawn from it.

A right is held on a district and covers the units below it. What an office gets is its role's
rights on the office's own district; departments hold the narrow ones only.
"""

from accounts.models import Office, Role

READ = ["view_counts", "view_records"]

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
        ],
        Role.REVIEWER: [
            *READ,
            "export_records",
            "void_records",
            "reveal_personal_data",
            "confirm_reports",
            "review_reports",
            "move_bases",
        ],
        Role.VIEWER: READ,
        Role.ADMIN: [*READ, "manage_members", "manage_region"],
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
