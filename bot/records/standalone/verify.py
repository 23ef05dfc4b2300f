#!/usr/bin/env python3
"""Verify a record of OfRecord without OfRecord: `python verify.py STORE_OR_DATABASE [--vkey FILE] [--json]`.

It needs Python 3.11 and nothing else; signatures are checked with `cryptography` or `openssl`, if one is there. Exit
code 0: sound, 1: not sound, 2: no such file. Only keys that you got from elsewhere (--vkey) prove who signed.

How the record is built. Entry number `seq` is canonical JSON (RFC 8785), kept byte for byte in table `entry`. Its leaf
is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right), the tree that of RFC 6962. Table `tile` keeps the hash
of every 256 (level 8) and 65 536 (level 16) leaves, `tree` those of the largest perfect subtrees. A personal or textual
field stands in the entry only as com[name] = base64(SHA-256("cmb/field/v1" || 0x00 || salt || ["name",value])); salt
and value lie in `payload`, or were destroyed (`disposal`). `checkpoint` keeps notes as in c2sp.org/tlog-checkpoint.
The value `media.file` of an entry names a file in the folder `media` by the SHA-256 of its bytes.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from base64 import b64decode, b64encode
from contextlib import suppress
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

LOG = "SELECT seq,leaf,type,ts,subject,corr,series,bytes FROM log LEFT JOIN entry USING(seq) WHERE seq>=? AND seq<?"
DISPOSED = "SELECT d.seq,type='record.purged' AND level='entry' FROM disposal d JOIN log l ON l.seq=by_seq ORDER BY 2"
Keys = dict[tuple[str, bytes], bytes]  # Ed25519 public keys by name and key id
Edge = list[tuple[int, bytes]]  # the largest perfect subtrees of a tree, left to right, as (level, hash)


def fold(hashes: list[bytes]) -> bytes:
    """The hash of a perfect subtree from those of its leaves or tiles."""
    while len(hashes) > 1:
        hashes = [sha256(b"\x01" + hashes[i] + hashes[i + 1]).digest() for i in range(0, len(hashes) - 1, 2)]
    return hashes[0]


def add(edge: Edge, subtree: bytes, level: int = 0) -> Edge:
    """The edge of the tree with one more perfect subtree."""
    edge = [*edge, (level, subtree)]
    while len(edge) > 1 and edge[-1][0] == edge[-2][0]:
        edge[-2:] = [(edge[-1][0] + 1, fold([edge[-2][1], edge[-1][1]]))]
    return edge


def root(edge: Edge) -> bytes:
    """The root of the tree with this edge."""
    result = edge[-1][1] if edge else sha256(b"").digest()
    for _, left in reversed(edge[:-1]):
        result = fold([left, result])
    return result


class Verification:
    """One run: what was found, and the state of the walk from the first entry to the last."""

    def __init__(self, db: sqlite3.Connection, media: Path | None = None) -> None:
        self.db, self.media, self.problems, self.notes = db, media, list[str](), list[str]()
        self.first_bad: int | None = None
        self.edge, self.tiles, self.size = Edge(), list[bytes](), 0
        self.disposed, self.kept = dict[int, bool](), dict[tuple[int, int], bytes]()

    def bad(self, seq: int, what: str) -> None:
        """Note that an entry is not as it was written."""
        self.first_bad = seq if self.first_bad is None else min(seq, self.first_bad)
        self.problems.append(f"entry {seq}: {what}")

    def doubt(self, start: int, end: int, what: str) -> None:
        """Blame the first of the entries [start, end), unless one that is bad was found before the end."""
        if self.first_bad is None or self.first_bad >= end:
            self.bad(start, what)

    def run(self, trusted: str | None) -> None:
        """Check everything; `trusted` are lines with public keys from elsewhere."""
        self.db.execute("BEGIN")
        origin, vkeys = self.db.execute("SELECT origin,vkeys FROM identity").fetchone()
        self.size = self.db.execute("SELECT count(*) FROM log NOT INDEXED").fetchone()[0]
        for (seq,) in self.db.execute("SELECT seq FROM log WHERE seq>=? OR seq<0 LIMIT 3", (self.size,)):
            self.bad(self.size, f"it is missing, though there is an entry numbered {seq}")
        self.disposed = dict(self.db.execute(DISPOSED))
        self.kept = {(level, index): tile for level, index, tile in self.db.execute("SELECT level,idx,hash FROM tile")}
        checkpoints, good_until = self.checkpoints(origin, read_keys(trusted or vkeys)), 0
        for start in range(0, self.size, 256):
            end = min(start + 256, self.size)
            leaves = self.step(start, end, origin)
            for n, expected in (each for each in checkpoints if start < each[0] <= end):
                if root(reduce(add, leaves[: n - start], self.edge)) != expected:
                    self.doubt(good_until, n, f"it or a later one was replaced: checkpoint {n} has another root")
                else:
                    good_until = n
            self.tiles.append(fold(leaves))  # not used when it is the last, incomplete one
            self.edge = add(self.edge, self.tiles[-1], 8) if end - start == 256 else reduce(add, leaves, self.edge)
            if end % 65536 == 0 and fold(self.tiles[-256:]) != self.kept.get((16, end // 65536 - 1)):
                self.doubt(end - 65536, end, "it or one of the next 65535 does not fit the stored tree")
        self.check_edge()
        self.problems += [f"SQLite: {each}" for (each,) in self.db.execute("PRAGMA integrity_check(9)") if each != "ok"]

    def rows(self, sql: str, start: int, end: int) -> list[Any]:
        """The rows numbered [start, end); where a page is damaged, one by one."""
        with suppress(sqlite3.Error):
            return self.db.execute(sql, (start, end)).fetchall()
        if end - start > 1:
            return [row for seq in range(start, end) for row in self.rows(sql, seq, seq + 1)]
        self.bad(start, "SQLite cannot read it")
        return []

    def step(self, start: int, end: int, origin: str) -> list[bytes]:
        """Check the entries [start, end); gives the leaves that fit the stored tile, or those computed."""
        found = {row[0]: row[1:] for row in self.rows(LOG, start, end)}
        values: dict[int, list[Any]] = {}
        for seq, *value in self.rows("SELECT seq,name,salt,value FROM payload WHERE seq>=? AND seq<?", start, end):
            values.setdefault(seq, []).append(value)
        pairs = [self.entry(seq, found.get(seq), values.get(seq, []), origin) for seq in range(start, end)]
        computed, stored = [each for each, _ in pairs], [each for _, each in pairs]
        if end - start == 256 and (tile := self.kept.get((8, start // 256))) != fold(computed):
            if tile == fold(stored):
                return stored
            self.doubt(start, end, "it or one of the next 255 does not fit the stored tree")
        return computed

    def entry(self, seq: int, row: Any, values: list[Any], origin: str) -> tuple[bytes, bytes]:
        """Check one entry; gives the leaf computed from its bytes and the leaf that is stored."""
        leaf, *columns, content = row or [None] * 7
        leaf = leaf if isinstance(leaf, bytes) else b""
        if not isinstance(content, bytes):
            if row is None or values or not self.disposed.get(seq):
                self.bad(seq, "it is missing from the log, or its content is and no purge was recorded")
            return leaf, leaf
        computed = sha256(b"\x00" + content).digest()
        if computed != leaf:
            self.bad(seq, "its content is not what was recorded")
            return computed, leaf
        try:
            said = json.loads(content)
            told = [said["type"], said["ts"], said["subject"]["ref"], said.get("corr"), said["ret"]["series"]]
            if told != columns or said["seq"] != seq or said["log"] != origin:
                self.bad(seq, "its columns in the log say something else than the entry")
            self.commitments(seq, said["com"], values)
        except (ValueError, KeyError, TypeError):
            self.bad(seq, "it does not read as an entry")
        return computed, leaf

    def commitments(self, seq: int, committed: dict[str, str], values: list[Any]) -> None:
        """Check that every value is the one committed to, and that none is missing unless it was disposed of."""
        for name, salt, value in values:
            text = f"[{json.dumps(name, ensure_ascii=False)},{value}]".encode()
            if b64encode(sha256(b"cmb/field/v1\x00" + salt + text).digest()).decode() != committed.get(name):
                self.bad(seq, f"the value of {name!r} is not the one that the entry commits to")
            elif name == "media.file" and self.media:
                file = self.media / json.loads(value)["sha256"]
                if not file.is_file() or sha256(file.read_bytes()).hexdigest() != file.name:
                    self.bad(seq, "the captured file in media/ is missing, or is not what was captured")
        if committed.keys() - {name for name, _, _ in values} and seq not in self.disposed:
            self.bad(seq, "a value is missing, and no disposal was recorded")

    def check_edge(self) -> None:
        """Hold the tree that was walked against the edge that the log keeps."""
        n, kept = self.db.execute("SELECT n,frontier FROM tree").fetchone()
        if n != self.size:
            self.bad(max(0, min(n, self.size)), f"the tree counts {n} entries, the log has {self.size}")
        elif self.first_bad is None and kept != b"".join(each for _, each in self.edge):
            fits = [kept[32 * i : 32 * i + 32] == each for i, (_, each) in enumerate(self.edge)]
            start = sum(1 << level for level, _ in self.edge[: [*fits, False].index(False)])
            self.bad(start, "the tree from here on does not fit its kept edge")

    def checkpoints(self, origin: str, keys: Keys) -> list[tuple[int, bytes]]:
        """The stored checkpoints whose signatures are right or cannot be checked here, as (size, root)."""
        found, unchecked = [], False
        for n, note in self.db.execute("SELECT n,note FROM checkpoint WHERE kind='signed' ORDER BY n"):
            try:
                body, signatures = note.split("\n\n")
                name, size, encoded = body.split("\n")
                fits = [signature_fits(each, f"{body}\n".encode(), name, keys) for each in signatures.splitlines()]
                if (name, size) != (origin, str(n)) or not any(fits) or False in fits:
                    raise ValueError("it is another log's, or its signature is wrong")  # noqa: TRY301
                found.append((n, b64decode(encoded, validate=True)))
                unchecked |= "unchecked" in fits
            except (ValueError, AttributeError) as error:
                self.problems.append(f"checkpoint of {n} entries: {error}")
        if found and found[-1][0] > self.size:
            self.bad(self.size, f"it is missing: a checkpoint was signed over {found[-1][0]} entries")
        self.notes += ["no signature was checked: neither openssl nor Python's cryptography is here"] * unchecked
        return found


def read_keys(lines: str) -> Keys:
    """The Ed25519 keys (kind 1) among C2SP verifier keys, by name and key id."""
    split = [(name, b64decode(key)) for name, _, key in (each.split("+", 2) for each in lines.split())]
    return {(name, sha256(name.encode() + b"\n" + raw).digest()[:4]): raw[1:] for name, raw in split if raw[0] == 1}


def signature_fits(line: str, body: bytes, name: str, keys: Keys) -> bool | str | None:
    """Whether a signature is right; None for one of another kind, "unchecked" where no tool is here."""
    dash, signer, encoded = line.split(" ")
    raw = b64decode(encoded, validate=True)
    if dash != "\u2014" or signer != name:
        raise ValueError("a signature line is broken or another's")
    public = keys.get((signer, raw[:4]))
    if public is None:
        return None
    if not shutil.which("openssl"):
        with suppress(ImportError):
            from cryptography.exceptions import InvalidSignature
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

            with suppress(InvalidSignature):
                return Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], body) is None
            return False
        return "unchecked"
    with tempfile.TemporaryDirectory() as folder:
        key = bytes.fromhex("302a300506032b6570032100") + public
        for file, content in (("key", key), ("sig", raw[4:]), ("msg", body)):
            Path(folder, file).write_bytes(content)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -sigfile sig -in msg"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0  # noqa: S603, PLW1510


def main() -> int:
    """Verify the store that the command line names."""
    parser = argparse.ArgumentParser(description="Verify a record of OfRecord without OfRecord.")
    parser.add_argument("store", type=Path)
    parser.add_argument("--vkey", type=Path, help="the log's public keys, from elsewhere than the store")
    parser.add_argument("--json", action="store_true", help="on one line")
    options = parser.parse_args()
    path = options.store / "records.sqlite3" if options.store.is_dir() else options.store
    if not path.is_file():
        parser.error(f"there is no file {path}")
    sealed = not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)
    uri = f"file:{quote(str(path))}?mode=ro{'&immutable=1' * sealed}"
    media = options.store / "media" if options.store.is_dir() else None
    run = Verification(sqlite3.connect(uri, uri=True, isolation_level=None), media)
    try:
        run.run(options.vkey.read_text() if options.vkey else None)
    except (sqlite3.Error, OSError, TypeError, ValueError) as error:
        run.problems.append(f"the rest was not checked: {error}")
    run.notes += [] if media else ["captured files were not checked; name the store and not its database"]
    run.notes += [] if options.vkey else ["the keys are those that the store names; give --vkey a copy from elsewhere"]
    result = {"ok": not run.problems, "size": run.size, "root": root(run.edge).hex(), "first_bad": run.first_bad}
    result |= {"problems": run.problems, "notes": run.notes}
    print(json.dumps(result, indent=None if options.json else 2))  # noqa: T201
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
