"""What the fake API does wrong, and how often. Only settings: what they mean is done elsewhere in this package."""

from dataclasses import dataclass

# One draw a request decides between these, so each has exactly its own probability.
FAULTS = (
    "throttle",
    "throttle_date",
    "throttle_silent",
    "wall",
    "wall_ok",
    "server_error",
    "slow",
    "truncated",
    "empty",
    "short",
    "duplicate",
    "reset",
)
CHANGES = ("insertion", "backdated", "edit", "withdrawal")
ORDERS = ("honoured", "oldest_first", "newest_first", "shuffled")
NUMBERS = ("mixed", "strings", "integers")


@dataclass(frozen=True)
class Behaviour:
    """Switches of a FakeDoj; all off, it answers as the contract says."""

    order: str = "honoured"
    filters_ignored: bool = False
    numbers_as: str = "mixed"
    wrapped_dates: bool = False
    max_page_size: int = 50
    # Probabilities that a request gets this faulty answer.
    throttle: float = 0.0
    throttle_date: float = 0.0
    throttle_silent: float = 0.0
    wall: float = 0.0
    wall_ok: float = 0.0
    server_error: float = 0.0
    slow: float = 0.0
    truncated: float = 0.0
    empty: float = 0.0
    short: float = 0.0
    duplicate: float = 0.0
    reset: float = 0.0
    slow_seconds: float = 2.0
    # Probabilities that the truth changes just before a listing request is answered.
    insertion: float = 0.0
    backdated: float = 0.0
    edit: float = 0.0
    withdrawal: float = 0.0
    max_faults: int = 10**9
    max_changes: int = 10**9
    faults_in_a_row: int = 3  # for one URL, so that a client that retries gets through
    unknown_field: bool = False
    unparsable: int = 0
    latency: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if self.order not in ORDERS or self.numbers_as not in NUMBERS:
            raise ValueError(f"order is one of {ORDERS}, numbers_as one of {NUMBERS}")
        if sum(getattr(self, fault) for fault in FAULTS) > 1:
            raise ValueError("the probabilities of the faults sum up to more than 1")
