import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { zipSync } from "fflate";

/** The same files always give the same package. */
const MODIFIED = new Date(Date.UTC(2000, 0, 1, 12));

/** Makes the archive that editors install: the files below `extension/`, and two lists that describe it. */
export function packVsix(directory, manifest) {
  const archive = {
    "extension.vsixmanifest": text(vsixManifest(manifest)),
    "[Content_Types].xml": text(contentTypes(directory)),
  };
  const files = filesOf(directory);
  for (const name of files)
    archive[`extension/${name}`] = new Uint8Array(readFileSync(path.join(directory, name)));
  return { bytes: zipSync(archive, { level: 9, mtime: MODIFIED }), files: files.length };
}

function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
    )
    .sort();
}

function vsixManifest(manifest) {
  const { name, displayName, version, publisher, description, keywords, categories, engines } = manifest;
  const property = (id, value) => `<Property Id="Microsoft.VisualStudio.${id}" Value="${escaped(value)}"/>`;
  const asset = (type, file) =>
    `<Asset Type="Microsoft.VisualStudio.${type}" Path="extension/${file}" Addressable="true"/>`;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}"/>
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(description)}</Description>
    <Tags>${escaped(keywords.join(","))}</Tags>
    <Categories>${escaped(categories.join(","))}</Categories>
    <Properties>
      ${property("Code.Engine", engines.vscode)}
      ${property("Code.ExtensionKind", manifest.extensionKind.join(","))}
    </Properties>
    <License>extension/LICENSE</License>
    <Icon>extension/${manifest.icon}</Icon>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    ${asset("Code.Manifest", "package.json")}
    ${asset("Services.Content.Details", "README.md")}
    ${asset("Services.Content.License", "LICENSE")}
    ${asset("Services.Icons.Default", manifest.icon)}
  </Assets>
</PackageManifest>
`;
}

function contentTypes(directory) {
  const extensions = new Set(
    filesOf(directory)
      .map((name) => path.posix.extname(name))
      .filter((it) => it !== ""),
  );
  const types = { ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml" };
  const lines = [".vsixmanifest", ...extensions].map(
    (it) => `<Default Extension="${escaped(it)}" ContentType="${types[it] ?? "application/octet-stream"}"/>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${lines.join("")}</Types>
`;
}

function escaped(value) {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function text(value) {
  return new TextEncoder().encode(value);
}
