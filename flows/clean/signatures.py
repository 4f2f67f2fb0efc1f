"""MinHash signatures of texts, for finding near-duplicates without comparing every pair."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

from flows.clean.text import words_of

N_PERMUTATIONS = 128
# 2**31 - 1 is prime; a * x + b with a, b, x below it stays below 2**62, so that 64-bit integers hold it everywhere.
_PRIME = (1 << 31) - 1
_EMPTY = _PRIME  # what no permutation can give: the signature of a text without words


def _coefficients() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Fixed pairs (a, b), one for each permutation, from a linear congruential generator written out here.

    numpy's generators may change between versions; signatures lie in the warehouse and must not.
    """
    state, values = 0x5EED, []
    for _ in range(2 * N_PERMUTATIONS):
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        values.append((state >> 33) % (_PRIME - 1) + 1)
    both = np.array(values, dtype=np.uint64)
    return both[::2].reshape(-1, 1), both[1::2].reshape(-1, 1)


_A, _B = _coefficients()


def signature(text: str) -> list[int]:
    """The MinHash signature of a text: 128 whole numbers below 2**32.

    The share of equal positions of two signatures estimates the Jaccard similarity of the texts' sets of word trigrams
    (lower case, punctuation ignored; standard error 0.044 at most). Equal on every run and machine. A text of one or
    two words is taken as one shingle; a text without words gives a constant signature.
    """
    words = words_of(text)
    if not words:
        return [_EMPTY] * N_PERMUTATIONS
    shingles = {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}
    hashes = np.fromiter(
        (zlib.crc32(s.encode("utf-8", "surrogatepass")) % _PRIME for s in shingles),
        dtype=np.uint64,
        count=len(shingles),
    )
    lowest = np.full(N_PERMUTATIONS, _EMPTY, dtype=np.uint64)
    for start in range(0, len(hashes), 4096):  # bounds memory at 128 x 4096 x 8 bytes whatever the text's length
        permuted = (_A * hashes[start : start + 4096] + _B) % np.uint64(_PRIME)
        lowest = np.minimum(lowest, permuted.min(axis=1))
    return [int(v) for v in lowest]


def similarity(one: list[int], other: list[int]) -> float:
    """Estimated Jaccard similarity of two texts from their signatures: 0 to 1."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / N_PERMUTATIONS
