import { availableParallelism, homedir, hostname, totalmem } from "node:os";

/** What the configuration depends on besides flags and environment. */
export interface Machine {
  readonly hostname: string;
  readonly homeDirectory: string | undefined;
  /** Memory of the container when it has a bound, else of the machine. */
  readonly totalMemoryBytes: number;
  readonly cores: number;
}

export function thisMachine(): Machine {
  const physicalBytes = totalmem();
  // Without a bound this is 0 or an absurdly large number, depending on the platform.
  const boundBytes = process.constrainedMemory();
  return {
    hostname: hostname(),
    homeDirectory: homeOrNone(),
    totalMemoryBytes: boundBytes > 0 && boundBytes < physicalBytes ? boundBytes : physicalBytes,
    cores: availableParallelism(),
  };
}

function homeOrNone(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    // The user has no entry in the system's list: nothing to default to.
    return undefined;
  }
}
