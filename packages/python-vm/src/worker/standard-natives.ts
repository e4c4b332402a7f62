import { timeZoneFile, timeZoneNames } from "../timezone/index.ts";
import type { Bridge } from "./bridge.ts";
import type { CPython } from "./cpython.ts";
import type { NativeFunction } from "./native-functions.ts";

/** What CPython itself lacks in this sandbox, whoever embeds it. prelude/vm.py puts it behind the usual modules. */
export function standardNatives(python: CPython, bridge: Bridge): Record<string, NativeFunction> {
  return {
    sleep: (seconds) => {
      bridge.sleep(python.readFloat(seconds!) * 1000);
      return python.newNone();
    },
    time_zone_file: (key) => {
      const file = timeZoneFile(python.readString(key!));
      return file === undefined ? python.newNone() : python.newBytes(file);
    },
    time_zone_names: () => python.newString(timeZoneNames().join("\n")),
  };
}
