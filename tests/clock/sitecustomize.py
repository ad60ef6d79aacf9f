"""Sleep under the clock of libfaketime; Python loads this by itself, from PYTHONPATH.

`time.sleep` asks clock_nanosleep for a moment of the monotonic clock since Python 3.11, and
libfaketime 0.9.10 shifts that moment although DONT_FAKE_MONOTONIC says that the clock is to be
left alone: every sleep ends at once, with "Invalid argument". Waiting by select is not shifted.
Without such a clock nothing is changed.
"""

from __future__ import annotations

import os
import select
import time

if "FAKETIME" in os.environ:

    def sleep(seconds: float) -> None:
        """Wait for *seconds*, as `time.sleep` does."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        select.select([], [], [], seconds)

    time.sleep = sleep
