import { ModwharfError } from "../../base/errors.ts";
import { publicUrl } from "../../base/redact.ts";
import type { Report } from "../../report/report.ts";
import type { WarmContext } from "./inputs.ts";
import { planFromManifests } from "./plan.ts";
import { warmRemote } from "./remote.ts";
import { remoteReport } from "./remote-report.ts";
import { completed, planOptions, type Task } from "./task.ts";

/** Makes a proxy fetch every version and proves what it serves; throws USAGE for what is no proxy's address. */
export async function fillRemote(context: WarmContext, task: Task): Promise<Report> {
  const { inputs, platform, signal } = context;
  const { services, start } = task;
  const url = inputs.remote!;
  if (!/^https?:\/\//.test(url)) {
    throw new ModwharfError("USAGE", "the remote is no proxy's address", {
      subject: "remote",
      expected: "an http or https URL",
      actual: publicUrl(url),
    });
  }
  const options = planOptions(context, services);
  const named = await planFromManifests(options);
  const plan = await completed(named, options, { ...task, cache: services.go.gomodcache });
  const outcomes = await warmRemote({
    plan,
    client: services.client,
    concurrency: inputs.concurrency,
    signal,
    progress: (done, all) => platform.log.progress(`proving ${done} of ${all}`),
  });
  const seconds = (performance.now() - start) / 1000;
  return remoteReport({ url: publicUrl(url), plan, outcomes, seconds });
}
