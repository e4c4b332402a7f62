/** A class that plugins use without importing it. Stubs, hover texts and the reference page are made of this. */
export interface ApiClass {
  readonly name: string;
  /** What the object is called in plugins. */
  readonly usedAs: string;
  /** Markdown. */
  readonly doc: string;
  /** Parameters of the constructor; undefined: plugins cannot make one. */
  readonly constructedWith: readonly ApiParameter[] | undefined;
  readonly members: readonly ApiMember[];
}

export type ApiMember = ApiMethod | ApiProperty;

export interface ApiMethod {
  readonly kind: "method";
  readonly name: string;
  readonly parameters: readonly ApiParameter[];
  /** In Python's notation. */
  readonly returns: string;
  readonly doc: string;
  /** What it raises and when, in Markdown. */
  readonly raises?: readonly string[];
  /** Python code. */
  readonly example?: string;
}

export interface ApiProperty {
  readonly kind: "property";
  readonly name: string;
  readonly type: string;
  readonly doc: string;
}

export interface ApiParameter {
  /** As plugins may write it in a keyword argument; `*name` takes any number. */
  readonly name: string;
  readonly type: string;
  /** In Python's notation; undefined: it has to be given. */
  readonly default?: string;
  readonly doc: string;
}
