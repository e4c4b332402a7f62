import type { Attack } from "./attack.ts";

/** To processes and the network. */
export const processesAndNetwork: Attack[] = [
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
