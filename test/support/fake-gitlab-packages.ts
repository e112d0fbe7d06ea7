/* The package registry of the GitLab fake: generic packages and the packages API. See fake-gitlab.ts. */
import { createHash } from "node:crypto";
import { answerPage, type FakeCall, FakeFailure, type FakeGitLab, type FakeRoute } from "./fake-gitlab.ts";
import { answer, answerJson, bodyOf } from "./http-fixture.ts";

interface FakePackage {
  id: number;
  projectId: number;
  name: string;
  version: string;
  files: FakePackageFile[];
}

export interface FakePackageFile {
  id: number;
  packageId: number;
  createdAtMs: number;
  /** As stored: URI-encoded when the upload had a path. */
  fileName: string;
  bytes: Buffer;
  sha256: string;
}

/** The rules of lib/gitlab/regex.rb. */
const PACKAGE_NAME = /^[A-Za-z0-9._\-+]+$/;
const PACKAGE_VERSION = /^(?!.*\.\.)[\w+.-]+$/;
const FILE_NAME = /^(?!~)[A-Za-z0-9._\-+~]+(?<!~)$/;

function packagesOf(gitlab: FakeGitLab): FakePackage[] {
  let rows = gitlab.state.get("packages") as FakePackage[] | undefined;
  if (rows === undefined) {
    rows = [];
    gitlab.state.set("packages", rows);
  }
  return rows;
}

/** Every stored file, duplicates included, oldest first. */
export function fakePackageFiles(gitlab: FakeGitLab): FakePackageFile[] {
  return packagesOf(gitlab).flatMap(({ files }) => files);
}

