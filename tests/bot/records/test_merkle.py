from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records import merkle

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.integers(1, 130)


def leaves_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % i) for i in range(size)]


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def perfect_of(leaves: list[bytes]) -> merkle.Perfect:
    return lambda level, index: merkle.fold(leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    frontier = merkle.Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(merkle.leaf_hash(bytes.fromhex(leaf)))
    assert frontier.root().hex() == ROOTS[size]


@given(sizes)
def test_the_frontier_has_the_root_of_the_definition(size: int) -> None:
    frontier = merkle.Frontier()
    for leaf in leaves_of(size):
        frontier.append(leaf)
    assert frontier.root() == naive_root(leaves_of(size))
    assert merkle.Frontier.load(size, frontier.dump()).root() == frontier.root()
    assert merkle.root_of(perfect_of(leaves_of(size)), 0, size) == frontier.root()


def test_a_frontier_names_the_subtrees_that_a_leaf_completes() -> None:
    frontier = merkle.Frontier()
    completed = [[level for level, _ in frontier.append(leaf)] for leaf in leaves_of(8)]
    assert completed == [[], [1], [], [1, 2], [], [1], [], [1, 2, 3]]


def test_a_stored_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="no frontier"):
        merkle.Frontier.load(3, bytes(32))


@given(sizes.flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_an_inclusion_proof_leads_to_the_root(case: tuple[int, int]) -> None:
    size, index = case
    leaves = leaves_of(size)
    proof = merkle.inclusion_proof(perfect_of(leaves), index, size)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, naive_root(leaves))


@given(st.integers(2, 130), st.data())
def test_an_altered_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    proof = merkle.inclusion_proof(perfect_of(leaves), index, size)
    place = data.draw(st.integers(0, len(proof) - 1))
    altered = [*proof[:place], merkle.leaf_hash(proof[place]), *proof[place + 1 :]]
    root = naive_root(leaves)
    assert not merkle.verify_inclusion(leaves[index], index, size, altered, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other"), index, size, proof, root)


@given(sizes.flatmap(lambda new: st.tuples(st.integers(0, new), st.just(new))))
def test_a_consistency_proof_joins_two_roots(case: tuple[int, int]) -> None:
    old, new = case
    leaves = leaves_of(new)
    proof = merkle.consistency_proof(perfect_of(leaves), old, new)
    assert merkle.verify_consistency(old, new, naive_root(leaves[:old]), naive_root(leaves), proof)


@given(st.integers(2, 130).flatmap(lambda new: st.tuples(st.integers(1, new - 1), st.just(new))))
def test_no_proof_joins_a_log_to_one_that_was_rewritten(case: tuple[int, int]) -> None:
    old, new = case
    leaves = leaves_of(new)
    proof = merkle.consistency_proof(perfect_of(leaves), old, new)
    rewritten = naive_root([merkle.leaf_hash(b"other"), *leaves[1:old]])
    assert not merkle.verify_consistency(old, new, rewritten, naive_root(leaves), proof)
    assert not merkle.verify_consistency(old, new, naive_root(leaves[:old]), rewritten, proof)
    assert not merkle.verify_consistency(old, new, naive_root(leaves[:old]), naive_root(leaves), proof[:-1])


def test_proofs_outside_the_tree_are_refused() -> None:
    perfect = perfect_of(leaves_of(4))
    with pytest.raises(ValueError, match="not among"):
        merkle.inclusion_proof(perfect, 4, 4)
    with pytest.raises(ValueError, match="does not continue"):
        merkle.consistency_proof(perfect, 5, 4)
    assert not merkle.verify_inclusion(bytes(32), 4, 4, [], bytes(32))
    assert not merkle.verify_consistency(5, 4, bytes(32), bytes(32), [])
