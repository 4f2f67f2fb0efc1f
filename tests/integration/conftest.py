"""One home in which the bundled sample was run once, shared by all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import sitrep


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after one `sitrep run`; its summary lies in summary.json."""
    folder = tmp_path_factory.mktemp("sample")
    done = sitrep("run", "--home", folder, "--json")
    assert done.returncode == 0, done.stderr[-3000:]
    (folder / "summary.json").write_text(done.stdout)
    return folder
