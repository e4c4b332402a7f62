import type { Explain } from "./finding.ts";

const RESPONSES = "return text, a dict or a list, or a tuple of one of these with a status and headers";

/** What `process_request` returns: docs/reference/processing-engine.md. */
export const explainReturn: Explain = ({ rule, message }) => {
  if (rule !== "reportReturnType" || !message.includes('"HttpResponse"')) return undefined;
  if (message.includes("on all code paths")) {
    return {
      code: "missing-return",
      message: `Not every way through the function returns something, and a request without an answer fails with status 500: ${RESPONSES}.`,
      isAboutApi: true,
    };
  }
  return {
    code: "unsupported-return",
    message: `No answer can be made of this: ${RESPONSES}.`,
    isAboutApi: true,
  };
};
