"""A bar on the terminal for whoever waits."""

import sys
import time

_QUIET = 0.5  # before the first drawing: what is over by then needs no bar [s]
_BETWEEN = 0.1  # drawings [s]
_WIDTH = 30


class Bar:
    """Draws the stage and how far it is in one line on stderr, and takes the line away at the end."""

    def __init__(self, stream=None, quiet=_QUIET):
        self._stream, self._next, self._drawn = stream or sys.stderr, time.monotonic() + quiet, 0

    def __call__(self, stage, fraction):
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _BETWEEN
        full = round(_WIDTH * min(max(fraction, 0.0), 1.0))
        line = f"{stage} [{'#' * full}{'.' * (_WIDTH - full)}] {100.0 * fraction:3.0f} %"
        self._stream.write("\r" + line.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()


class _Callable:
    def __init__(self, function):
        self._function = function

    def __enter__(self):
        return self._function

    def __exit__(self, *_):
        pass


def listener(progress):
    """What hears of progress, as a context: a bar for True, and for None when stderr is a terminal; nothing for False; else the
    callable that is given. Raises TypeError for anything else.
    """
    if progress is None:
        progress = bool(getattr(sys.stderr, "isatty", lambda: False)())
    if progress is True:
        return Bar()
    if progress is False:
        return _Callable(None)
    if not callable(progress):
        raise TypeError(f"progress: a callable of stage and fraction, True, False or None is wanted, not {progress!r}")
    return _Callable(progress)
