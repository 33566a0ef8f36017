"""Records that a table had when it last came, and has no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.importing.batches import Batch
from geo.importing.destination import Destination
from geo.importing.looking import Look
from geo.importing.merging import StoredLayer
from geo.importing.remarks import Remark

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Leaving:
    """Records that a table has no more.

    Parameters
    ----------
    kept, withdrawn
        Ids of those that stay in the layer, and of those that leave it.
    remarks
        What is to be said of those that stay.
    """

    kept: tuple[str, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()


def find_leaving(
    look: Look,
    destination: Destination,
    stored: StoredLayer,
    batch: Batch,
    *,
    retire: bool,
) -> Leaving:
    """Return which records a table has no more.

    Parameters
    ----------
    look, batch
        The table as it is now, and its records.
    destination, stored
        The map, and its layer.
    retire
        Whether they are to be withdrawn. Where rows were refused, nothing is: they may
        be the records that are missing.
    """
    if look.table.is_export:
        return Leaving()
    coming = set(batch.ids)
    before = destination.ids_of(look.mapping.name)
    gone = sorted(each for each in before - coming if each in stored)
    if not gone:
        return Leaving()
    if retire and not batch.faults_of_rows:
        return Leaving(withdrawn=frozenset(gone))
    are = (
        "record that this table had before is"
        if len(gone) == 1
        else ("records that this table had before are")
    )
    message = f"{len(gone)} {are} no longer in it, and kept in the map."
    remedy = "Withdraw what is no longer in the table with --retire."
    if retire:
        message = f"{message} Nothing is withdrawn while rows are refused."
        remedy = "Mend the rows that are refused, and import the whole table again."
    remark = Remark("record.gone", message, (), tuple(gone[:_SHOWN]), remedy)
    return Leaving(tuple(gone), remarks=(remark,))
