// Mocha's spec reporter, and the figures of the run: in the file that scripts/run-tests.mjs names, or as a closing line.
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      const file = process.env.MILLRACE_TEST_COUNTS;
      if (file === undefined) process.stdout.write(`${passes} passed, ${failures} failed\n`);
      else writeFileSync(file, JSON.stringify({ passes, failures }));
    });
  }
}

module.exports = CountingReporter;
