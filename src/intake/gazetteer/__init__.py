"""Places of Ukraine, offline: the official codifier, former and Russian names, and when a place was occupied.

Pure data and lookup; it knows nothing of records or vaults, and it never corrects what a person said: a place is coded
beside their words. Sources, editions and formats: docs/decisions/0011-gazetteer.md.
"""

from intake.gazetteer.aliases import Alias, aliases
from intake.gazetteer.codifier import CATEGORIES, Edition, Unit, by_code, children, edition, label, path, valid
from intake.gazetteer.finding import is_name, search
from intake.gazetteer.occupation import (
    Hint,
    OccupationTable,
    Row,
    Status,
    going_by,
    occupation,
    read_table,
    shipped,
    write_table,
)

__all__ = [
    "CATEGORIES",
    "Alias",
    "Edition",
    "Hint",
    "OccupationTable",
    "Row",
    "Status",
    "Unit",
    "aliases",
    "by_code",
    "children",
    "edition",
    "going_by",
    "is_name",
    "label",
    "occupation",
    "path",
    "read_table",
    "search",
    "shipped",
    "valid",
    "write_table",
]
