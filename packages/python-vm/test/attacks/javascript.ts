import type { Attack } from "./attack.ts";
import { FIND_PROXIES } from "./find-proxies.ts";

/** To the JavaScript side: globals, modules, proxies, constructors. */
export const javascript: Attack[] = [
  {
    name: "import js",
    reaches: "Node's process object",
    code: "import js\nresult = 'ESCAPED ' + str(js.process.env)",
  },
  {
    name: "find the js module again through the import machinery",
    reaches: "the JavaScript global object",
    code: `
import importlib, sys
from _pyodide._importhook import jsfinder, register_js_finder
register_js_finder()
sys.meta_path.insert(0, jsfinder)
module = importlib.import_module("js")
result = "ESCAPED " + str(module.process.env)`,
  },
  {
    name: "run_js",
    reaches: "JavaScript code of the attacker's choice",
    code: "from pyodide.code import run_js\nresult = 'ESCAPED ' + str(run_js('process.pid'))",
  },
  {
    name: "pyodide_js",
    reaches: "Pyodide's module object with every C function and the file system",
    code: "import pyodide_js\nresult = 'ESCAPED ' + str(pyodide_js._module.FS)",
  },
  {
    name: "mountNodeFS through the finder's registry",
    reaches: "the host's root directory",
    code: `
import sys, os
for finder in sys.meta_path + [__import__("_pyodide._importhook")._importhook.jsfinder]:
    proxies = getattr(finder, "jsproxies", {})
    if "pyodide_js" in proxies:
        proxies["pyodide_js"].mountNodeFS("/host", "/")
        result = "ESCAPED " + str(os.listdir("/host"))`,
  },
  {
    name: "constructor of a converted list",
    reaches: "the Function constructor: code from a string",
    code: `
from pyodide.ffi import to_js
function = to_js([]).constructor.constructor
result = "ESCAPED " + str(function("return process.pid")())`,
  },
  {
    name: "constructor of a proxy function",
    reaches: "the Function constructor",
    code: `
from pyodide.ffi import create_proxy
result = "ESCAPED " + str(create_proxy(lambda: 1).constructor.constructor("return process.version")())`,
  },
  {
    name: "dict converter of to_js",
    reaches: "a JavaScript function that is called with the attacker's arguments",
    code: `
from pyodide.ffi import to_js, create_proxy
seen = []
to_js({"a": 1}, dict_converter=create_proxy(lambda entries: seen.append(entries)))
result = "ESCAPED " + str(seen[0].constructor) if seen else "nothing"`,
  },
  {
    name: "default converter of to_js",
    reaches: "JavaScript conversion helpers as values",
    code: `
from pyodide.ffi import to_js
helpers = []
to_js([object()], default_converter=lambda value, convert, cache: helpers.append(convert))
result = "ESCAPED " + str(helpers[0].constructor.constructor) if helpers else "nothing"`,
  },
  {
    name: "new on a JavaScript array",
    reaches: "construction of JavaScript objects",
    code: "from pyodide.ffi import to_js\nresult = 'ESCAPED ' + str(to_js([1]).new())",
  },
  {
    name: "attributes of a JavaScript exception",
    reaches: "the Error constructor, from it Function",
    code: `
from pyodide.ffi import JsException, to_js
try:
    to_js({object(): object()})
except JsException as error:
    result = "ESCAPED " + str(error.js_error.constructor)`,
  },
  {
    name: "JavaScript proxies in the garbage collector's lists",
    reaches: "a proxy that start-up code left behind",
    code: `
import gc
from pyodide.ffi import JsProxy
found = []
for item in gc.get_objects():
    if isinstance(item, JsProxy):
        found.append(str(item.constructor))
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "proxies kept by Pyodide's own modules",
    reaches: "fetch, the package loader, the event loop's timers",
    code: `
import sys
from pyodide.ffi import JsProxy
found = []
for name, module in list(sys.modules.items()):
    for key, value in list(vars(module).items()):
        if isinstance(value, JsProxy):
            found.append(f"{name}.{key} {value.constructor}")
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "core module of Pyodide",
    reaches: "functions that make proxies from raw references",
    code: `
import _pyodide_core
found = []
for name in dir(_pyodide_core):
    try:
        found.append(str(getattr(_pyodide_core, name)("process").constructor))
    except Exception:
        pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "an instance of JsProxy out of nothing",
    reaches: "a JavaScript reference of the attacker's choice",
    code: `
from pyodide.ffi import JsProxy
import _pyodide_core
result = "ESCAPED " + str(object.__new__(_pyodide_core.JsProxy).constructor)`,
  },
  {
    name: "event loop timers",
    reaches: "setTimeout with a Python callback, outside any run",
    code: `
from pyodide.webloop import WebLoop
WebLoop().call_later(0.001, print, 1)
result = "ESCAPED scheduled"`,
  },
  {
    name: "run_sync",
    reaches: "stack switching into the JavaScript event loop",
    code: `
from pyodide.ffi import run_sync
import asyncio
async def nap():
    await asyncio.sleep(0.001)
    return "ESCAPED"
result = run_sync(nap())`,
    poisons: true,
  },
];

javascript.push({
  name: "every operation on the proxies that start-up code left behind",
  reaches: "the JavaScript objects behind them",
  code: `${FIND_PROXIES}
operations = [
    lambda proxy: proxy(), lambda proxy: proxy("return process.pid"), lambda proxy: proxy.constructor,
    lambda proxy: setattr(proxy, "x", 1), lambda proxy: delattr(proxy, "x"), lambda proxy: dir(proxy)[0],
    lambda proxy: list(proxy), lambda proxy: proxy[0], lambda proxy: proxy.new(), lambda proxy: proxy.to_py(),
    lambda proxy: proxy.object_entries(), lambda proxy: proxy.object_keys(), lambda proxy: proxy.as_py_json(),
    lambda proxy: proxy.then(print), lambda proxy: proxy.typeof, lambda proxy: proxy.js_id,
    lambda proxy: repr(proxy), lambda proxy: proxy.to_bytes(), lambda proxy: proxy.to_string(),
]
found = []
for proxy in proxies:
    for number, operation in enumerate(operations):
        try:
            value = operation(proxy)
            if type(value) not in (int, str) and value is not None:
                found.append((number, type(value).__name__))
        except Exception:
            pass
result = "ESCAPED " + str(found) if found else f"nothing through {len(proxies)} proxies"`,
});
