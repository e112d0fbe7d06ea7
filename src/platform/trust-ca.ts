import * as nodeTls from "node:tls";
import { type ConnectionSettings, connectionFromEnv, trustedCertificates } from "../base/connection.ts";
import type { Env } from "./platform.ts";

/** The part of node:tls that newer releases (22.19, 24.5) have and Node 20 has not. */
interface DefaultCertificates {
  setDefaultCACertificates?: (certificates: string[]) => void;
}

/**
 * Makes libraries with HTTP of their own (@actions/cache, @actions/core) trust the CA files that the environment
 * names. Node reads NODE_EXTRA_CA_CERTS by itself, SSL_CERT_FILE only through this. They read the proxy variables
 * themselves.
 */
export function trustCaFiles(env: Env, tls: DefaultCertificates = nodeTls as DefaultCertificates): void {
  const settings: ConnectionSettings = connectionFromEnv(env);
  const certificates = trustedCertificates(settings);
  if (certificates !== undefined) tls.setDefaultCACertificates?.(certificates);
}
