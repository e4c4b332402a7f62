import type { Attack } from "./attack.ts";
import { FIND_PROXIES } from "./find-proxies.ts";

/** Through native code: ctypes, dlopen, memory, our own host functions. */
export const native: Attack[] = [
  {
    name: "os.system",
    reaches: "a shell of the host",
    code: "import os\nresult = 'ESCAPED' if os.system('touch ' + touch_file) == 0 else 'refused'",
  },
  {
    name: "os.popen",
    reaches: "a shell of the host",
    code: "import os\nresult = 'ESCAPED ' + os.popen('cat ' + secret_file).read()",
  },
  {
    name: "system() through ctypes",
    reaches: "a shell of the host, beneath Python's own checks",
    code: `
import ctypes
result = "ESCAPED" if ctypes.CDLL(None).system(b"touch " + touch_file.encode()) == 0 else "refused"`,
  },
  {
    name: "emscripten_run_script through ctypes",
    reaches: "eval in the worker",
    code: `
import ctypes
result = "ESCAPED " + str(ctypes.CDLL(None).emscripten_run_script_int(b"process.pid"))`,
  },
  {
    name: "look up every dangerous C symbol",
    reaches: "functions of Emscripten's library that nothing should be able to call",
    code: `
import ctypes
library = ctypes.CDLL(None)
names = """emscripten_run_script emscripten_run_script_string emscripten_async_run_script _emscripten_system
emscripten_asm_const_int emscripten_dlopen dlopen emscripten_fetch emscripten_websocket_new emscripten_async_wget
emscripten_async_call emscripten_force_exit JsProxy_create hiwire_new hiwire_get hiwire_call JsRef_toVal""".split()
found = []
for name in names:
    try:
        getattr(library, name)
        found.append(name)
    except Exception:
        pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "pythonapi",
    reaches: "any function of the C interface with raw pointers",
    code: `
import ctypes
result = "ESCAPED " + str(ctypes.pythonapi.PyRun_SimpleString(b"1"))`,
  },
  {
    name: "call table entries as C functions",
    reaches: "any function by its table index, imported JavaScript among them",
    code: `
import ctypes
called = []
for index in range(1, 400):
    try:
        ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p)(index)(b"touch " + touch_file.encode())
        called.append(index)
    except Exception:
        pass
result = "ESCAPED " + str(called) if called else "nothing"`,
  },
  {
    name: "a C callback",
    reaches: "new entries of the function table",
    code: `
import ctypes
result = "ESCAPED " + str(ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7)())`,
  },
  {
    name: "rewrite the type slots of a class in memory",
    reaches: "an indirect call to a function of the attacker's choice",
    code: `
import ctypes
class Victim:
    def __call__(self):
        return 1
base = id(Victim)
for offset in range(0, 400, 4):
    word = ctypes.c_uint32.from_address(base + offset)
    if 0 < word.value < 20000:
        word.value = (word.value * 7 + 13) % 12000
for _ in range(3):
    try:
        Victim()()
    except Exception:
        pass
result = "survived"`,
  },
  {
    name: "rewrite the reference inside a JavaScript proxy",
    reaches: "any JavaScript object that the runtime holds",
    code: `${FIND_PROXIES}
import ctypes
found = []
for proxy in proxies:
    for offset in range(8, 40, 4):
        for reference in range(0, 40):
            word = ctypes.c_uint32.from_address(id(proxy) + offset)
            kept = word.value
            word.value = reference * 2
            try:
                found.append(str(proxy.constructor))
            except Exception:
                pass
            word.value = kept
result = "ESCAPED " + str(found) if found else f"nothing through {len(proxies)} proxies"`,
  },
  {
    name: "load a side module",
    reaches: "native code of the attacker's choice beside the interpreter",
    code: `
import importlib.machinery as machinery
with open("/tmp/evil.so", "wb") as file:
    file.write(b"\\0asm\\1\\0\\0\\0")
loader = machinery.ExtensionFileLoader("evil", "/tmp/evil.so")
loader.create_module(machinery.ModuleSpec("evil", loader))
result = "ESCAPED"`,
  },
  {
    name: "dlopen of a host library",
    reaches: "native code of the host",
    code: "import ctypes\nresult = 'ESCAPED ' + str(ctypes.CDLL('/lib/x86_64-linux-gnu/libc.so.6').getpid())",
  },
  {
    name: "load_extension of sqlite",
    reaches: "native code through the database library",
    code: `
import sqlite3
connection = sqlite3.connect(":memory:")
connection.enable_load_extension(True)
connection.execute("SELECT load_extension('/tmp/evil.so')")
result = "ESCAPED"`,
  },
  {
    name: "crash on purpose with faulthandler",
    reaches: "the process of the server",
    code: "import faulthandler\nfaulthandler._sigsegv()\nresult = 'survived'",
  },
];
