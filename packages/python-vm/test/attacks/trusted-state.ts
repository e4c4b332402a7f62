import type { Attack } from "./attack.ts";

/** Through what trusted Python code leaves within reach: frames, hooks, loops, finalizers, Pyodide's modules. */
export const trustedState: Attack[] = [
  {
    name: "frames and tracebacks of trusted code",
    reaches: "JavaScript objects in the variables of those who called the plugin",
    code: `
import sys
from pyodide.ffi import JsProxy
found = []
frame = sys._getframe()
while frame is not None:
    for values in (frame.f_locals, frame.f_globals):
        found += [name for name, value in list(values.items()) if isinstance(value, JsProxy)]
    frame = frame.f_back
try:
    from pyodide.code import run_js
    run_js("1")
except BaseException as error:
    trace = error.__traceback__
    while trace is not None:
        for name, value in list(trace.tb_frame.f_locals.items()):
            if isinstance(value, JsProxy):
                found.append(str(value.constructor))
        trace = trace.tb_next
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "trace and profile functions",
    reaches: "what trusted code holds while it runs next time",
    code: `
import sys, asyncio, time
from pyodide.ffi import JsProxy
found = []
def spy(frame, event, argument):
    for value in [argument, *frame.f_locals.values()]:
        if isinstance(value, JsProxy):
            found.append(str(value.constructor))
    return spy
sys.settrace(spy)
sys.setprofile(spy)
time.sleep(0.001)
asyncio.run(asyncio.sleep(0.001))
sys.settrace(None)
sys.setprofile(None)
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "monitoring of every call",
    reaches: "native functions that trusted code calls with arguments of its own",
    code: `
import sys, asyncio, time, zoneinfo
called = []
monitoring = sys.monitoring
monitoring.use_tool_id(3, "spy")
monitoring.register_callback(3, monitoring.events.CALL, lambda code, offset, function, argument: called.append(function))
monitoring.set_events(3, monitoring.events.CALL)
time.sleep(0.001)
zoneinfo.ZoneInfo("Europe/Berlin")
asyncio.run(asyncio.sleep(0))
monitoring.set_events(3, 0)
monitoring.free_tool_id(3)
found = []
for function in called:
    if getattr(function, "__module__", "") in (None, "") and callable(function):
        for arguments in ((), (0,), ("process",), ("process", "env")):
            try:
                value = function(*arguments)
                if hasattr(value, "constructor"):
                    found.append(str(value.constructor))
            except BaseException:
                pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "an audit hook",
    reaches: "names of host files that trusted code opens, in this run and later",
    code: `
import sys
seen = []
sys.addaudithook(lambda event, arguments: seen.append((event, str(arguments)[:200])))
import asyncio, zoneinfo
zoneinfo.ZoneInfo("Asia/Tokyo")
asyncio.run(asyncio.sleep(0))
result = str(seen)`,
    poisons: true,
  },
  {
    name: "signal handlers left behind",
    reaches: "code that runs when no run is going on",
    code: `
import _millrace, os, signal
def later(number, frame):
    _millrace.tell(f"ESCAPED: signal {number} outside a run")
for number in range(1, 65):
    try:
        signal.signal(number, later)
    except (OSError, ValueError):
        pass
for work in (lambda: signal.alarm(1), lambda: signal.setitimer(signal.ITIMER_REAL, 0.001), lambda: signal.pause):
    try:
        work()
    except (OSError, AttributeError):
        pass
result = "left behind"`,
    poisons: true,
  },
  {
    name: "exit handlers and the end of the process",
    reaches: "JavaScript that runs while the interpreter is torn down",
    code: `
import atexit, threading, weakref, os
class Last:
    def __del__(self):
        open(touch_file, "w").write("x")
        os.system("touch " + touch_file)
last = Last()
weakref.finalize(last, os.system, "touch " + touch_file)
atexit.register(os.system, "touch " + touch_file)
threading._register_atexit(os.system, "touch " + touch_file)
atexit._run_exitfuncs()
os._exit(0)`,
  },
  {
    name: "finalizers that run in the garbage collector",
    reaches: "Python code in the middle of trusted JavaScript",
    code: `
import gc, _millrace
class Cycle:
    def __init__(self):
        self.me = self
    def __del__(self):
        try:
            _millrace.ask("host", "from a finalizer")
            import js
            found.append(js.process)
        except BaseException:
            pass
found = []
for _ in range(2000):
    Cycle()
gc.callbacks.append(lambda phase, info: found.append(phase) if phase == "ESCAPED" else None)
gc.collect()
gc.callbacks.pop()
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "callbacks of the event loop after the run",
    reaches: "code that runs when no run is going on",
    code: `
import asyncio, _millrace
from pyodide.webloop import WebLoop
tell = lambda: _millrace.tell("ESCAPED: a callback outside a run")
done = []
async def forever():
    while True:
        await asyncio.sleep(0.001)
        _millrace.tell("ESCAPED: a task outside a run")
for work in (
    lambda: WebLoop().call_soon(tell), lambda: WebLoop().call_later(0.01, tell), lambda: WebLoop().create_task(forever()),
    lambda: WebLoop().call_soon_threadsafe(tell),
    lambda: asyncio.new_event_loop().call_soon(tell), lambda: asyncio._set_running_loop(WebLoop()),
    lambda: asyncio.ensure_future(forever()),
):
    try:
        work()
    except BaseException as error:
        done.append(type(error).__name__)
asyncio._set_running_loop(None)
result = str(done)`,
  },
  {
    name: "timers and listeners of pyodide.ffi.wrappers",
    reaches: "setTimeout, setInterval and DOM events",
    code: `
from pyodide.ffi import wrappers
found = []
for work in (
    lambda: wrappers.set_timeout(print, 1), lambda: wrappers.set_interval(print, 1),
    lambda: wrappers.add_event_listener(wrappers, "x", print), lambda: wrappers.setTimeout(print, 1),
):
    try:
        work()
        found.append("scheduled")
    except BaseException:
        pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "Pyodide's inner modules",
    reaches: "its loader of packages, its state, its own evaluation",
    code: `
import importlib, pkgutil
found = []
for package in ("pyodide", "_pyodide"):
    module = importlib.import_module(package)
    for entry in pkgutil.walk_packages(module.__path__, package + "."):
        try:
            inner = importlib.import_module(entry.name)
        except BaseException:
            continue
        for name, value in list(vars(inner).items()):
            if not callable(value) or isinstance(value, type):
                continue
            for arguments in ((), ("process",), ("process", "js"), (b"x", "/tmp", "zip")):
                try:
                    answer = value(*arguments)
                    constructor = getattr(answer, "constructor", None)
                    if constructor is not None:
                        found.append((entry.name, name, str(constructor)))
                except BaseException:
                    pass
result = "ESCAPED " + str(found) if found else "nothing"`,
    poisons: true,
  },
  {
    name: "the null of JavaScript",
    reaches: "the prototype chain from the one JavaScript value that stays around",
    code: `
from pyodide.ffi import jsnull
import _pyodide_core
found = []
for value in (jsnull, type(jsnull), getattr(_pyodide_core, "jsnull", None)):
    for work in (
        lambda: value.constructor, lambda: value.__class__.__subclasses__(), lambda: value["constructor"],
        lambda: value.to_py(), lambda: value("return process"), lambda: value.js_id, lambda: value.new(),
    ):
        try:
            answer = work()
            if answer and not isinstance(answer, (list, type)):
                found.append(str(answer))
        except BaseException:
            pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "load the core module a second time",
    reaches: "a fresh foreign-function interface that was not locked",
    code: `
import _imp, importlib.machinery as machinery, sys
found = []
for name in ("_pyodide_core", "js", "pyodide_js", "_pyodide_core_init", "hiwire"):
    spec = machinery.ModuleSpec(name, machinery.BuiltinImporter, origin="built-in")
    for work in (lambda: _imp.create_builtin(spec), lambda: machinery.BuiltinImporter.load_module(name)):
        try:
            sys.modules.pop(name, None)
            module = work()
            _imp.exec_builtin(module)
            for key, value in list(vars(module).items()):
                try:
                    found.append(str(value("process").constructor))
                except BaseException:
                    pass
        except BaseException:
            pass
result = "ESCAPED " + str(found) if found else "nothing"`,
    poisons: true,
  },
  {
    name: "replace what trusted code imports",
    reaches: "the host, through trusted code that passes on what a plugin planted",
    code: `
import builtins, json, os, sys, _millrace
class Planted(str):
    def encode(self, *arguments):
        return b"\\xff" * 10
    def __str__(self):
        return "planted"
for name in [name for name in dir(_millrace) if not name.startswith("__") and name != "sleep"]:
    for value in (Planted("x"), bytearray(b"x"), memoryview(b"x"), True, 1e308, -1, 2 ** 70, float("nan"), [], {}, object()):
        for count in (1, 2, 3):
            try:
                getattr(_millrace, name)(*[value] * count)
            except BaseException:
                pass
result = "survived"`,
  },
];
