/**
 * The product's main job on real input, in front of the user's eyes: load sensor data, test a plugin, let a
 * trigger run it, see what it wrote. Then the server stays up to be played with (`--exit` ends instead).
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type CommandResult, runCli, type ServerProcess, startServer } from "./processes.ts";
import { createScreen } from "./screen.ts";
import { listenForKeys, untilStopped } from "./session.ts";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const home = path.join(root, ".millrace", "quickstart");
const paths = {
  bin: path.join(root, "packages", "cli", "bin", "influxdb3.cjs"),
  dataDir: path.join(home, "data"),
  pluginDir: path.join(home, "plugins"),
  logFile: path.join(home, "server.log"),
  tokenFile: path.join(home, "admin-token"),
};
const database = "sensors";
const trigger = "rate_rooms";
const plugin = "room_comfort.py";
const sampleLine = "home,room=Kitchen temp=23.9,hum=36.5,co=9i";
const pluginArguments = "target=21.0";

const screen = createScreen(process.stdout, process.env);
const exitAtEnd = process.argv.includes("--exit");

interface Session {
  server: ServerProcess;
  env: Record<string, string>;
}

async function main(): Promise<number> {
  mkdirSync(paths.pluginDir, { recursive: true });
  cpSync(path.join(root, "examples", "plugins", plugin), path.join(paths.pluginDir, plugin));

  screen.say(screen.paint("bold", "Millrace: plugins for InfluxDB 3, from a test to a trigger"));
  screen.heading("Start a server on a file store of its own");
  screen.command("influxdb3 serve --node-id quickstart --object-store file --data-dir … --plugin-dir …");
  const server = await startServer(paths, 8181);
  const session: Session = { server, env: { INFLUXDB3_HOST_URL: server.url } };
  try {
    screen.say(`listening on ${server.url}`);
    await signIn(session);
    await loadData(session);
    await testPlugin(session);
    await runTrigger(session);
    if (!exitAtEnd) await keepServing(session);
    return 0;
  } finally {
    await server.stop();
    screen.say("");
    screen.say(`The server stopped; its data stays in ${path.relative(process.cwd(), paths.dataDir)}.`);
  }
}

async function signIn(session: Session): Promise<void> {
  if (!existsSync(paths.tokenFile)) {
    const created = await cli(session, ["create", "token", "--admin", "--format", "json"]);
    const { token } = JSON.parse(created.stdout) as { token: string };
    writeFileSync(paths.tokenFile, token, { mode: 0o600 });
    screen.say(`admin token created and kept in ${path.relative(process.cwd(), paths.tokenFile)}`);
  }
  session.env["INFLUXDB3_AUTH_TOKEN"] = readFileSync(paths.tokenFile, "utf8").trim();
}

async function loadData(session: Session): Promise<void> {
  screen.heading("Load a day of readings from two rooms");
  const file = path.join("examples", "data", "home.lp");
  screen.command(`influxdb3 write --database ${database} --precision s --file ${file}`);
  await cli(session, ["write", "-q", "-d", database, "--precision", "s", "--file", path.join(root, file)]);
  const sql =
    "SELECT room, count(*) AS readings, min(temp) AS coldest, max(temp) AS warmest FROM home GROUP BY room ORDER BY room";
  await showQuery(session, sql);
}

async function testPlugin(session: Session): Promise<void> {
  screen.heading("Test a plugin: nothing is written, everything is shown");
  const options = ["--lp", sampleLine, "--input-arguments", pluginArguments];
  screen.command(
    `influxdb3 test wal_plugin --database ${database} --lp "${sampleLine}" --input-arguments ${pluginArguments} ${plugin}`,
  );
  const result = await cli(session, ["test", "wal_plugin", "-d", database, ...options, plugin]);
  const answer = JSON.parse(result.stdout) as {
    log_lines: string[];
    database_writes: Record<string, string[]>;
    errors: string[];
  };
  const rows = [
    ...answer.log_lines.map((line) => ["log", line]),
    ...Object.entries(answer.database_writes).flatMap(([name, lines]) =>
      lines.map((line) => [`would write to ${name}`, line]),
    ),
    ...answer.errors.map((line) => ["error", line]),
  ];
  screen.table(["what the plugin did", "text"], rows);
  if (answer.errors.length > 0) throw new Error(`the plugin test failed\n${result.stderr.trim()}`);
}

async function runTrigger(session: Session): Promise<void> {
  screen.heading("Let a trigger run it on every write to the table");
  await runCli(paths.bin, ["delete", "trigger", "--force", "-d", database, trigger], session.env);
  const spec = ["--trigger-spec", "table:home", "--trigger-arguments", "target=21.0"];
  screen.command(
    `influxdb3 create trigger --database ${database} --path ${plugin} ${spec.join(" ")} ${trigger}`,
  );
  await cli(session, ["create", "trigger", "-d", database, "--path", plugin, ...spec, trigger]);
  screen.command(`influxdb3 enable trigger --database ${database} ${trigger}`);
  await cli(session, ["enable", "trigger", "-d", database, trigger]);
  await writeAndShow(session);
}

/** Writes a reading and waits for the row that the trigger makes of it, or for its complaint. */
async function writeAndShow(session: Session): Promise<void> {
  const [rows, errors] = [await count(session, "comfort"), await count(session, errorRows)];
  screen.command(`influxdb3 write --database ${database} "${sampleLine}"`);
  await cli(session, ["write", "-q", "-d", database, sampleLine]);
  const deadlineMs = Date.now() + 30_000;
  while ((await count(session, "comfort")) === rows) {
    if ((await count(session, errorRows)) > errors) {
      screen.say(screen.paint("red", "the plugin failed; the server log has the traceback"));
      await showQuery(session, `SELECT log_text FROM ${errorRows} ORDER BY event_time DESC LIMIT 1`);
      return;
    }
    if (Date.now() > deadlineMs) throw new Error(`trigger ${trigger} wrote nothing; see ${paths.logFile}`);
  }
  await showQuery(session, "SELECT * FROM comfort ORDER BY time DESC LIMIT 3");
  await showQuery(
    session,
    "SELECT trigger_name, log_level, log_text FROM system.processing_engine_logs ORDER BY event_time DESC LIMIT 3",
  );
}

