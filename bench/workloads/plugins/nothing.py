def process_writes(influxdb3_local, table_batches, args=None):
    pass


def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
    return ""
