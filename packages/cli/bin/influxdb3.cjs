#!/usr/bin/env node
// CommonJS on purpose: the size of libuv's thread pool is fixed when the first module uses it, and DuckDB
// runs its queries there, so this has to be set before anything else loads.
process.env.UV_THREADPOOL_SIZE ??= "16";
import("../bundle/main.js").then((cli) => cli.main()).then((exitCode) => process.exit(exitCode));
