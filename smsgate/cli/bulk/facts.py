"""What ``--json`` prints of a run or a dry run: one object, its keys always all there."""

from smsgate.cli.bulk.survey import Estimate, Survey
from smsgate.cli.bulk.tally import End, Reason
from smsgate.cli.facts import Facts


def of_run(end: End) -> Facts:
    """
    Tell how a run ended; ``is_complete`` says that every outcome is in the result file.

    ``unwritten`` are the lines for which it had no room. Without ``results`` nothing was sent.
    """
    tally = end.tally
    return {
        "rows": tally.total,
        "accepted": tally.accepted,
        "not_sent": tally.not_sent,
        "unknown": tally.unknown,
        "earlier": tally.earlier,
        "still_unknown": tally.still_unknown,
        "not_tried": tally.left,
        "to_resume": 0 if end.is_spoiled or end.is_removed else tally.again + tally.left,
        "reasons": {reason.first.kind: _reason(reason) for reason in tally.reasons},
        "cost": str(end.budget.paid),
        "is_over_cap": end.budget.is_over_cap,
        "seconds": round(end.seconds, 3),
        "stopped": end.stopped,
        "results": None if end.is_removed else str(end.path),
        "is_complete": end.is_complete,
        "is_spoiled": end.is_spoiled,
        "unwritten": list(end.unwritten),
    }


def _reason(reason: Reason) -> Facts:
    return {
        "rows": reason.rows,
        "example": reason.first.why,
        "advice": reason.first.advice or None,
    }


def of_dry_run(found: Survey) -> Facts:
    """
    Tell what a run would send, and what that would cost.

    ``refusal`` is what the provider said when it was asked for prices, and was asked no more.
    """
    return {
        "rows": found.rows,
        "not_sent": found.bad,
        "earlier": found.earlier,
        **_estimate(found.whole),
        "refusal": str(found.refusal) if found.refusal else None,
        "places": [
            {"country": place.country, "operator": place.operator, **_estimate(estimate)}
            for place, estimate in sorted(found.by_place.items())
        ],
    }


def _estimate(estimate: Estimate) -> Facts:
    return {
        "messages": estimate.messages,
        "parts": estimate.parts,
        "cost": str(estimate.cost) if not estimate.unpriced else None,
        "unpriced": estimate.unpriced,
    }