/** What a reader sees: of each name the newest upload. */
export function servedFiles(gitlab: FakeGitLab): Record<string, string> {
  const served: Record<string, string> = {};
  for (const { fileName, bytes } of fakePackageFiles(gitlab)) {
    served[decodeURIComponent(fileName)] = bytes.toString("base64");
  }
  return Object.fromEntries(Object.entries(served).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Ruby's URI.encode_uri_component: only letters, digits and * - . _ stay. */
function encodeUriComponent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `:package_name/*package_version/(*path/):file_name`; splats take as little as they can. */
const GENERIC = /^packages\/generic\/(?<name>[^/]+)\/(?<version>[^/]+)\/(?:(?<dir>.+)\/)?(?<file>[^/]+)$/;

function target({ path }: FakeCall): { name: string; version: string; fileName: string } {
  const raw = Object.values(path).join("/");
  if (/%2f/i.test(raw)) throw new FakeFailure(400, "Bad Request");
  const decode = (part: string | undefined) => (part === undefined ? undefined : decodeURIComponent(part));
  const [name, version, dir, file] = [path.name, path.version, path.dir, path.file].map(decode);
  const check = (ok: boolean, field: string) => {
    if (!ok) throw new FakeFailure(400, `${field} is invalid`);
  };
  check(PACKAGE_NAME.test(name!), "package_name");
  check(PACKAGE_VERSION.test(version!), "package_version");
  check(FILE_NAME.test(file!), "file_name");
  check(!/(^|\/)\.\.?(\/|$)/.test(dir ?? ""), "path");
  return {
    name: name!,
    version: version!,
    fileName: dir === undefined ? file! : encodeUriComponent(`${dir}/${file}`),
  };
}

function findPackage(call: FakeCall, name: string, version: string): FakePackage | undefined {
  return packagesOf(call.gitlab).find(
    (row) => row.projectId === call.project.id && row.name === name && row.version === version,
  );
}

function present(gitlab: FakeGitLab, file: FakePackageFile): Record<string, unknown> {
  return {
    id: file.id,
    package_id: file.packageId,
    created_at: new Date(file.createdAtMs - gitlab.ageMs).toISOString(),
    file_name: file.fileName,
    size: file.bytes.length,
    file_md5: null,
    file_sha1: null,
    file_sha256: file.sha256,
  };
}

async function upload(call: FakeCall): Promise<void> {
  const { gitlab, request, response, query } = call;
  const { maxBodyBytes, maxFileBytes, duplicatesAllowed } = gitlab.options;
  const { name, version, fileName } = target(call);
  if (request.headers["content-length"] === undefined) throw new FakeFailure(411, "Length Required");
  if (/multipart/.test(request.headers["content-type"] ?? "")) throw new FakeFailure(400, "file is invalid");
  if (!["default", "hidden", null].includes(query.get("status"))) {
    throw new FakeFailure(400, "status does not have a valid value");
  }
  if (!["package_file", null].includes(query.get("select"))) {
    throw new FakeFailure(400, "select does not have a valid value");
  }
  const known = findPackage(call, name, version);
  const creating = `creating ${name} ${version}`;
  if (known === undefined) {
    // Two transactions insert the same package row: one of them fails.
    if (gitlab.state.has(creating)) throw new FakeFailure(500, "Internal Server Error");
    gitlab.state.set(creating, true);
  }
  let bytes: Buffer;
  try {
    bytes = await bodyOf(request);
  } finally {
    gitlab.state.delete(creating);
  }
  if (maxBodyBytes !== undefined && bytes.length > maxBodyBytes)
    throw new FakeFailure(413, "Request Too Large");
  if (maxFileBytes !== undefined && bytes.length > maxFileBytes)
    throw new FakeFailure(400, "File is too large");
  const row = findPackage(call, name, version) ?? createPackage(call, name, version);
  if (duplicatesAllowed === false && row.files.some((file) => file.fileName === fileName)) {
    throw new FakeFailure(400, "Duplicate package is not allowed");
  }
  const file: FakePackageFile = {
    id: gitlab.nextId(),
    packageId: row.id,
    createdAtMs: Date.now() + gitlab.ageMs,
    fileName,
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
  row.files.push(file);
  if (query.get("select") === "package_file") answerJson(response, 201, present(gitlab, file));
  else answerJson(response, 201, { message: "201 Created" });
}

function createPackage({ gitlab, project }: FakeCall, name: string, version: string): FakePackage {
  const row = { id: gitlab.nextId(), projectId: project.id, name, version, files: [] };
  packagesOf(gitlab).push(row);
  return row;
}

function download(call: FakeCall): void {
  const { name, version, fileName } = target(call);
  const file = findPackage(call, name, version)?.files.findLast((row) => row.fileName === fileName);
  if (file === undefined) throw new FakeFailure(404, "Not Found");
  sendFile(call, file);
}

function sendFile({ gitlab, request, response }: FakeCall, { bytes, sha256 }: FakePackageFile): void {
  const headers = {
    "content-type": "application/octet-stream",
    ...(gitlab.options.sendsChecksum === false ? {} : { "x-checksum-sha256": sha256 }),
  };
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (range === null) {
    answer(response, 200, bytes, headers);
    return;
  }
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
  answer(response, 206, bytes.subarray(start, end + 1), {
    ...headers,
    "content-range": `bytes ${start}-${end}/${bytes.length}`,
  });
}

function listPackages(call: FakeCall): void {
  const { gitlab, project, query } = call;
  const [name, version, type] = ["package_name", "package_version", "package_type"].map((key) =>
    query.get(key),
  );
  const rows = packagesOf(gitlab).filter(
    (row) =>
      row.projectId === project.id &&
      // A fuzzy search, unlike the version.
      (name == null || row.name.includes(name)) &&
      (version == null || row.version === version) &&
      (type == null || type === "generic"),
  );
  answerPage(
    call,
    rows.map((row) => ({
      id: row.id,
      name: row.name,
      version: row.version,
      package_type: "generic",
      status: "default",
    })),
  );
}

function packageById({ gitlab, project, path }: FakeCall): FakePackage {
  const found = packagesOf(gitlab).find((row) => row.id === Number(path.id) && row.projectId === project.id);
  if (found === undefined) throw new FakeFailure(404, "Not Found");
  return found;
}

function listFiles(call: FakeCall): void {
  const { query, gitlab } = call;
  const orderBy = query.get("order_by") ?? "id";
  const sort = query.get("sort") ?? "asc";
  if (!["id", "created_at", "file_name"].includes(orderBy))
    throw new FakeFailure(400, "order_by does not have a valid value");
  if (!["asc", "desc"].includes(sort)) throw new FakeFailure(400, "sort does not have a valid value");
  const rows = packageById(call).files.toSorted((a, b) =>
    orderBy === "file_name" ? (a.fileName < b.fileName ? -1 : 1) : a.id - b.id,
  );
  if (sort === "desc") rows.reverse();
  answerPage(
    call,
    rows.map((file) => present(gitlab, file)),
  );
}

function downloadById(call: FakeCall): void {
  const file = packageById(call).files.find(({ id }) => id === Number(call.path.file));
  if (file === undefined || call.gitlab.options.downloadsById === false)
    throw new FakeFailure(404, "Not Found");
  sendFile(call, file);
}

function removeFile(call: FakeCall): void {
  const row = packageById(call);
  const index = row.files.findIndex(({ id }) => id === Number(call.path.file));
  if (index === -1) throw new FakeFailure(404, "Not Found");
  row.files.splice(index, 1);
  answer(call.response, 204);
}

export const packageRoutes: readonly FakeRoute[] = [
  { method: "PUT", pattern: GENERIC, role: "developer", handle: upload },
  { method: "GET", pattern: GENERIC, role: "reporter", jobTokenAsBasic: true, handle: download },
  { method: "GET", pattern: /^packages$/, role: "reporter", handle: listPackages },
  { method: "GET", pattern: /^packages\/(?<id>\d+)\/package_files$/, role: "reporter", handle: listFiles },
  {
    method: "GET",
    pattern: /^packages\/(?<id>\d+)\/package_files\/(?<file>\d+)\/download$/,
    role: "reporter",
    handle: downloadById,
  },
  {
    method: "DELETE",
    pattern: /^packages\/(?<id>\d+)\/package_files\/(?<file>\d+)$/,
    role: "maintainer",
    handle: removeFile,
  },
];
