"""
{
  "plugin_type": ["http"],
  "http_args_config": [
    {"name": "table", "example": "home", "description": "Table that is read", "required": true},
    {"name": "tag", "example": "room", "description": "Tag that callers choose a value of", "required": true}
  ]
}
"""

import json


def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
    """Answers GET ?value=… or POST {"value": "…"} with the latest row of that tag value."""
    table, tag = (args or {})["table"], args["tag"]
    try:
        value = chosen_value(query_parameters, request_body)
    except (ValueError, KeyError, TypeError) as problem:
        influxdb3_local.warn("refused a request:", problem)
        return {"error": f"name the {tag}: ?value=… or a JSON body with \"value\""}, 400

    rows = influxdb3_local.query(
        f'SELECT * FROM {name(table)} WHERE {name(tag)} = $value ORDER BY time DESC LIMIT 1',
        {"value": value},
    )
    if not rows:
        return {"error": f"{table} has nothing of {tag} {value}"}, 404
    return rows[0], {"Cache-Control": "no-store"}


def chosen_value(query_parameters, request_body):
    if "value" in query_parameters:
        return query_parameters["value"]
    return str(json.loads(request_body)["value"])


def name(text):
    return '"' + text.replace('"', '""') + '"'
