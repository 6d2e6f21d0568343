"""Time, at the test's command."""

import attrs


@attrs.define
class FakeClock:
    """Stands still until it is told to move. Called, it gives unix seconds."""

    now: float = 1_741_172_531.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass at once."""
        self.now += seconds
