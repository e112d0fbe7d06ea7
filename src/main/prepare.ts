import { registerSecrets } from "../platform/secrets.ts";

/** What every entry point does before anything else can print or connect. */
export function prepareProcess(): void {
  registerSecrets(process.env);
  // The AWS SDK tells every user of a Node release that it will drop next year; that is for us to know, not for them.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
}
