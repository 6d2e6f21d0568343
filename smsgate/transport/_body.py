"""How much of an answer is read: a server that never ends must not fill our memory."""

from collections.abc import AsyncIterable

from smsgate.errors import OutcomeUnknown

LARGEST = 2**24  # bytes; what is said of ten thousand messages is a tenth of it


async def read_all(parts: AsyncIterable[bytes]) -> bytes:
    """Join *parts*. Raises `OutcomeUnknown` for more than any provider says."""
    read, length = list[bytes](), 0
    async for part in parts:
        read.append(part)
        length += len(part)
        if length > LARGEST:
            raise OutcomeUnknown(f"the answer has more than {LARGEST} bytes")

    return b"".join(read)
