#!/usr/bin/env node
// CommonJS on purpose: the size of libuv's thread pool is fixed when the first module uses it, and DuckDB
// runs its queries there, so this has to be set before anything else loads.
process.env.UV_THREADPOOL_SIZE ??= "16";
// The client of object stores would tell every user on Node 20 that a later release of it will want a newer one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
import("../bundle/main.js").then((cli) => cli.main()).then((exitCode) => process.exit(exitCode));
