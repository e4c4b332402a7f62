// A real S3 server. Arguments: directory, bucket. Prints its port, and ends when its input does.
import S3rver from "s3rver";

const [, , directory, bucket] = process.argv;
const server = new S3rver({
  address: "127.0.0.1",
  port: 0,
  silent: true,
  directory,
  configureBuckets: [{ name: bucket }],
});
const { port } = await server.run();
process.stdout.write(`${port}\n`);
process.stdin.resume().once("end", () => process.exit(0));
