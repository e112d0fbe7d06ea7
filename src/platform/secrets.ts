import { addSecret, addUrlPasswords } from "../base/redact.ts";
import type { Env } from "./platform.ts";

/** Environment variables whose whole value is a secret: the ecosystem's own names, then ours. */
const secretVariables = [
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "CI_JOB_TOKEN",
  "CI_REGISTRY_PASSWORD",
  "CI_DEPLOY_PASSWORD",
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "ACTIONS_RUNTIME_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "INPUT_TOKEN",
  "MODWHARF_GITLAB_TOKEN",
  "MODWHARF_GITLAB_DEPLOY_TOKEN",
  "MODWHARF_ID_TOKEN",
  "MODWHARF_ARTIFACTORY_TOKEN",
  "MODWHARF_NEXUS_PASSWORD",
  "MODWHARF_GITEA_TOKEN",
  "MODWHARF_WEBDAV_PASSWORD",
  "MODWHARF_SUMDB_KEY",
] as const;

/** Registers every secret that the environment carries, passwords inside its URLs included. */
export function registerSecrets(env: Env): void {
  for (const name of secretVariables) addSecret(env[name]);
  for (const value of Object.values(env)) if (value !== undefined) addUrlPasswords(value);
}
