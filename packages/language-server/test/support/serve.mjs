// What bin/millrace-language-server.mjs does with the bundle, with the code that was compiled last.
import { main } from "../../dist/main.js";

main({ checkerScript: process.env.MILLRACE_TEST_CHECKER });
