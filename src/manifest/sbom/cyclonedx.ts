import { ComponentScope, ComponentType, HashAlgorithm } from "@cyclonedx/cyclonedx-library/Enums";
import {
  Bom,
  Component,
  HashDictionary,
  Metadata,
  Property,
  PropertyRepository,
  Tool,
  ToolRepository,
  Tools,
} from "@cyclonedx/cyclonedx-library/Models";
import { JSON as JsonParts, JsonSerializer } from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot4, Spec1dot5, Spec1dot6, Spec1dot7 } from "@cyclonedx/cyclonedx-library/Spec";
import { formatModuleVersion } from "../../module/module-version.ts";
import type { LocalReplace, MainModule } from "../module-set.ts";
import {
  type Bill,
  type BillItem,
  type Dependency,
  dependenciesOf,
  mainName,
  purlOf,
  uuidOf,
} from "./bill.ts";

const SPECS = { "1.4": Spec1dot4, "1.5": Spec1dot5, "1.6": Spec1dot6, "1.7": Spec1dot7 } as const;

export type CycloneDxVersion = keyof typeof SPECS;

/** The bill as CycloneDX JSON. The hashes are go.sum's h1 in hexadecimal, as other tools for Go write them too. */
export function formatCycloneDx(bill: Bill, version: CycloneDxVersion): string {
  const items = bill.items.map(componentOf);
  const local = bill.local.map(localComponent);
  const mains = bill.main.map((main) => mainComponent(bill, main));
  connect(bill, [...mains, ...items, ...local]);
  // With one main module the bill is about it; a workspace's modules stand beside each other.
  const subject = mains.length === 1 ? mains[0] : undefined;
  const metadata = new Metadata({
    tools: new Tools({ tools: new ToolRepository([new Tool(bill.tool)]) }),
    ...(bill.time && { timestamp: bill.time }),
    ...(subject && { component: subject }),
  });
  const bom = new Bom({ metadata, serialNumber: `urn:uuid:${uuidOf(bill)}` });
  for (const component of [...items, ...local, ...(subject === undefined ? mains : [])])
    bom.components.add(component);
  const serializer = new JsonSerializer(new JsonParts.Normalize.Factory(SPECS[version]));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf({ module, purl, sha256, isDirect, replaces }: BillItem): Component {
  return new Component(ComponentType.Library, module.path, {
    version: module.version,
    bomRef: formatModuleVersion(module),
    purl,
    scope: ComponentScope.Required,
    ...(sha256 && { hashes: new HashDictionary([[HashAlgorithm["SHA-256"], sha256]]) }),
    properties: new PropertyRepository([
      new Property("modwharf:direct", String(isDirect)),
      ...(replaces === undefined ? [] : [new Property("modwharf:replaces", replaces)]),
    ]),
  });
}

function localComponent({ module, directory }: LocalReplace): Component {
  return new Component(ComponentType.Library, module.path, {
    bomRef: localRef({ module, directory }),
    ...(module.version !== "" && { version: module.version }),
    properties: new PropertyRepository([new Property("modwharf:directory", directory)]),
  });
}

function mainComponent(bill: Bill, main: MainModule): Component {
  const { path, goVersion } = main;
  return new Component(ComponentType.Application, path, {
    bomRef: mainName(bill, main),
    purl: purlOf({ path, version: "" }),
    properties: new PropertyRepository(goVersion === "" ? [] : [new Property("modwharf:go", goVersion)]),
  });
}

/** Adds to each main module what it requires itself. */
function connect(bill: Bill, components: readonly Component[]): void {
  const byRef = new Map(components.map((component) => [component.bomRef.value, component]));
  for (const main of bill.main) {
    const { dependencies } = byRef.get(mainName(bill, main))!;
    for (const dependency of dependenciesOf(bill, main, "direct")) {
      dependencies.add(byRef.get(refOf(bill, dependency))!.bomRef);
    }
  }
}

function refOf(bill: Bill, dependency: Dependency): string {
  if (dependency.kind === "main") return mainName(bill, dependency.main);
  if (dependency.kind === "local") return localRef(dependency.local);
  return formatModuleVersion(dependency.item.module);
}

function localRef({ module, directory }: Pick<LocalReplace, "module" | "directory">): string {
  return `${formatModuleVersion(module)} => ${directory}`;
}
