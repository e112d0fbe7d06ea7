import { formatModuleVersion } from "../../module/module-version.ts";
import type { LocalReplace, MainModule } from "../module-set.ts";
import { type Bill, type BillItem, dependenciesOf, mainName, purlOf, uuidOf } from "./bill.ts";

/*
 * SPDX 2.3 in JSON (spdx.github.io/spdx-spec/v2.3). Written by hand: there is no library that is kept up, and of the
 * format only documents, packages and relationships are needed. The tests hold it against the schema.
 */

const DOCUMENT = "SPDXRef-DOCUMENT";

/** SPDX demands a time; without SOURCE_DATE_EPOCH it is the beginning of time, so that bytes do not change. */
const NO_TIME = new Date(0);

/** The bill as SPDX 2.3 JSON. */
export function formatSpdx(bill: Bill): string {
  const uuid = uuidOf(bill);
  const items = bill.items.map((item) => ({ item, id: itemId(item) }));
  const mains = bill.main.map((main) => ({ main, id: mainId(bill, main) }));
  const local = bill.local.map((replace) => ({ replace, id: localId(replace) }));
  const described = mains.length > 0 ? mains.map(({ id }) => id) : items.map(({ id }) => id);
  const name = bill.main[0]?.path ?? "go-modules";
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: DOCUMENT,
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(name)}-${uuid}`,
    creationInfo: {
      created: (bill.time ?? NO_TIME).toISOString().replace(/\.\d+Z$/, "Z"),
      creators: [`Tool: ${bill.tool.name}-${bill.tool.version}`],
    },
    packages: [
      ...mains.map(({ main, id }) => mainPackage(main, id)),
      ...items.map(({ item, id }) => modulePackage(item, id)),
      ...local.map(({ replace, id }) => localPackage(replace, id)),
    ],
    relationships: [
      ...described.map((id) => relationship(DOCUMENT, "DESCRIBES", id)),
      ...mains.flatMap(({ main, id: from }) =>
        // With one main module everything is there for its sake, also what its go.mod does not name.
        (mains.length === 1 ? [...items, ...local].map(({ id }) => id) : idsOfRequired(bill, main)).map(
          (id) => relationship(from, "DEPENDS_ON", id),
        ),
      ),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Letters, digits, dots and hyphens only; the other characters are written as their code, so that names stay apart. */
function idOf(name: string): string {
  return `SPDXRef-${name.replace(/[^A-Za-z0-9.]/g, (char) => `-${char.codePointAt(0)!.toString(16)}-`)}`;
}

function itemId({ module }: BillItem): string {
  return idOf(formatModuleVersion(module));
}

function mainId(bill: Bill, main: MainModule): string {
  return idOf(`main ${mainName(bill, main)}`);
}

function localId({ module, directory }: LocalReplace): string {
  return idOf(`local ${formatModuleVersion(module)} ${directory}`);
}

function idsOfRequired(bill: Bill, main: MainModule): string[] {
  return dependenciesOf(bill, main, "all").map((dependency) => {
    if (dependency.kind === "main") return mainId(bill, dependency.main);
    return dependency.kind === "local" ? localId(dependency.local) : itemId(dependency.item);
  });
}

const UNKNOWN = {
  downloadLocation: "NOASSERTION",
  filesAnalyzed: false,
  licenseConcluded: "NOASSERTION",
  licenseDeclared: "NOASSERTION",
  copyrightText: "NOASSERTION",
} as const;

function modulePackage({ module, purl, sha256, replaces }: BillItem, id: string): object {
  return {
    SPDXID: id,
    name: module.path,
    versionInfo: module.version,
    ...UNKNOWN,
    ...(sha256 && {
      checksums: [{ algorithm: "SHA256", checksumValue: sha256 }],
      comment: `The checksum is go.sum's h1 in hexadecimal.${replaces === undefined ? "" : ` Replaces ${replaces}.`}`,
    }),
    primaryPackagePurpose: "LIBRARY",
    externalRefs: [purlReference(purl)],
  };
}

function mainPackage({ path }: MainModule, id: string): object {
  const externalRefs = [purlReference(purlOf({ path, version: "" }))];
  return { SPDXID: id, name: path, ...UNKNOWN, primaryPackagePurpose: "APPLICATION", externalRefs };
}

function localPackage({ module, directory }: LocalReplace, id: string): object {
  return {
    SPDXID: id,
    name: module.path,
    ...(module.version !== "" && { versionInfo: module.version }),
    ...UNKNOWN,
    comment: `Replaced by the directory ${directory}.`,
  };
}

function purlReference(purl: string): object {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

function relationship(from: string, type: "DESCRIBES" | "DEPENDS_ON", to: string): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}
