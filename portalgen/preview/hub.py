"""Wake whoever waits for news, from any thread."""

from __future__ import annotations

import asyncio


class Hub:
    """News for the open pages; all but `news` and `close` belong to the server's loop."""

    def __init__(self) -> None:
        self.is_closed = False
        self.number = 0
        """How much news there was. Remember it before you look, and no news is missed while you show what you saw."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bell = asyncio.Event()

    def join(self) -> None:
        """Take the running loop for the one that waits."""
        self._loop = asyncio.get_running_loop()

    def news(self) -> None:
        """Wake everybody who waits."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._ring)

    def close(self) -> None:
        """Wake everybody for the last time: nobody waits any more."""
        self.is_closed = True
        self.news()

    async def wait(self, number: int, seconds: float) -> bool:
        """Return whether there is more news than `number`, or there was before `seconds` were over."""
        if self.is_closed or self.number != number:
            return True
        try:
            await asyncio.wait_for(self._bell.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _ring(self) -> None:
        self.number += 1
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()
