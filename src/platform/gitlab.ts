import { resolve } from "node:path";
import { connectionFromEnv } from "../base/connection.ts";
import { HttpClient } from "../base/http.ts";
import { writeDotenv } from "./dotenv.ts";
import { openGitlab } from "./gitlab-api.ts";
import { gitlabConversation } from "./gitlab-conversation.ts";
import { createGitlabLog } from "./gitlab-log.ts";
import { gitlabReleases } from "./gitlab-releases.ts";
import { gitlabTrigger } from "./gitlab-trigger.ts";
import { type PlatformOptions, writerOf } from "./options.ts";
import { type Env, isUnavailable, type Platform } from "./platform.ts";
import { servicesFromEnv } from "./services.ts";
import { idTokenFromEnv } from "./web-identity.ts";

/**
 * A GitLab job. It has no annotations and no summary page of its own: findings reach the merge request through
 * the Code Quality and JUnit reports that the component declares, and through the comment.
 */
export function createGitlab(options: PlatformOptions): Platform {
  const { env, quiet, stderr } = options;
  const log = createGitlabLog({ write: writerOf(stderr), quiet, debug: env.CI_DEBUG_TRACE === "true" });
  const services = servicesFromEnv(env);
  const trigger = gitlabTrigger(env);
  let http = options.http;
  const client = () => {
    http ??= new HttpClient({ connection: connectionFromEnv(env), userAgent: "modwharf" });
    return http;
  };
  return {
    name: "gitlab",
    env,
    log,
    trigger,
    services,
    annotate: async () => {},
    summarize: async () => {},
    setOutputs: async (outputs) => {
      const file = dotenvFile(env);
      if (file !== undefined) await writeDotenv(file, outputs, log);
    },
    conversation: async () => {
      const number = trigger.mergeRequest?.number;
      const projectId = env.CI_MERGE_REQUEST_PROJECT_ID;
      if (number === undefined || !projectId) {
        return { unavailable: "this is not a merge request pipeline" };
      }
      const api = await openGitlab(services.gitlab, "notes", client());
      return isUnavailable(api) ? api : gitlabConversation(api, { projectId, number });
    },
    releases: async () => {
      if (!env.CI_PROJECT_ID) return { unavailable: "CI_PROJECT_ID is not set" };
      const api = await openGitlab(services.gitlab, "releases", client());
      return isUnavailable(api) ? api : gitlabReleases(api, env.CI_PROJECT_ID);
    },
    mergeRequestBase: async () => trigger.mergeRequest?.base,
    idToken: async (audience) => idTokenFromEnv(env, audience),
    cache: undefined,
  };
}

/** Where `artifacts:reports:dotenv` looks; MODWHARF_DOTENV names another file, or none when it is empty. */
function dotenvFile(env: Env): string | undefined {
  const name = env.MODWHARF_DOTENV ?? "modwharf.env";
  return name === "" ? undefined : resolve(env.CI_PROJECT_DIR ?? ".", name);
}
