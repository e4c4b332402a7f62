import type { Attack } from "./attack.ts";

/** To the files of the host. */
export const files: Attack[] = [
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
