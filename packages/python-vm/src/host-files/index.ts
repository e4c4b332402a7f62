export { SystemCallInterrupted } from "./errors.ts";
export { type HostFileSystem, type MountOptions, mountHostFiles } from "./mount-host-files.ts";
