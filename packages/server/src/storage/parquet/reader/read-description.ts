import { UnsupportedFileError } from "../errors.ts";
import { type FileDescription, parseDescription } from "../format/index.ts";

/** What the file says of itself, if this version understands it. */
export function readDescription(file: string, text: string | undefined): FileDescription {
  const description = text === undefined ? undefined : parseDescription(text);
  if (typeof description === "number") {
    throw new UnsupportedFileError(
      file,
      `its format has version ${description}, which is newer than this server`,
      "Start the version that wrote it, or a later one",
    );
  }
  if (description === undefined) {
    throw new UnsupportedFileError(
      file,
      "it has no description that this server can read",
      "Files must be written by Millrace; load others as line protocol",
    );
  }
  return description;
}
