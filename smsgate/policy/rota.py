"""
Who is asked first, and who rests for a while after failing. Pure: the time is handed in.

Nobody is ever struck off: what is set aside comes after what is in service, soonest back
first, so that when everything seems down everything is still tried.
"""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

import attrs

Item = TypeVar("Item", bound=Hashable)


@attrs.define(eq=False)
class Rota(Generic[Item]):
    """
    Keeps *items*, written in order of preference, in the order in which to try them.

    One that failed is set aside for *set_aside* seconds. Then it returns to its own
    place, unless the rota *keeps* what works: then the item that worked last stays first
    until it fails itself.
    """

    items: Sequence[Item]
    set_aside: float = attrs.field(kw_only=True)
    keeps: bool = attrs.field(default=False, kw_only=True)
    _back_at: dict[Item, float] = attrs.field(init=False, factory=dict)
    _kept: Item | None = attrs.field(init=False, default=None)

    def in_order(self, now: float) -> list[Item]:
        """List every item: those in service in order, then the others, soonest back first."""
        kept_first = sorted(self.items, key=lambda item: item != self._kept)
        return sorted(kept_first, key=lambda item: max(now, self._back_at.get(item, now)))

    def is_aside(self, item: Item, now: float) -> bool:
        """Whether *item* is set aside."""
        return self._back_at.get(item, now) > now

    def failed(self, item: Item, now: float, share: float = 1.0) -> None:
        """Set *item* aside from *now* on, for a *share* of the usual time."""
        back_at = now + self.set_aside * share
        self._back_at[item] = max(back_at, self._back_at.get(item, back_at))
        if self._kept == item and share >= 1:
            self._kept = None

    def worked(self, item: Item) -> None:
        """Put *item* back in service, and first if the rota keeps what works."""
        self._back_at.pop(item, None)
        if self.keeps:
            self._kept = item
