"""What ``--json`` prints of a run or a dry run: one object, its keys always all there."""

from pathlib import Path

from smsgate.cli.bulk.survey import Sum, Survey
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.facts import Facts


def of_run(
    tally: Tally, path: Path, seconds: float, reason: str | None, *, is_complete: bool
) -> Facts:
    """Tell how a run ended; *is_complete* says that every outcome is in the result file."""
    return {
        "rows": tally.total,
        "accepted": tally.accepted,
        "not_sent": tally.not_sent,
        "unknown": tally.unknown,
        "earlier": tally.earlier,
        "still_unknown": tally.still_unknown,
        "not_tried": tally.left,
        "to_resume": tally.again + tally.left,
        "cost": str(tally.cost),
        "is_over_cap": tally.is_over_cap,
        "seconds": round(seconds, 3),
        "stopped": reason,
        "results": str(path),
        "is_complete": is_complete,
    }


def of_dry_run(found: Survey) -> Facts:
    """Tell what a run would send, and what that would cost."""
    return {
        "rows": found.rows,
        "not_sent": found.bad,
        **_sum(found.whole),
        "places": [
            {"country": place.country, "operator": place.operator, **_sum(total)}
            for place, total in sorted(found.by_place.items())
        ],
    }


def _sum(total: Sum) -> Facts:
    return {
        "messages": total.messages,
        "parts": total.parts,
        "cost": str(total.cost) if not total.unpriced else None,
        "unpriced": total.unpriced,
    }
