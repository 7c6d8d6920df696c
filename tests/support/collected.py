"""An outbox that sends nothing: what was queued and committed is collected."""

from dataclasses import dataclass, field

from storage.chat.outbox import Parcel


@dataclass(slots=True)
class Collected:
    """What would be sent, in order."""

    device: str = "DEVICE"
    parcels: list[Parcel] = field(default_factory=list)

    def deliver(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)

    def taken(self) -> list[Parcel]:
        """What was collected since this was last asked."""
        parcels = list(self.parcels)
        self.parcels.clear()
        return parcels
