"""Everything that touches a clock or a disk, and every socket that is not a platform's."""

__version__ = "0.1.0"
