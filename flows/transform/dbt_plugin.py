"""dbt-duckdb plugin: gives SQL the function `name_key`, the very one the coder and the gazetteer use."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from dbt.adapters.duckdb.plugins import BasePlugin

from flows.names import name_key


def _name_keys(names: Any) -> Any:
    """`name_key` of each distinct value of an Arrow column, in the order of the column."""
    encoded = pc.dictionary_encode(names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names)
    keys = pa.array([name_key(n) for n in encoded.dictionary.to_pylist()], type=pa.string())
    return pc.take(keys, encoded.indices)


class Plugin(BasePlugin):
    """Registers the SQL functions of the project on each connection that dbt opens."""

    def configure_connection(self, conn: Any) -> None:
        """Register `name_key(varchar) -> varchar` (null in, null out)."""
        conn.create_function("name_key", _name_keys, ["VARCHAR"], "VARCHAR", type="arrow", null_handling="special")
