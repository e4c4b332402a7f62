"""
{
  "plugin_type": ["onwrite"],
  "onwrite_args_config": [
    {"name": "table", "example": "home", "description": "Table whose rows are checked", "required": true},
    {"name": "field", "example": "temp", "description": "Field that is compared with the limit", "required": true},
    {"name": "limit", "example": "30.0", "description": "Values above this raise an alert", "required": true}
  ]
}
"""


def process_writes(influxdb3_local, table_batches, args=None):
    """Writes a row to 'alerts' for every value above the limit."""
    table, field, limit = required(args, "table", "field", "limit")
    limit = float(limit)

    for batch in table_batches:
        if batch["table_name"] != table:
            continue
        for row in batch["rows"]:
            # Rows hold only what was written: a field may be missing.
            value = row.get(field)
            if value is None or value <= limit:
                continue
            influxdb3_local.warn(f"{field} is {value}, above {limit}")
            alert = LineBuilder("alerts").tag("table", table).tag("field", field)
            alert.float64_field("value", value).float64_field("limit", limit)
            influxdb3_local.write(alert.time_ns(row["time"]))


def required(args, *names):
    missing = [name for name in names if name not in (args or {})]
    if missing:
        raise ValueError(f"trigger arguments are missing: {', '.join(missing)}")
    return [args[name] for name in names]
