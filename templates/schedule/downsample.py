"""
{
  "plugin_type": ["scheduled"],
  "scheduled_args_config": [
    {"name": "source", "example": "home", "description": "Table that is read", "required": true},
    {"name": "target", "example": "home_5m", "description": "Table that is written", "required": true},
    {"name": "field", "example": "temp", "description": "Field that is averaged", "required": true},
    {"name": "tag", "example": "room", "description": "Tag that keeps the averages apart", "required": true},
    {"name": "minutes", "example": "5", "description": "How far to look back; default 5", "required": false}
  ]
}
"""


def process_scheduled_call(influxdb3_local, call_time, args=None):
    """Writes the average of the last minutes for each value of a tag."""
    source, target, field, tag = required(args, "source", "target", "field", "tag")
    minutes = int(args.get("minutes", "5"))

    # Names cannot be parameters of a query, so they are quoted here; values can.
    rows = influxdb3_local.query(
        f"""
        SELECT {name(tag)} AS tag, avg({name(field)}) AS average, count({name(field)}) AS readings
        FROM {name(source)}
        WHERE time >= now() - INTERVAL '{minutes} minutes' AND time < now()
        GROUP BY {name(tag)}
        """
    )
    if not rows:
        influxdb3_local.info(f"nothing in {source} in the last {minutes} minutes")
        return
    time_ns = int(call_time.timestamp()) * 1_000_000_000
    for row in rows:
        line = LineBuilder(target).tag(tag, row["tag"]).float64_field(field, row["average"])
        influxdb3_local.write(line.int64_field("readings", row["readings"]).time_ns(time_ns))
    influxdb3_local.info(f"wrote {len(rows)} averages to {target}")


def name(text):
    return '"' + text.replace('"', '""') + '"'


def required(args, *names):
    missing = [name for name in names if name not in (args or {})]
    if missing:
        raise ValueError(f"trigger arguments are missing: {', '.join(missing)}")
    return [args[name] for name in names]
