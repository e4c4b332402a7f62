import {
  clearRetentionQuery,
  createTableBody,
  databaseBody,
  deleteDatabaseQuery,
  deleteTableQuery,
  GrammarError,
  type HardDelete,
  listDatabasesQuery,
  parseHardDelete,
  routes,
  setRetentionQuery,
} from "@millrace/api";
import type { Router } from "express";
import { ServerError } from "../../foundation/index.ts";
import { jsonBody, queryString } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { sendEmpty } from "../respond.ts";

/** Databases, their retention, and tables. */
export function databaseRoutes(router: Router, parts: HttpParts): void {
  const { catalog, maxRequestBytes } = parts;

  router.get(routes.database.path, async (request, response) => {
    const { format, show_deleted: showDeleted } = queryString(listDatabasesQuery, request);
    const encoded = parts.listDatabases(format, showDeleted);
    response.setHeader("content-type", encoded.contentType);
    response.end(encoded.bytes);
  });
  router.post(routes.database.path, async (request, response) => {
    const body = await jsonBody(databaseBody, request, maxRequestBytes);
    await catalog.createDatabase(body.db, { retentionPeriodNs: body.retention_period ?? null });
    sendEmpty(response, 200);
  });
  router.put(routes.database.path, async (request, response) => {
    const body = await jsonBody(databaseBody, request, maxRequestBytes);
    await catalog.setRetention(body.db, body.retention_period ?? null);
    sendEmpty(response, 200);
  });
  router.delete(routes.database.path, async (request, response) => {
    const query = queryString(deleteDatabaseQuery, request);
    await catalog.deleteDatabase(query.db, hardDelete(query.hard_delete_at));
    sendEmpty(response, 200);
  });
  router.post(routes.retentionPeriod.path, async (request, response) => {
    const query = queryString(setRetentionQuery, request);
    await catalog.setRetention(query.db, query.duration);
    sendEmpty(response, 204);
  });
  router.delete(routes.retentionPeriod.path, async (request, response) => {
    await catalog.setRetention(queryString(clearRetentionQuery, request).db, null);
    sendEmpty(response, 204);
  });

  router.post(routes.table.path, async (request, response) => {
    const body = await jsonBody(createTableBody, request, maxRequestBytes);
    await catalog.createTable(body.db, body.table, body.tags, body.fields);
    sendEmpty(response, 200);
  });
  router.delete(routes.table.path, async (request, response) => {
    const query = queryString(deleteTableQuery, request);
    await catalog.deleteTable(query.db, query.table, hardDelete(query.hard_delete_at));
    sendEmpty(response, 200);
  });
}

function hardDelete(text: string | undefined): HardDelete {
  if (text === undefined) return { kind: "default" };
  try {
    return parseHardDelete(text);
  } catch (error) {
    if (error instanceof GrammarError) {
      const detail = error.message.replace(/^Cannot parse the timestamp: /, "");
      throw new ServerError("hard_delete_time_invalid", { detail });
    }
    throw error;
  }
}
