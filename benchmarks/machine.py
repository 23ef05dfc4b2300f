"""Where and with what it was measured: a figure means nothing without it."""

from __future__ import annotations

import os
import platform
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bot import __version__
from bot.records import sqlite_version

_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, the programs, the day, and how busy the machine was before the measuring began."""

    processor: str
    cores: int
    memory_gib: int
    disk: str
    system: str
    python: str
    sqlite: str
    ofrecord: str
    date: str
    load: float
    """Processes that wanted to run, on average over the last minute; above 0 something else was at work too."""

    def in_words(self) -> str:
        """One paragraph for under the table."""
        return (
            f"{self.date}; {self.processor}, {self.cores} cores, {self.memory_gib} GiB, {self.disk}; {self.system}; "
            f"Python {self.python}, SQLite {self.sqlite}, OfRecord {self.ofrecord}; load before {self.load:.2f}"
        )

    def as_json(self) -> dict[str, object]:
        """The form of ``--json``."""
        return asdict(self)


def this_machine() -> Machine:
    """Look at the machine as it is now."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30),
        disk=_file_system(Path(tempfile.gettempdir())),
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        python=platform.python_version(),
        sqlite=sqlite_version(),
        ofrecord=__version__,
        date=datetime.now(UTC).date().isoformat(),
        load=os.getloadavg()[0],
    )


def _processor() -> str:
    lines = _CPUINFO.read_text().splitlines() if _CPUINFO.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _file_system(folder: Path) -> str:
    """The file system that the measured stores lie on; on one in memory, waiting for the disk costs nothing."""
    mounted = {Path(each.mountpoint): each.fstype for each in psutil.disk_partitions(all=True)}
    place = next((each for each in (folder.resolve(), *folder.resolve().parents) if each in mounted), None)
    return mounted[place] if place else "unknown file system"
