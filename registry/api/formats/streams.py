"""What is sent while it is read."""

from collections.abc import Iterator
from contextlib import ExitStack


class Stream:
    """Pieces of a file, read within a view of the registry that ends with them.

    The first is read at once, so that what fails there is an error and no half file;
    the view ends when all are read, when one fails, or when nobody wants more.
    """

    def __init__(self, pieces: Iterator[str | bytes], view: ExitStack) -> None:
        self._first: str | bytes | None = next(pieces)
        self._pieces = pieces
        self._view = view.pop_all()

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> str | bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        try:
            return next(self._pieces)
        except StopIteration:
            self.close()
            raise
        except BaseException as error:
            self._view.__exit__(type(error), error, error.__traceback__)
            raise

    def close(self) -> None:
        # First what still reads, then what it reads within.
        self._pieces = iter(())
        self._view.close()
