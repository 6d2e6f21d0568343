"""Which gateway a run goes through, in words: never a login, a password or a key."""

from smsgate.dsn import Dsn, parse_dsn, split_failover


def describe(dsn: str, sender: str | None) -> str:
    """Name the scheme, the host and the sender of *dsn*, or of each in a failover."""
    several = split_failover(dsn)
    if several:
        return "failover: " + ", then ".join(_words(parse_dsn(one), sender) for one in several[0])

    return _words(parse_dsn(dsn), sender)


def _words(dsn: Dsn, sender: str | None) -> str:
    name = sender or dsn.settings.get("sender")
    at = f" at {dsn.address}" if dsn.address else ""
    return f"{dsn.scheme}{at}, " + (f"sender {name}" if name else "no sender of its own")
