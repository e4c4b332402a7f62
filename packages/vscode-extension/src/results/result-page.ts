import type { Cell, ResultTable } from "./result-table.ts";

export interface PageOptions {
  readonly title: string;
  /** Below the title: the statement, how long it took. */
  readonly note: string;
  /** Of the only style sheet that the page may have. */
  readonly nonce: string;
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

const STYLE = `
body { padding: 0 1rem 1rem; color: var(--vscode-foreground); font-family: var(--vscode-font-family); }
h1 { font-size: 1.1rem; font-weight: 600; margin: 0.9rem 0 0.2rem; }
p { margin: 0 0 0.8rem; color: var(--vscode-descriptionForeground); white-space: pre-wrap; }
table { border-collapse: collapse; font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
th { position: sticky; top: 0; text-align: left; background: var(--vscode-editor-background); }
th, td { padding: 0.22rem 0.8rem 0.22rem 0; white-space: pre; border-bottom: 1px solid var(--vscode-widget-border, #8884); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.none { color: var(--vscode-disabledForeground); }
tbody tr:hover { background: var(--vscode-list-hoverBackground); }
`;

/** A page that shows a result. It runs no script and loads nothing. */
export function resultPage(table: ResultTable, { title, note, nonce }: PageOptions): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'`;
  const hidden = table.rowCount - table.rows.length;
  const counted = `${table.rowCount} ${table.rowCount === 1 ? "row" : "rows"}`;
  const summary = hidden > 0 ? `${counted}, the first ${table.rows.length} are shown` : counted;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(note === "" ? summary : `${note}\n${summary}`)}</p>
<table>
<thead><tr>${table.columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join("")}</tr></thead>
<tbody>
${table.rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}
</tbody>
</table>
</body>
</html>
`;
}

function cell(value: Cell): string {
  if (value === null) return '<td class="none">–</td>';
  return NUMBER.test(value) ? `<td class="number">${value}</td>` : `<td>${escaped(value)}</td>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
