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
import { type Bill, type BillItem, purlOf, uuidOf } from "./bill.ts";

const SPECS = { "1.4": Spec1dot4, "1.5": Spec1dot5, "1.6": Spec1dot6, "1.7": Spec1dot7 } as const;

export type CycloneDxVersion = keyof typeof SPECS;

/** The bill as CycloneDX JSON. The hashes are go.sum's h1 in hexadecimal, as other tools for Go write them too. */
export function formatCycloneDx(bill: Bill, version: CycloneDxVersion): string {
  const items = bill.items.map((item) => ({ item, component: componentOf(item) }));
  const local = bill.local.map(localComponent);
  const direct = items.filter(({ item }) => item.isDirect).map(({ component }) => component);
  const mains = bill.main.map((main) => mainComponent(main, [...direct, ...local]));
  // With one main module the bill is about it; a workspace's modules stand beside each other.
  const subject = mains.length === 1 ? mains[0] : undefined;
  const metadata = new Metadata({
    tools: new Tools({ tools: new ToolRepository([new Tool(bill.tool)]) }),
    ...(bill.time && { timestamp: bill.time }),
    ...(subject && { component: subject }),
  });
  const bom = new Bom({ metadata, serialNumber: `urn:uuid:${uuidOf(bill)}` });
  for (const { component } of items) bom.components.add(component);
  for (const component of [...local, ...(subject === undefined ? mains : [])]) bom.components.add(component);
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
    bomRef: `${formatModuleVersion(module)} => ${directory}`,
    ...(module.version !== "" && { version: module.version }),
    properties: new PropertyRepository([new Property("modwharf:directory", directory)]),
  });
}

function mainComponent({ path, goVersion }: MainModule, dependencies: readonly Component[]): Component {
  const component = new Component(ComponentType.Application, path, {
    bomRef: path,
    purl: purlOf({ path, version: "" }),
    properties: new PropertyRepository(goVersion === "" ? [] : [new Property("modwharf:go", goVersion)]),
  });
  for (const { bomRef } of dependencies) component.dependencies.add(bomRef);
  return component;
}
