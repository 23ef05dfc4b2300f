"""A place on loopback where releases are published, with or without HTTP ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.simulators.loopback import Reply, Request, Wire


def published(files: Mapping[str, bytes], request: Request, *, ranged: bool = True) -> Reply:
    """Answer for a file by the last part of the path."""
    content = files.get(request.path.rpartition("/")[2])
    if content is None:
        return Reply(404)
    asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
    if asked is None or not ranged:
        return Reply(200, content)
    begin = int(asked[1])
    if begin >= len(content):
        return Reply(416, headers={"Content-Range": f"bytes */{len(content)}"})
    return Reply(206, content[begin:], {"Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"})


def ranges(wire: Wire) -> list[str]:
    """The ranges asked for, in order; empty where the whole file was."""
    return [request.headers.get("Range", "") for request in wire.requests]
