import type { Dispatcher, Pool } from "undici";
import { type ConnectionSettings, proxyFor, trustedCertificates } from "./connection.ts";
import { patientConnector } from "./patient-socket.ts";
import { type ProxyAddress, parseProxy } from "./proxy-address.ts";

export interface AgentOptions {
  /** Sockets per origin. */
  connections: number;
  /** From the request to the response's headers, and between two chunks of its body. */
  timeoutMs: number;
}

type Undici = typeof import("./undici.ts");

/** Pooled connections: one agent for direct requests and one for each proxy, all trusting the same certificates. */
export class Agents {
  readonly undici: Undici;
  readonly #connection: ConnectionSettings;
  readonly #tls: { ca?: string[] };
  readonly #common: { connections: number; headersTimeout: number; bodyTimeout: number };
  readonly #direct: Dispatcher;
  readonly #proxies = new Map<string, Dispatcher>();

  constructor(undici: Undici, connection: ConnectionSettings, { connections, timeoutMs }: AgentOptions) {
    this.undici = undici;
    this.#connection = connection;
    const ca = trustedCertificates(connection);
    this.#tls = ca === undefined ? {} : { ca };
    this.#common = { connections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    const connect = patientConnector(undici.buildConnector({ ...this.#tls, timeout: 20_000 }));
    this.#direct = new undici.Agent({ ...this.#common, connect });
  }

  /** The agent that a request to `url` goes through. Throws USAGE for a proxy address that is none. */
  for(url: URL): Dispatcher {
    const proxy = proxyFor(url, this.#connection);
    if (proxy === undefined) return this.#direct;
    let agent = this.#proxies.get(proxy);
    if (agent === undefined) {
      agent = this.#through(parseProxy(proxy));
      this.#proxies.set(proxy, agent);
    }
    return agent;
  }

  #through({ uri, authorization }: ProxyAddress): Dispatcher {
    const { Pool, ProxyAgent } = this.undici;
    return new ProxyAgent({
      ...this.#common,
      uri,
      ...(authorization === undefined ? {} : { token: authorization }),
      requestTls: this.#tls,
      proxyTls: this.#tls,
      // http: goes by absolute URL, as curl and go send it: many proxies let CONNECT reach port 443 only.
      proxyTunnel: false,
      factory: (origin, options) => {
        const { connect } = options as Pool.Options;
        const patient = typeof connect === "function" ? { connect: patientConnector(connect) } : {};
        return new Pool(origin, { ...options, ...this.#common, ...patient });
      },
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#direct, ...this.#proxies.values()].map((agent) => agent.destroy()));
  }
}
