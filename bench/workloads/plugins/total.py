def process_writes(influxdb3_local, table_batches, args=None):
    total = 0
    for batch in table_batches:
        for row in batch["rows"]:
            total += row["usage_user"]
    influxdb3_local.cache.put("total", influxdb3_local.cache.get("total", 0) + total)
