import type { Attack } from "./attack.ts";

/** Through memory: forged code, rewritten objects, addresses, and more of it than there should be. */
export const memory: Attack[] = [
  {
    name: "search the whole memory for the machine that built it",
    reaches: "paths and environment of the host, baked into the memory snapshot",
    code: `
import ctypes
found = set()
step = 1 << 20
for address in range(4096, 24 * step, step):
    chunk = (ctypes.c_char * (step + 200)).from_address(address).raw
    # The searched words lie in memory too: only with their first letters are they a finding.
    for first, rest in ((b"n", b"ode_modules"), (b"/", b"bin/node"), (b"M", b"ILLRACE_TEST"), (b"/", b"python-vm/")):
        at = chunk.find(rest, 1)
        while at >= 0:
            if chunk[at - 1:at] == first:
                found.add(chunk[max(0, at - 60):at + 60])
            at = chunk.find(rest, at + 1)
result = str(sorted(found)[:20])`,
  },
  {
    name: "bytecode that reads beyond its tables",
    reaches: "objects that no name leads to",
    code: `
import opcode
def victim():
    value = 1
    return value
code = victim.__code__
found = []
for name in ("LOAD_FAST", "LOAD_CONST", "LOAD_SMALL_INT", "LOAD_DEREF", "LOAD_COMMON_CONSTANT"):
    number = opcode.opmap.get(name)
    if number is None:
        continue
    for index in (2, 9, 40):
        crafted = bytes([opcode.opmap["RESUME"], 0, number, index, opcode.opmap["RETURN_VALUE"], 0])
        victim.__code__ = code.replace(co_code=crafted, co_stacksize=50)
        try:
            found.append(type(victim()).__name__)
        except Exception:
            pass
result = "ESCAPED " + str(found) if "JsProxy" in str(found) else "nothing"`,
    poisons: true,
  },
  {
    name: "marshalled and compiled files with broken content",
    reaches: "memory corruption in the loader, from a file",
    code: `
import importlib.util, marshal, random, sys
generator = random.Random(7)
source = marshal.dumps(compile("def f(a, b=1): return [a, b]\\nresult = f(2)", "x", "exec"))
for _ in range(300):
    broken = bytearray(source)
    for _ in range(3):
        broken[generator.randrange(len(broken))] = generator.randrange(256)
    try:
        value = marshal.loads(bytes(broken))
    except Exception:
        pass
with open("/tmp/crafted.pyc", "wb") as file:
    file.write(importlib.util.MAGIC_NUMBER + b"\\1\\0\\0\\0" + b"\\0" * 8 + source[:40])
sys.path.insert(0, "/tmp")
try:
    import crafted
except Exception:
    pass
sys.path.pop(0)
result = "survived"`,
    poisons: true,
  },
  {
    name: "swap the code behind a native function",
    reaches: "any compiled function, called with arguments of the attacker's choice",
    code: `
import ctypes, posix, _millrace
def definition(function):
    return ctypes.c_uint32.from_address(id(function) + 8)
answers = []
ask = _millrace.ask
kept = definition(ask).value
for donor in (posix.system, posix.getpid, posix.execv, posix.fork, posix.abort.__class__ and posix.urandom):
    definition(ask).value = definition(donor).value
    try:
        answers.append(ask("touch " + touch_file))
    except BaseException as error:
        answers.append(type(error).__name__)
definition(ask).value = kept
result = str([answer for answer in answers if not isinstance(answer, int)])`,
    poisons: true,
  },
  {
    name: "point a native function at other table entries",
    reaches: "imported JavaScript functions, called past Python's checks",
    code: `
import ctypes, _millrace
definition = ctypes.c_uint32.from_address(id(_millrace.tell) + 8).value
method = ctypes.c_uint32.from_address(definition + 4)
own = method.value
for index in range(own - 12, own + 12):
    method.value = index
    try:
        _millrace.tell("touch " + touch_file)
    except Exception:
        pass
method.value = own
result = "survived"`,
    poisons: true,
  },
  {
    name: "call by address past ctypes' front",
    reaches: "compiled functions by address",
    code: `
import _ctypes, ctypes
found = []
library = ctypes.CDLL(None)._handle
for name, arguments in (
    ("dlsym", (library, "emscripten_run_script")), ("dlsym", (library, "system")), ("dlopen", ("/tmp/x.so", 2)),
    ("dlopen", (None, 0)), ("call_function", (200, (b"x",))), ("call_cdeclfunction", (200, (b"x",))),
):
    try:
        found.append((name, getattr(_ctypes, name)(*arguments)))
    except Exception:
        pass
for prototype in (ctypes.PYFUNCTYPE, ctypes.CFUNCTYPE):
    for name in ("PyRun_SimpleString", "system", "emscripten_run_script", "run_js", "JsProxy_create"):
        try:
            prototype(ctypes.c_int, ctypes.c_char_p)((name, ctypes.pythonapi))(b"touch " + touch_file.encode())
            found.append(name)
        except Exception:
            pass
found = [item for item in found if item[0] != "dlopen" or item[1] not in (0, library)]
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "symbols that hold data",
    reaches: "addresses of the runtime's own variables by their names",
    code: `
import ctypes
found = []
for name in ("environ", "__environ", "Py_EMSCRIPTEN_SIGNAL_HANDLING", "_PyRuntime", "stdin", "wasmMemory", "PyExc_PermissionError"):
    try:
        found.append((name, ctypes.c_uint32.in_dll(ctypes.CDLL(None), name).value))
    except Exception:
        pass
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "rewrite the switches of the runtime in memory",
    reaches: "a runtime that asks JavaScript for things it should not",
    code: `
import ctypes, sys
for offset in range(0, 64, 4):
    for thing in (sys.flags, sys.implementation, sys.float_info):
        ctypes.c_uint32.from_address(id(thing) + 12 + offset)
import os
flag = ctypes.c_int.from_address(id(True) + 12)
kept = flag.value
flag.value = 0x7FFFFFFF
try:
    os.system("touch " + touch_file)
finally:
    flag.value = kept
result = "survived"`,
    poisons: true,
  },
  {
    name: "memory beyond the cap",
    reaches: "the memory of the server, outside what the cap counts",
    code: `
import gc, mmap, sqlite3, zlib, lzma
kept, total = [], 0
makers = (
    lambda: bytearray(16 << 20), lambda: mmap.mmap(-1, 16 << 20), lambda: memoryview(bytes(16 << 20)),
    lambda: "\\U0001f600" * (4 << 20), lambda: [None] * (4 << 20),
)
for maker in makers:
    try:
        for _ in range(100):
            kept.append(maker())
            total += 16
    except (MemoryError, OSError, ValueError):
        pass
kept.clear()
result = "ESCAPED" if total > 600 else "bounded"`,
    poisons: true,
  },
  {
    name: "memory of the file system's books",
    reaches: "the memory of the server: names, links and open files lie outside the cap",
    code: `
import os
counts = {}
def count(name, work):
    number = 0
    try:
        for number in range(100_000):
            work(number)
    except OSError:
        pass
    counts[name] = number
os.makedirs("/tmp/many", exist_ok=True)
count("files", lambda number: os.close(os.open(f"/tmp/many/{number:0250}", os.O_CREAT)))
count("streams", lambda number: os.open("/tmp/many", os.O_RDONLY))
count("links", lambda number: os.symlink("x" * 4000, f"/tmp/many/l{number}"))
result = "ESCAPED " + str(counts) if max(counts.values()) > 10_000 else "bounded"`,
    poisons: true,
  },
  {
    name: "the real time behind a stopped clock",
    reaches: "what day it really is, which a test case must not depend on",
    code: `
import _millrace, datetime, email.utils, os, sqlite3, tempfile, time, uuid, zipfile, io
_millrace.freeze("1000000000000000000")  # in 2001
found = {}
try:
    found["sqlite"] = float(sqlite3.connect(":memory:").execute("SELECT julianday('now')").fetchone()[0]) > 2453000
    found["format"] = "2001" not in email.utils.formatdate()
    found["zip"] = zipfile.ZipInfo("x").date_time[0] > 1980
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
        file.flush()
        found["file"] = os.stat(file.name).st_mtime > 1.1e9
        os.utime(file.name)
        found["utime"] = os.stat(file.name).st_mtime > 1.1e9
    os.mkdir("/tmp/fresh-directory")
    found["directory"] = os.stat("/tmp/fresh-directory").st_ctime > 1.1e9
    found["statvfs"] = max(os.statvfs("/tmp")) > 1.1e9 * 1000
    for clock in range(0, 12):
        try:
            found[f"clock {clock}"] = time.clock_gettime(clock) > 1.1e9
        except OSError:
            pass
    found["times"] = max(os.times()) > 1.1e9
    found["uuid"] = uuid.uuid1().time > 0x01b21dd213814000 + 1.1e16
    found["uuid7"] = uuid.uuid7().time > 1.1e12
finally:
    _millrace.freeze(None)
bypassed = [name for name, value in found.items() if value]
result = "ESCAPED " + str(bypassed) if bypassed else "nothing"`,
  },
  {
    name: "system calls that few use",
    reaches: "kernel objects of the host",
    code: `
import fcntl, os, select
found = []
number = os.open("/tmp", os.O_RDONLY)
for work in (
    lambda: os.pipe(), lambda: os.pipe2(0), lambda: os.memfd_create("x"), lambda: os.eventfd(0), lambda: os.openpty(),
    lambda: os.sendfile(1, 0, 0, 10), lambda: os.splice(0, 1, 10), lambda: os.mkfifo("/tmp/fifo"),
    lambda: fcntl.ioctl(0, 0x5412, b"x"), lambda: fcntl.ioctl(0, 0x5413, b"x" * 8), lambda: os.ttyname(0),
    lambda: os.setuid(0), lambda: os.chroot("/"), lambda: os.nice(-1), lambda: os.sched_setaffinity(0, {0}),
    lambda: os.pidfd_open(os.getppid()), lambda: os.getlogin(), lambda: os.ptsname(0), lambda: os.unshare(0),
):
    try:
        found.append(work())
    except (OSError, AttributeError, ValueError, TypeError):
        pass
os.close(number)
result = "ESCAPED " + str(found) if any(item not in (None, 0, "") for item in found) else "nothing"`,
  },
];
