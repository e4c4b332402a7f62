import { ErrorCodes, ResponseError } from "vscode-languageserver";
import type { RunTestsParams, TestInput } from "../protocol/index.ts";
import { entryPointId, readTestId, type TestReference } from "./listing/index.ts";

/** A test by what it stands for. */
export interface RequestedTest {
  readonly id: string;
  readonly label: string;
  readonly reference: TestReference;
  readonly input: TestInput;
}

export function testsToRun({ tests }: RunTestsParams): RequestedTest[] {
  return tests.map((test) => {
    const id = "id" in test ? test.id : entryPointId(test.uri, test.entryPoint);
    const reference = readTestId(id);
    if (reference === undefined) {
      throw new ResponseError(ErrorCodes.InvalidParams, `Millrace tests: '${id}' is no id of a test.`);
    }
    const label = reference.kind === "case" ? reference.name : reference.entryPoint;
    return { id, label, reference, input: test.input ?? {} };
  });
}
