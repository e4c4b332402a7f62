import { section } from "../option-spec.ts";

const CLUSTER_ID = [
  "You've incorrectly specified a cluster-id for InfluxDB 3 Core OSS.",
  "Cluster-id is an InfluxDB 3 Enterprise parameter. Did you install Core in an upgrade or run Core by mistake?",
  "Remove --cluster-id to run InfluxDB 3 Core OSS.",
].join("\n\n");

/** Names that every file system can hold and that stay inside the data directory. */
function nodeIdProblem(text: string): string | undefined {
  if (text === "") return "the node id cannot be empty";
  if (Buffer.byteLength(text) > 200) return "the node id is longer than 200 bytes";
  if (/[\u0000-\u001f\u007f/\\<>:"|?*]/.test(text) || /^\.|[. ]$/.test(text)) {
    return "the node id names a directory: it cannot begin with '.', end with '.' or ' ', or contain any of / \\ < > : \" | ? *";
  }
  return undefined;
}

export const identityOptions = section("Required", [
  {
    name: "node-id",
    aliases: ["host-id", "writer-id"],
    env: ["INFLUXDB3_NODE_IDENTIFIER_PREFIX", "INFLUXDB3_NODE_ID"],
    type: "string",
    metavar: "NODE_IDENTIFIER_PREFIX",
    description: "Name of this server; everything it stores lies under it. Default: `<hostname>-node`",
    problem: nodeIdProblem,
  },
  {
    name: "node-id-from-env",
    env: ["INFLUXDB3_NODE_IDENTIFIER_FROM_ENV", "INFLUXDB3_NODE_ID_FROM_ENV"],
    type: "string",
    metavar: "NODE_IDENTIFIER_FROM_ENV",
    description: "Take the node id from the environment variable of this name",
  },
  {
    name: "cluster-id",
    env: [],
    type: "string",
    description: "Refused: belongs to InfluxDB 3 Enterprise",
    hidden: true,
    problem: () => CLUSTER_ID,
  },
]);
