import type { ApiMethod, ApiParameter } from "./model.ts";

const KEY: ApiParameter = { name: "key", type: "str", doc: "Not empty, without spaces, commas and `=`." };

function setter(name: string, value: Omit<ApiParameter, "name">, doc: string, raises?: string[]): ApiMethod {
  return {
    kind: "method",
    name,
    parameters: [KEY, { name: "value", ...value }],
    returns: "LineBuilder",
    doc,
    ...(raises === undefined ? {} : { raises }),
  };
}

export const LINE_BUILDER_METHODS: readonly ApiMethod[] = [
  setter("tag", { type: "object", doc: "Turned into text." }, "Adds a tag."),
  setter(
    "int64_field",
    { type: "int | SupportsIndex", doc: "A whole number; convert floats with `int()`." },
    "Adds a signed integer field.",
  ),
  setter(
    "uint64_field",
    { type: "int | SupportsIndex", doc: "A whole number, not negative." },
    "Adds an unsigned integer field.",
    ["`ValueError` when the value is negative."],
  ),
  setter(
    "float64_field",
    { type: "float | SupportsFloat", doc: "A number; whole ones keep a decimal point." },
    "Adds a float field.",
  ),
  setter(
    "string_field",
    { type: "str", doc: "Text; convert other values with `str()`." },
    "Adds a string field.",
  ),
  setter(
    "bool_field",
    { type: "object", doc: "What Python takes for true is true." },
    "Adds a boolean field.",
  ),
  {
    kind: "method",
    name: "time_ns",
    parameters: [
      {
        name: "timestamp_ns",
        type: "int | SupportsIndex | None",
        doc: "Nanoseconds since 1970, a whole number.",
      },
    ],
    returns: "LineBuilder",
    doc: "Sets the time. Without it the line gets the server's time.",
    example: 'line.time_ns(row["time"])',
  },
  {
    kind: "method",
    name: "build",
    parameters: [],
    returns: "str",
    doc: "The line as text. Writing calls this for you.",
    raises: ["`InvalidLineError` when no field was added."],
  },
];
