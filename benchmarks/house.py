"""What every subject is given: the cluster, how much to do, and rounds in turns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from benchmarks.cluster import Cluster
from benchmarks.load import Asked, rate
from benchmarks.results import say
from benchmarks.servers import Server, serving


@dataclass(frozen=True)
class House:
    """The cluster, and whether the long form is asked for."""

    cluster: Cluster
    full: bool

    @property
    def rounds(self) -> int:
        return 9 if self.full else 3

    @property
    def seconds(self) -> float:
        """How long one side is loaded in one round."""
        return 4 if self.full else 2

    @property
    def sizes_of_growth(self) -> tuple[int, ...]:
        """Sizes at which the growth of costs is told, the smallest first."""
        return (10_000, 100_000, 1_000_000) if self.full else (10_000, 100_000)

    def made(self, size: int, *more: str) -> str:
        """The address of a database with a registry of so many programs."""
        return self.cluster.address(self.cluster.made(size, *more))

    def serving(
        self, side: Mapping[str, str], address: str
    ) -> AbstractContextManager[Server]:
        return serving(dict(side), address)

    def rate(self, server: Server, asked: Sequence[Asked]) -> Callable[[], float]:
        """What a side gives in a round: requests a second."""
        return lambda: rate(server, asked, self.seconds)

    def time(self, server: Server, asked: Sequence[Asked]) -> Callable[[], float]:
        """What a side gives in a round: seconds of a request."""
        return lambda: 1 / rate(server, asked, self.seconds / 2)

    def in_turns(
        self, sides: Mapping[str, Callable[[], float]], rounds: int = 0
    ) -> dict[str, list[float]]:
        """What each side gives in each round; all take their turn in every one.

        Every other round goes backwards, and one more comes first and is not counted.
        """
        found: dict[str, list[float]] = {name: [] for name in sides}
        for number in range((rounds or self.rounds) + 1):
            names: Iterable[str] = sides if number % 2 else reversed(list(sides))
            for name in names:
                value = sides[name]()
                if number:
                    found[name].append(value)
        for name, values in found.items():
            say(f"  {name}: {' '.join(f'{value:.4g}' for value in values)}")
        return found
