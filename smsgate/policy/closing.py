"""Async iterators that are closed with whoever iterates them, and not when somebody finds time."""

import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

Item = TypeVar("Item")


@contextlib.asynccontextmanager
async def closing(items: AsyncIterator[Item]) -> AsyncIterator[AsyncIterator[Item]]:
    """Give *items*, and close them at the end of the block, if they can be."""
    try:
        yield items
    finally:
        aclose = getattr(items, "aclose", None)
        if aclose:
            await aclose()
