/** One attempt to get out of the sandbox. `code` sets `result`; a text that begins with ESCAPED is an admission. */
export interface Attack {
  readonly name: string;
  /** What a success would have reached. */
  readonly reaches: string;
  readonly code: string;
}

export interface Targets {
  readonly secretFile: string;
  readonly touchFile: string;
  readonly port: number;
}

/** Every attack is Python source that may use the names secret_file, touch_file and port. */
export function attacks(targets: Targets): Attack[] {
  const names =
    `secret_file = ${JSON.stringify(targets.secretFile)}\n` +
    `touch_file = ${JSON.stringify(targets.touchFile)}\nport = ${targets.port}\n`;
  return GROUPS.flat().map((attack) => ({ ...attack, code: names + attack.code }));
}

/** Python that collects the JavaScript proxies in the variables of all modules. */
const FIND_PROXIES = `
import sys
from pyodide.ffi import JsProxy
proxies = []
for module in list(sys.modules.values()):
    try:
        values = list(vars(module).values())
    except PermissionError:
        values = [module]
    for value in values:
        if not isinstance(value, type) and (JsProxy in type(value).__mro__ or "JsProxy" in type(value).__name__):
            proxies.append(value)
`;

const javascript: Attack[] = [
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

const native: Attack[] = [
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

const files: Attack[] = [
  {
    name: "read a host file",
    reaches: "files of the host",
    code: "result = 'ESCAPED ' + open(secret_file).read()",
  },
  {
    name: "write a host file",
    reaches: "files of the host",
    code: `
import os, pathlib
pathlib.Path(touch_file).parent.mkdir(parents=True, exist_ok=True)
pathlib.Path(touch_file).write_text("written")
result = "only in memory"`,
  },
  {
    name: "list the root directory",
    reaches: "names of host files",
    code: "import os\nresult = str(os.listdir('/'))",
  },
  {
    name: "proc",
    reaches: "environment, memory and executable of the server",
    code: `
import os
found = []
for name in ("/proc/self/environ", "/proc/self/mem", "/proc/self/cmdline", "/proc/1/environ", "/proc/self/exe"):
    try:
        found.append(open(name, "rb").read(64))
    except OSError:
        pass
result = "ESCAPED " + str(found) if found else str(os.listdir("/proc"))`,
  },
  {
    name: "symbolic links to the outside",
    reaches: "host files through a link",
    code: `
import os
os.symlink(secret_file, "/tmp/link")
os.symlink("/proc/self/root" + secret_file, "/tmp/link2")
found = []
for link in ("/tmp/link", "/tmp/link2"):
    try:
        found.append(open(link).read())
    except OSError:
        pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "the terminal",
    reaches: "standard input of the server",
    code: `
import os
found = []
for name in ("/dev/tty", "/dev/tty1", "/dev/stdin", "/dev/fd/0"):
    try:
        found.append(os.read(os.open(name, os.O_RDONLY), 1))
    except OSError:
        pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "make a device node",
    reaches: "the terminal, by its device number",
    code: `
import os, stat
os.mknod("/tmp/tty", stat.S_IFCHR | 0o666, os.makedev(5, 0))
result = "ESCAPED " + str(os.open("/tmp/tty", os.O_RDWR))`,
  },
  {
    name: "inherited file descriptors",
    reaches: "open files and sockets of the server",
    code: `
import os
found = []
for number in range(3, 256):
    try:
        found.append(os.read(number, 8))
    except OSError:
        pass
result = "ESCAPED " + str(found) if any(found) else "nothing"`,
  },
  {
    name: "ATTACH a host file in sqlite",
    reaches: "files of the host through the database library",
    code: `
import sqlite3
connection = sqlite3.connect(":memory:")
connection.execute(f"ATTACH '{touch_file}' AS host")
connection.execute("CREATE TABLE host.t(a)")
connection.commit()
result = "only in memory"`,
  },
  {
    name: "file URLs",
    reaches: "files of the host",
    code: `
import urllib.request
result = "ESCAPED " + urllib.request.urlopen("file://" + secret_file).read().decode()`,
  },
  {
    name: "run a host file as Python",
    reaches: "files of the host",
    code: "import runpy\nresult = 'ESCAPED ' + str(runpy.run_path(secret_file))",
  },
  {
    name: "import from a host directory",
    reaches: "files of the host",
    code: `
import sys, os
sys.path.insert(0, os.path.dirname(secret_file))
import secret
result = "ESCAPED " + str(vars(secret))`,
  },
  {
    name: "environment",
    reaches: "secrets in the server's environment",
    code: `
import os, posix
result = str(dict(os.environ)) + str(posix.environ)`,
  },
  {
    name: "who am I",
    reaches: "the version and path of the server's executable",
    code: "import sys, platform, os\nresult = str((sys.executable, sys.argv, platform.node(), os.getpid(), sys.orig_argv))",
  },
];

const processesAndNetwork: Attack[] = [
  {
    name: "subprocess",
    reaches: "a program of the host",
    code: "import subprocess\nresult = 'ESCAPED ' + str(subprocess.check_output(['cat', secret_file]))",
  },
  { name: "fork", reaches: "a copy of the server", code: "import os\nresult = 'ESCAPED ' + str(os.fork())" },
  {
    name: "execv",
    reaches: "another program in the server's place",
    code: "import os\nos.execv('/bin/sh', ['sh', '-c', 'touch ' + touch_file])\nresult = 'ESCAPED'",
  },
  {
    name: "posix_spawn",
    reaches: "a program of the host",
    code: "import os\nresult = 'ESCAPED ' + str(os.posix_spawn('/bin/sh', ['sh', '-c', 'touch ' + touch_file], {}))",
  },
  {
    name: "kill the server",
    reaches: "signals to host processes",
    code: `
import os, signal
for target in (os.getppid(), os.getpid() + 1, 1):
    try:
        os.kill(target, signal.SIGTERM)
    except OSError:
        pass
result = "survived"`,
  },
  {
    name: "pickle that calls os.system",
    reaches: "a shell of the host from harmless-looking data",
    code: `
import pickle, os
class Bomb:
    def __reduce__(self):
        return (os.system, ("touch " + touch_file,))
result = "ESCAPED" if pickle.loads(pickle.dumps(Bomb())) == 0 else "refused"`,
  },
  {
    name: "connect a socket",
    reaches: "servers that trust this machine",
    code: `
import socket
connection = socket.socket()
connection.connect(("127.0.0.1", port))
connection.sendall(b"GET /socket HTTP/1.0\\r\\n\\r\\n")
result = "ESCAPED"`,
  },
  {
    name: "listen on a port",
    reaches: "an open door on this machine",
    code: `
import socket
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(1)
result = "ESCAPED " + str(server.getsockname())`,
  },
  {
    name: "resolve a name",
    reaches: "the resolver, a channel to carry data out",
    code: "import socket\nresult = 'ESCAPED ' + str(socket.getaddrinfo('localhost', port))",
  },
  {
    name: "urllib",
    reaches: "HTTP servers that trust this machine",
    code: `
import urllib.request
result = "ESCAPED " + str(urllib.request.urlopen(f"http://127.0.0.1:{port}/urllib", timeout=2).read())`,
  },
  {
    name: "open_url",
    reaches: "HTTP through Pyodide's own helper",
    code: "from pyodide.http import open_url\nresult = 'ESCAPED ' + str(open_url(f'http://127.0.0.1:{port}/open_url'))",
  },
  {
    name: "pyfetch",
    reaches: "HTTP through Node's fetch",
    code: `
from pyodide.http import pyfetch
coroutine = pyfetch(f"http://127.0.0.1:{port}/pyfetch")
coroutine.send(None)
result = "ESCAPED"`,
  },
  {
    name: "webbrowser",
    reaches: "a browser on the host, or window.open",
    code: "import webbrowser\nresult = 'ESCAPED' if webbrowser.open(f'http://127.0.0.1:{port}/browser') else 'refused'",
  },
  {
    name: "load a package",
    reaches: "code from the network",
    code: `
import pyodide_js
result = "ESCAPED " + str(pyodide_js.loadPackage("numpy"))`,
  },
  {
    name: "a thread that outlives the run",
    reaches: "code that runs when no run is going on",
    code: `
import _thread
_thread.start_new_thread(print, ())
result = "ESCAPED"`,
  },
  {
    name: "interval timer",
    reaches: "a signal handler that runs outside any run",
    code: `
import signal
result = str(signal.setitimer(signal.ITIMER_REAL, 0.001))`,
  },
  {
    name: "host calls with wrong arguments",
    reaches: "unchecked code behind the host interface",
    code: `
import _millrace
for name in [name for name in dir(_millrace) if not name.startswith("__")]:
    for arguments in ((), (None,), (0, 2, 3, 4), (b"\\xff",) * 3, ("\\ud800", "x"), ("no such channel", "x")):
        try:
            getattr(_millrace, name)(*arguments)
        except Exception:
            pass
result = "survived"`,
  },
];

const GROUPS = [javascript, native, files, processesAndNetwork];
