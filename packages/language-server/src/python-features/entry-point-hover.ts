import { MarkupKind } from "vscode-languageserver";
import type { HoverSource } from "../analysis/index.ts";
import { signatureOf } from "../api-table/index.ts";

/** The name of an entry point tells when it is called; its parameters are explained by their types. */
export const entryPointHover: HoverSource = {
  name: "entry-points",
  hover: (document, offset) => {
    const entryPoint = document.entryPoints.find(
      ({ function: { nameSpan } }) => nameSpan.from <= offset && offset <= nameSpan.to,
    );
    if (entryPoint === undefined) return undefined;
    const { doc, parameters } = signatureOf(entryPoint.kind);
    const names = parameters.map((it) => (it.default === undefined ? it.name : `${it.name}=${it.default}`));
    const value = [
      `\`\`\`python\ndef ${entryPoint.name}(${names.join(", ")})\n\`\`\``,
      doc,
      parameters.map((it) => `- \`${it.name}\`: ${it.doc}`).join("\n"),
    ].join("\n\n");
    return {
      contents: { kind: MarkupKind.Markdown, value },
      range: document.rangeOf(entryPoint.function.nameSpan),
    };
  },
};
