import assert from "node:assert/strict";
import { type ErrorCode, errorCatalogue, errorSections, ServerError } from "#src/foundation/index.js";

/** Texts that clients compare, with what fills them in: docs/reference/errors.md. */
const TEXTS: [ErrorCode, Record<string, string | number>, number, string][] = [
  ["route_not_found", {}, 404, "Not found"],
  ["content_type_not_json", {}, 415, "unacceptable content-type, expected: application/json"],
  [
    "json_invalid",
    { detail: "missing field `db` at line 1 column 12" },
    400,
    "serde json error: missing field `db` at line 1 column 12",
  ],
  ["query_string_invalid", { detail: "missing field `db`" }, 400, "serde error: missing field `db`"],
  ["body_too_large", { limit: 10485760 }, 413, "max request size (10485760 bytes) exceeded"],
  ["not_authenticated", {}, 401, '{"error": "the request was not authenticated"}'],
  ["started_without_auth", {}, 405, "endpoint disabled, started without auth"],
  ["resource_not_found", { name: "t" }, 404, "the requested resource was not found: t"],
  ["database_not_found", { name: "foo" }, 404, "Database not found foo"],
  ["already_exists", {}, 409, "attempted to create a resource that already exists"],
  ["already_deleted", { name: "x" }, 409, "attempted to modify resource that was already deleted: x"],
  ["reserved_column", { name: "time" }, 400, "'time' is a reserved column"],
  [
    "column_type_conflict",
    { name: "c", expected: "iox::column_type::field::float", got: "iox::column_type::field::string" },
    400,
    "invalid column type for column 'c', expected iox::column_type::field::float, got iox::column_type::field::string",
  ],
  ["too_many_databases", { limit: 5 }, 422, "Adding a new database would exceed limit of 5 databases"],
  [
    "too_many_tables",
    { count: 2000, limit: 2000 },
    422,
    "Update to schema would exceed number of tables limit: attempted to create table but already have 2000 table(s) (limit: 2000)",
  ],
  [
    "too_many_columns",
    { limit: 500 },
    422,
    "Update to schema would exceed number of columns per table limit of 500 columns",
  ],
  ["token_name_taken", { name: "_admin" }, 409, "token name already exists, _admin"],
  ["operator_token_delete", {}, 405, "cannot delete operator token"],
  ["internal_database_delete", {}, 500, "cannot delete internal db"],
  ["internal_database_modify", {}, 500, "cannot modify internal db"],
  ["partial_write", {}, 400, "partial write of line protocol occurred"],
  ["line_protocol_error", {}, 400, "line protocol parsing error"],
  ["write_empty", {}, 400, "incoming write was empty"],
  ["query_database_not_found", { name: "foo" }, 404, "query error: database not found: foo"],
  [
    "trigger_running",
    { name: "t1" },
    500,
    "Cannot delete running plugin t1. Disable it first or use --force.",
  ],
  [
    "trigger_kind_restricted",
    { kind: "WalRows" },
    400,
    "invalid request: server is configured to reject WalRows plugin triggers",
  ],
  ["request_path_not_found", {}, 404, '{error: "not found"}'],
];

describe("the error catalogue", () => {
  for (const [code, values, status, text] of TEXTS) {
    it(`answers ${code} to the letter`, () => {
      const error = new ServerError(code, values);
      assert.equal(error.message, text);
      assert.equal(error.status, status);
    });
  }

  it("fills in values as they are, even where they look like places to fill in", () => {
    const error = new ServerError("column_type_conflict", { name: "{got}", expected: "$&", got: "x" });
    assert.equal(error.message, "invalid column type for column '{got}', expected $&, got x");
  });

  it("says for every error what to do about it", () => {
    for (const [code, entry] of Object.entries(errorCatalogue)) {
      assert.ok(entry.hint.length > 10, code);
      assert.ok(entry.status >= 400 && entry.status < 600, code);
    }
  });

  it("lists each error in exactly one section", () => {
    const listed = errorSections.flatMap(({ errors }) => Object.keys(errors));
    assert.deepEqual([...listed].sort(), Object.keys(errorCatalogue).sort());
  });
});
