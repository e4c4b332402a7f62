import type { HostFiles } from "../protocol/index.ts";
import type { EmscriptenFileSystem, FileNode, FileStream } from "../sandbox/index.ts";
import type { FileErrors } from "./errors.ts";
import type { HostNode } from "./node-operations.ts";
import type { ReadAhead } from "./read-ahead.ts";

const SEEK_CURRENT = 1;
const SEEK_END = 2;
/** No single call carries more than this, so that neither side has to hold a whole large file. */
const CALL_MAX_BYTES = 1024 * 1024;

/** Memory of C code to read into and write from. */
type Memory = Uint8Array | Int8Array;

/** Emscripten's own allocator of memory maps, and the memory it allocates from. */
export interface MapMemory {
  readonly HEAPU8: Uint8Array;
  mmapAlloc(sizeBytes: number): number;
}

export interface StreamParts {
  readonly fs: EmscriptenFileSystem;
  readonly files: HostFiles;
  readonly errors: FileErrors;
  readonly readAhead: ReadAhead;
  readonly memory: MapMemory;
}

/** What Emscripten asks an open file. The host knows no open files: each call names the path. */
export function streamOperations({ fs, files, errors, readAhead, memory }: StreamParts): object {
  const read = (stream: FileStream, target: Memory, offset: number, length: number, position: number) =>
    errors.guard(() => {
      const path = fs.getPath(stream.node);
      let done = 0;
      while (done < length) {
        const wanted = Math.min(length - done, CALL_MAX_BYTES);
        const cached = readAhead.cached(stream, position + done)?.subarray(0, wanted);
        const bytes = cached ?? readAhead.fetch(stream, path, position + done, wanted).subarray(0, wanted);
        target.set(bytes, offset + done);
        done += bytes.length;
        // The end of what was read ahead is not the end of the file.
        if (cached === undefined && bytes.length < wanted) break;
      }
      return done;
    });
  const write = (stream: FileStream, source: Memory, offset: number, length: number, position: number) =>
    errors.guard(() => {
      readAhead.forget();
      const path = fs.getPath(stream.node);
      for (let done = 0; done < length; done += CALL_MAX_BYTES) {
        const end = Math.min(length, done + CALL_MAX_BYTES);
        // A copy: a view would carry Python's whole memory to the host.
        files.write(path, position + done, copyOf(source, offset + done, offset + end));
      }
      return length;
    });
  const sizeOf = (node: FileNode): number => {
    const stat = files.stat(fs.getPath(node));
    if (stat === undefined) throw errors.of("ENOENT");
    return stat.sizeBytes;
  };
  return {
    open: (stream: FileStream) => {
      const node: HostNode = stream.node;
      node.justFound = undefined;
    },
    close: (stream: FileStream) => readAhead.close(stream),
    read,
    write,
    llseek: (stream: FileStream, offset: number, whence: number) =>
      errors.guard(() => {
        let position = offset;
        if (whence === SEEK_CURRENT) position += stream.position;
        else if (whence === SEEK_END && fs.isFile(stream.node.mode)) position += sizeOf(stream.node);
        if (position < 0) throw errors.of("EINVAL");
        return position;
      }),
    mmap: (stream: FileStream, length: number, position: number) => {
      const address = memory.mmapAlloc(length);
      if (address === 0) throw errors.of("ENOSPC");
      read(stream, memory.HEAPU8, address, length, position);
      return { ptr: address, allocated: true };
    },
    msync: (stream: FileStream, bytes: Memory, offset: number, length: number) => {
      write(stream, bytes, 0, length, offset);
      return 0;
    },
  };
}

function copyOf(source: Memory, from: number, to: number): Uint8Array {
  return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset + from, to - from).slice();
}
