import type { Attack } from "./attack.ts";

/** Through the files that the host serves: to its other files, and to more than it wants to give. */
export const hostFiles: Attack[] = [
  {
    name: "dot-dot out of a mount",
    reaches: "host files beside the served directory",
    code: `
import os
found = []
directory = os.open(mount, os.O_RDONLY)
for path in ("../../../.." + secret_file, mount + "/../../.." + secret_file, "sub/../../../.." + secret_file):
    for options in ({}, {"dir_fd": directory}):
        try:
            found.append(os.read(os.open(path, os.O_RDONLY, **options), 64))
        except OSError:
            pass
os.chdir(mount)
try:
    found.append(open("../.." + secret_file).read())
except OSError:
    pass
os.chdir("/tmp")
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "disguised names",
    reaches: "host files, when the host decodes a name once more",
    code: `
import os
found = []
up = (b"..%2f..%2f", b"\\xc0\\xae\\xc0\\xae/", "\\uff0e\\uff0e/".encode(), b"..\\\\..\\\\", b"....//", b".. /", b"./.././../")
for prefix in up:
    for depth in (1, 4):
        try:
            found.append(open(mount.encode() + b"/" + prefix * depth + secret_file.encode(), "rb").read())
        except (OSError, ValueError):
            pass
for name in ("mine.txt\\0.py", "\\0", "mine.txt/", "mine.txt/.", "/", "//" + secret_file):
    try:
        found.append(open(mount + "/" + name).read())
    except (OSError, ValueError):
        pass
found = [item for item in found if b"secret" in (item if isinstance(item, bytes) else item.encode())]
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "links inside a mount",
    reaches: "host files through a link that the host follows",
    code: `
import os
made = []
for make in (os.symlink, getattr(os, "link", os.symlink)):
    for source, target in ((secret_file, mount + "/link"), ("/tmp", mount + "/sub/link")):
        try:
            make(source, target)
            made.append(target)
        except (OSError, NotImplementedError):
            pass
result = "ESCAPED " + str(made) if made else "nothing"`,
  },
  {
    name: "move the mount away",
    reaches: "another host directory under the mount's operations",
    code: `
import os, shutil
for work in (
    lambda: os.rmdir(mount), lambda: os.rename(mount, "/tmp/moved"), lambda: os.rename("/srv", "/tmp/srv"),
    lambda: os.rename("/tmp/srv", "/etc"), lambda: shutil.rmtree("/srv"), lambda: os.replace("/tmp", mount),
):
    try:
        work()
    except OSError:
        pass
found = []
for path in ("/etc/hostname", "/etc/passwd", "/tmp/srv/../etc/hostname", mount + "/etc/hostname"):
    try:
        found.append(open(path).read())
    except OSError:
        pass
os.makedirs("/srv", exist_ok=True)
result = "ESCAPED " + str(found) if found else "nothing"`,
    poisons: true,
  },
  {
    name: "write through a descriptor that was opened for reading",
    reaches: "files that the host serves for reading only",
    code: `
import fcntl, os
number = os.open(mount + "/locked/file", os.O_RDONLY)
fcntl.fcntl(number, fcntl.F_SETFL, os.O_RDWR)
for work in (lambda: os.write(number, b"changed"), lambda: os.ftruncate(number, 0), lambda: os.pwrite(number, b"x", 0)):
    try:
        work()
    except OSError:
        pass
os.close(number)
result = "ESCAPED" if open(mount + "/locked/file").read() != "keep me" else "unchanged"`,
  },
  {
    name: "a shared memory map of a file for reading",
    reaches: "files that the host serves for reading only",
    code: `
import fcntl, mmap, os
number = os.open(mount + "/locked/file", os.O_RDONLY)
fcntl.fcntl(number, fcntl.F_SETFL, os.O_RDWR)
try:
    with mmap.mmap(number, 0, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE) as memory:
        memory[:7] = b"changed"
        memory.flush()
except (OSError, ValueError):
    pass
result = "ESCAPED" if open(mount + "/locked/file").read() != "keep me" else "unchanged"`,
  },
  {
    name: "offsets and lengths beyond reason",
    reaches: "the memory of the host, which would fill holes with zeros",
    code: `
import os
number = os.open(mount + "/mine.txt", os.O_RDWR)
for size in (2 ** 40, 2 ** 53 - 1, 2 ** 62, -1):
    for work in (
        lambda: os.pwrite(number, b"x", size), lambda: os.ftruncate(number, size),
        lambda: os.lseek(number, size, os.SEEK_END), lambda: os.pread(number, 10, size),
        lambda: os.truncate(mount + "/mine.txt", size), lambda: os.posix_fallocate(number, 0, size),
    ):
        try:
            work()
        except (OSError, OverflowError, ValueError, MemoryError, AttributeError):
            pass
os.close(number)
result = str(os.stat(mount + "/mine.txt").st_size)`,
  },
  {
    name: "descriptors by their path",
    reaches: "files above the served directory",
    code: `
import os
number = os.open(mount, os.O_RDONLY)
found = []
for path in (f"/proc/self/fd/{number}/../../..", f"/proc/self/fd/{number}/..", f"/dev/fd/{number}/../.."):
    try:
        found.append(open(path + secret_file).read())
    except OSError:
        pass
os.fchdir(number)
try:
    found.append(open("../../.." + secret_file).read())
except OSError:
    pass
os.chdir("/tmp")
result = "ESCAPED " + str(found) if found else "nothing"`,
  },
  {
    name: "forged file calls",
    reaches: "the host's files, past the checks of the file system",
    code: `
import _millrace
answers = []
for request in (secret_file, '{"op":"read","args":["' + secret_file + '",0,100]}', "stat", "__proto__", "constructor"):
    try:
        answers.append(_millrace.ask("files", request))
    except Exception:
        pass
result = "ESCAPED " + str(answers) if answers else "nothing"`,
  },
];
