import { FileError } from "@millrace/python-vm";

export interface FileQuota {
  readonly quotaBytes: number;
  /** Files and directories. */
  readonly quotaFiles: number;
}

/** What one writable layer holds. Room is taken before anything is written, so that two writers cannot share it. */
export class Usage {
  readonly #quota: FileQuota;
  #bytes: number;
  #files: number;

  constructor(quota: FileQuota, bytes = 0, files = 0) {
    this.#quota = quota;
    this.#bytes = bytes;
    this.#files = files;
  }

  take(bytes: number, files = 0): void {
    const bytesAfter = this.#bytes + bytes;
    const filesAfter = this.#files + files;
    if (bytes > 0 && bytesAfter > this.#quota.quotaBytes) throw new FileError("ENOSPC");
    if (files > 0 && filesAfter > this.#quota.quotaFiles) throw new FileError("ENOSPC");
    this.#bytes = bytesAfter;
    this.#files = filesAfter;
  }

  giveBack(bytes: number, files = 0): void {
    this.#bytes = Math.max(0, this.#bytes - bytes);
    this.#files = Math.max(0, this.#files - files);
  }
}
