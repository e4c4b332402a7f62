"""
{
  "plugin_type": ["onwrite"],
  "onwrite_args_config": [
    {"name": "target", "example": "21.5", "description": "Temperature that feels right, in degrees Celsius", "required": false}
  ]
}
"""


def process_writes(influxdb3_local, table_batches, args=None):
    """Rates every room reading: how far from the target temperature, and how it compares with the room's average."""
    target = float((args or {}).get("target", "21.5"))

    for batch in table_batches:
        if batch["table_name"] != "home":
            continue
        for row in batch["rows"]:
            if "temp" not in row or "room" not in row:
                continue
            average = room_average(influxdb3_local, row["room"])
            deviation = row["temp"] - target
            verdict = "comfortable" if abs(deviation) <= 1.0 else "too warm" if deviation > 0 else "too cold"
            influxdb3_local.info(f"{row['room']}: {row['temp']} degrees is {verdict}")

            line = LineBuilder("comfort").tag("room", row["room"]).string_field("verdict", verdict)
            line.float64_field("deviation", round(deviation, 2))
            if average is not None:
                line.float64_field("above_average", round(row["temp"] - average, 2))
            influxdb3_local.write(line.time_ns(row["time"]))


def room_average(influxdb3_local, room):
    rows = influxdb3_local.query("SELECT avg(temp) AS average FROM home WHERE room = $room", {"room": room})
    return rows[0]["average"] if rows else None
