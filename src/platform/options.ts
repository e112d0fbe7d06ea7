import type { HttpClient } from "../base/http.ts";
import type { Env } from "./platform.ts";

/** What a platform is made of; read from the process in main/ only. */
export interface PlatformOptions {
  env: Env;
  /** stdout carries one JSON object and nothing else: all logging goes to stderr. */
  json: boolean;
  /** Print errors only. */
  quiet: boolean;
  stdout: Output;
  stderr: Output;
  /** Default: a client of its own, opened on first use with the proxies and CA files that `env` names. */
  http?: HttpClient;
}

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** The stream's own write, which stays the same while stdout is diverted (see divert.ts). */
export function writerOf(output: Output): (text: string) => void {
  const write = output.write;
  return (text) => void write.call(output, text);
}
