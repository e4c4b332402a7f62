"""A small plugin as people write them: a hundred rows in, one line out, one log line, a cache."""


def process_writes(influxdb3_local, table_batches, args=None):
    for batch in table_batches:
        rows = batch["rows"]
        total = sum(row["usage_user"] for row in rows)
        seen = influxdb3_local.cache.get("seen", 0) + len(rows)
        influxdb3_local.cache.put("seen", seen)
        line = LineBuilder("cpu_average").tag("source", batch["table_name"])
        line.float64_field("usage_user", total / len(rows)).int64_field("seen", seen).time_ns(rows[-1]["time"])
        influxdb3_local.write(line)
        influxdb3_local.info("averaged", len(rows), "rows")
