export { type Cut, type Operation, VirtualDisk } from "./disk.ts";
export { type DiskFileSystems, type DiskStep, type Fault, fileSystemsOf, KILLED } from "./file-systems.ts";
