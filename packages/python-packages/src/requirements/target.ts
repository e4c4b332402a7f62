/** What markers are asked about; the names are those of PEP 508. */
export interface MarkerEnvironment {
  readonly os_name: string;
  readonly sys_platform: string;
  readonly platform_machine: string;
  readonly platform_python_implementation: string;
  readonly platform_release: string;
  readonly platform_system: string;
  readonly platform_version: string;
  readonly python_version: string;
  readonly python_full_version: string;
  readonly implementation_name: string;
  readonly implementation_version: string;
}

/** The Python that plugins run in. A test of the server compares it with what that Python says of itself. */
export const targetEnvironment: MarkerEnvironment = {
  os_name: "posix",
  sys_platform: "emscripten",
  platform_machine: "wasm32",
  platform_python_implementation: "CPython",
  platform_release: "5.0.3",
  platform_system: "Emscripten",
  platform_version: "#1",
  python_version: "3.14",
  python_full_version: "3.14.2",
  implementation_name: "cpython",
  implementation_version: "3.14.2",
};

/** `3.14`, as in `lib/python3.14`. */
export const PYTHON_SERIES = "3.14";
