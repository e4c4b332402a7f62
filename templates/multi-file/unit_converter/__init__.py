"""
{
  "plugin_type": ["onwrite"],
  "onwrite_args_config": [
    {"name": "table", "example": "home", "description": "Table whose rows are converted", "required": true},
    {"name": "units", "example": "temp:celsius:fahrenheit", "description": "field:from:to, several separated by semicolons", "required": true}
  ]
}
"""

from .conversions import convert
from .settings import Settings


def process_writes(influxdb3_local, table_batches, args=None):
    """Writes every row anew with its values in other units, to '<table>_converted'."""
    settings = Settings.of(args or {})
    written = 0
    for batch in table_batches:
        if batch["table_name"] != settings.table:
            continue
        for row in batch["rows"]:
            line = LineBuilder(f"{settings.table}_converted")
            found = [unit for unit in settings.units if row.get(unit.field) is not None]
            if not found:
                continue
            for unit in found:
                line.float64_field(f"{unit.field}_{unit.to}", convert(row[unit.field], unit.source, unit.to))
            influxdb3_local.write(line.time_ns(row["time"]))
            written += 1
    influxdb3_local.info(f"converted {written} rows")
