import assert from "node:assert/strict";
import { timeZoneFile, timeZoneNames } from "#src/timezone/index.js";
import { type Python, startPython } from "./support.ts";

const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
];
const SEED = Math.floor(Math.random() * 2 ** 31);

describe("time zones", () => {
  let python: Python;
  before(async () => {
    python = await startPython();
  });
  after(() => python.close());

  it(`agree with ICU at random moments (seed ${SEED})`, async () => {
    for (const zone of ZONES) {
      const source = `
import datetime, random, zoneinfo
random.seed(${SEED})
zone = zoneinfo.ZoneInfo("${zone}")
rows = []
for _ in range(100):
    moment = random.randrange(0, 4_000_000_000)
    offset = datetime.datetime.fromtimestamp(moment, zone).utcoffset()
    rows.append(f"{moment}:{int(offset.total_seconds())}")
result = " ".join(rows)`;
      const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
      for (const row of (await python.evaluate(source)).split(" ")) {
        const [moment, offset] = row.split(":").map(Number) as [number, number];
        const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(moment * 1000))!;
        const size = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
        assert.equal(offset, sign === "-" ? -size : size, `${zone} at ${moment}`);
      }
    }
  });

  it("name standard and summer time, and tell which is which", async () => {
    const source = `
import datetime, zoneinfo
def show(zone, month):
    moment = datetime.datetime(2026, month, 1, tzinfo=zoneinfo.ZoneInfo(zone))
    return f"{moment.tzname()} {moment.dst()}"
result = [show("Europe/Berlin", 1), show("Europe/Berlin", 7), show("America/New_York", 7), show("UTC", 7)]`;
    assert.equal(
      await python.evaluate(source),
      "['CET 0:00:00', 'CEST 1:00:00', 'EDT 1:00:00', 'UTC 0:00:00']",
    );
  });

  it("are listed, and unknown ones raise what zoneinfo raises", async () => {
    assert.equal(
      await python.evaluate("import zoneinfo\nresult = 'UTC' in zoneinfo.available_timezones()"),
      "True",
    );
    for (const name of ["Nowhere/City", "+05:30", "europe/berlin", "Europe/Berlin/..", ""]) {
      const source = `import zoneinfo\nzoneinfo.ZoneInfo(${JSON.stringify(name)})`;
      assert.match(
        await python.evaluate(source),
        /^!(ZoneInfoNotFoundError|ValueError|IsADirectoryError)/,
        name,
      );
    }
    assert.ok(timeZoneNames().length > 300);
    assert.equal(timeZoneFile("Nowhere/City"), undefined);
  });
});
