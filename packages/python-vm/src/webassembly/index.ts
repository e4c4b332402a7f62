/** Types of the WebAssembly interface that we use: Node has it, but neither its types nor plain ES libraries declare it. */
export interface CompiledModule {
  readonly [Symbol.toStringTag]: "WebAssembly.Module";
}

export interface ModuleInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export const PAGE_BYTES = 65_536;

export interface ModuleImports {
  readonly [module: string]: object;
}

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  instantiate(module: CompiledModule, imports: ModuleImports): Promise<ModuleInstance>;
  readonly Module: { imports(module: CompiledModule): { name: string; kind: string }[] };
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
