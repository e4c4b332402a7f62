import type { ProjectFile } from "./project-file.ts";

/** A place that packages come from. */
export interface PackageSource {
  /** For messages; without credentials. */
  readonly label: string;
  /** Everything it has for a project (by normalized name); undefined if it does not know the project. */
  files(project: string): Promise<ProjectFile[] | undefined>;
}
