// The S3 server and its fault proxy as a process: `node --import tsx packages/server/test/support/s3/main.ts [PORT]`.
// Prints one JSON line with endpoint, bucket and keys; rules are set with `POST /-/rules`.
import { startS3 } from "./start-s3.ts";

const port = Number(process.argv[2] ?? 0);
const { endpoint, bucket, accessKeyId, secretAccessKey, stop } = await startS3({ listenPort: port });
process.stdout.write(`${JSON.stringify({ endpoint, bucket, accessKeyId, secretAccessKey })}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
