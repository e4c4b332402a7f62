import path from "node:path";
import { PYTHON_SERIES } from "../requirements/index.ts";

const SITE_PACKAGES = path.join("lib", `python${PYTHON_SERIES}`, "site-packages");

/** Where things are in an environment directory: docs/formats/python-environment.md. */
export class Layout {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = path.resolve(directory);
  }

  get manifest(): string {
    return path.join(this.directory, "millrace.environment");
  }

  get newManifest(): string {
    return `${this.manifest}.new`;
  }

  get lock(): string {
    return path.join(this.directory, "install.lock");
  }

  get generations(): string {
    return path.join(this.directory, "generations");
  }

  generation(number: number): string {
    return path.join(this.generations, String(number).padStart(6, "0"));
  }

  sitePackages(generation: number): string {
    return path.join(this.generation(generation), SITE_PACKAGES);
  }

  /** Where people and their tools look for packages: a link to those of the current generation. */
  get shownSitePackages(): string {
    return path.join(this.directory, SITE_PACKAGES);
  }

  get pyvenvConfig(): string {
    return path.join(this.directory, "pyvenv.cfg");
  }

  get ignoreFile(): string {
    return path.join(this.directory, ".gitignore");
  }
}