const errorRows = "system.processing_engine_logs WHERE log_level = 'ERROR'";

/** Rows of a source; 0 while it does not exist. */
async function count(session: Session, source: string): Promise<number> {
  const sql = `SELECT count(*) AS n FROM ${source}`;
  const answer = await runCli(paths.bin, ["query", "-d", database, "--format", "json", sql], session.env);
  if (answer.exitCode !== 0) return 0;
  return (JSON.parse(answer.stdout) as { n: number }[])[0]?.n ?? 0;
}

async function showQuery(session: Session, sql: string): Promise<void> {
  screen.command(`influxdb3 query --database ${database} "${sql}"`);
  const { stdout } = await cli(session, ["query", "-d", database, sql]);
  for (const line of stdout.trimEnd().split("\n")) screen.say(line);
}

async function keepServing(session: Session): Promise<void> {
  const relative = (file: string): string => path.relative(process.cwd(), file);
  screen.heading("Yours to play with");
  screen.table(
    ["what", "where"],
    [
      ["HTTP API", session.server.url],
      ["admin token", relative(paths.tokenFile)],
      ["plugins (edit them: the next run uses the new text)", relative(paths.pluginDir)],
      ["data", relative(paths.dataDir)],
      ["server log", relative(paths.logFile)],
    ],
  );
  screen.say("Next, in another terminal:");
  screen.command(
    `export INFLUXDB3_HOST_URL=${session.server.url} INFLUXDB3_AUTH_TOKEN=$(cat ${relative(paths.tokenFile)})`,
  );
  screen.command(
    `npx influxdb3 test wal_plugin -d ${database} --lp "${sampleLine}" --input-arguments target=25 ${plugin}`,
  );
  screen.command(`npx influxdb3 show system -d ${database} table processing_engine_logs`);
  screen.command(`npx influxdb3 query -d ${database} "SELECT * FROM comfort"`);
  const keys = listenForKeys(screen, {
    t: ["test the plugin again", () => testPlugin(session)],
    w: ["write a reading and see what the trigger makes of it", () => writeAndShow(session)],
  });
  await untilStopped(session.server.process, keys);
}

async function cli(session: Session, args: string[]): Promise<CommandResult> {
  const result = await runCli(paths.bin, args, session.env);
  if (result.exitCode !== 0)
    throw new Error(`influxdb3 ${args[0]} ${args[1] ?? ""}: ${result.stderr.trim()}`);
  return result;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\nquick start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
